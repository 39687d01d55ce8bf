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
  readonly source: { readonly kind: string };
}

/** Whether there is footage of a camera: of one whose images are pushed nothing is recorded. */
export function isRecorded({ source }: Pick<OfSite, 'source'>): boolean {
  return source.kind !== 'pushed';
}

/** Cameras of the site with footage: those of the incident first, as they saw somebody, then the others by name. */
export function camerasInStep(
  incident: { readonly siteId: string; readonly cameras: readonly { id: string; name: string }[] },
  all: readonly OfSite[],
): readonly StepCamera[] {
  const pushed = new Set(all.filter((camera) => !isRecorded(camera)).map(({ id }) => id));
  const cameras = all.filter(isRecorded);
  const first = incident.cameras
    .filter(({ id }) => !pushed.has(id))
    .map(({ id, name }) => ({ id, name, saw: true }));
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
