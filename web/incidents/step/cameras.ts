// Which cameras an incident's page shows, and in which order. Pure.

export interface StepCamera {
  readonly id: string;
  readonly name: string;
  /** Whether it saw somebody: the incident is about it. */
  readonly saw: boolean;
}

interface OfSite {
  readonly id: string;
  readonly siteId: string;
  readonly name: string;
}

/** All cameras of the site: those of the incident first, as they saw somebody, then the others by name. */
export function camerasInStep(
  incident: { readonly siteId: string; readonly cameras: readonly { id: string; name: string }[] },
  cameras: readonly OfSite[],
): readonly StepCamera[] {
  const first = incident.cameras.map(({ id, name }) => ({ id, name, saw: true }));
  const others = cameras
    .filter(({ id, siteId }) => siteId === incident.siteId && !first.some((one) => one.id === id))
    .map(({ id, name }) => ({ id, name, saw: false }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
  return [...first, ...others];
}

/** The shown ones with `id` among them: it takes the place of the last one that is not chosen. */
export function broughtIn(
  shown: readonly string[],
  id: string,
  chosen: string,
  most: number,
): readonly string[] {
  if (shown.includes(id)) return shown;
  if (shown.length < most) return [...shown, id];
  const leaving = shown.findLastIndex((one) => one !== chosen);
  return leaving < 0 ? [id] : shown.with(leaving, id);
}
