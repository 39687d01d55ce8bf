// Which incidents of the list are selected, and from where a range is drawn. No rendering here.

export interface Selection {
  readonly ids: ReadonlySet<string>;
  /** The last one that was selected by itself: a range reaches from here. */
  readonly anchor: string | null;
}

export const nothingSelected: Selection = { ids: new Set(), anchor: null };

/** Selects it, or no longer. */
export function toggled({ ids }: Selection, id: string): Selection {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return { ids: next, anchor: id };
}

/** Selects all from the anchor to `id`, both included, as they stand in `shown`; what was selected stays so. */
export function ranged(selection: Selection, id: string, shown: readonly string[]): Selection {
  const [from, to] = [shown.indexOf(selection.anchor ?? id), shown.indexOf(id)];
  if (from < 0 || to < 0) return toggled(selection, id);
  const between = shown.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { ids: new Set([...selection.ids, ...between]), anchor: selection.anchor ?? id };
}

export function allOf(shown: readonly string[]): Selection {
  return { ids: new Set(shown), anchor: shown[0] ?? null };
}

/** Without these. */
export function without({ ids, anchor }: Selection, gone: readonly string[]): Selection {
  return { ids: ids.difference(new Set(gone)), anchor };
}
