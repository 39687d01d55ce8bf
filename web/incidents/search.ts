// What of the list of incidents stands in its address: which are shown, and in which order.

import { type IncidentOrder, type IncidentQuery, maxFindLength } from '../../src/http/contract/incidents.ts';

export const shownStates = ['unresolved', 'open', 'acknowledged', 'resolved', 'all'] as const;
export type ShownState = (typeof shownStates)[number];

export const severityFilters = ['high', 'normal', 'low'] as const;
export const kindFilters = ['person', 'vehicle', 'animal', 'sensor'] as const;
export const resolutionFilters = ['intrusion', 'false-alarm', 'test'] as const;
export const orders = ['newest', 'oldest', 'severity', 'waiting'] as const satisfies readonly IncidentOrder[];

/** Everything that narrows the list; what is left out does not. */
export type IncidentSearch = {
  /** Unresolved where it is left out. */
  show?: ShownState | undefined;
  severity?: (typeof severityFilters)[number] | undefined;
  kind?: (typeof kindFilters)[number] | undefined;
  resolution?: (typeof resolutionFilters)[number] | undefined;
  siteId?: string | undefined;
  cameraId?: string | undefined;
  /** Only those that I take care of. */
  mine?: true | undefined;
  /** Days, "2026-11-29", the last one included. */
  from?: string | undefined;
  to?: string | undefined;
  find?: string | undefined;
  /** Newest first where it is left out. */
  order?: (typeof orders)[number] | undefined;
};

/** The part of an address that is about the list; anything that does not fit is undefined. */
export function incidentSearch(search: Record<string, unknown>): IncidentSearch {
  const show = oneOf(shownStates, search.show);
  const order = oneOf(orders, search.order);
  // "12" in an address is read as a number.
  const find = typeof search.find === 'number' ? String(search.find) : search.find;
  return {
    show: show === 'unresolved' ? undefined : show,
    severity: oneOf(severityFilters, search.severity),
    kind: oneOf(kindFilters, search.kind),
    resolution: oneOf(resolutionFilters, search.resolution),
    siteId: textOf(search.siteId),
    cameraId: textOf(search.cameraId),
    mine: search.mine === true ? true : undefined,
    from: dayOf(search.from),
    to: dayOf(search.to),
    find: textOf(find)?.slice(0, maxFindLength),
    order: order === 'newest' ? undefined : order,
  };
}

/** What the server is asked; days are those of this device's time zone. */
export function queryOf(search: IncidentSearch, me: { readonly memberId: string }): Partial<IncidentQuery> {
  const { show = 'unresolved', mine, from, to, find, order, ...same } = search;
  // Longest unacknowledged: the server knows that only open ones are.
  const state = order === 'waiting' || show === 'all' ? undefined : show;
  const query = {
    ...same,
    state,
    assigneeId: mine === true ? me.memberId : undefined,
    from: from === undefined ? undefined : midnight(from, 0),
    to: to === undefined ? undefined : midnight(to, 1),
    find: find?.trim() === '' ? undefined : find?.trim(),
    order,
  };
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
}

/** How many filters narrow the list beyond the state, so that a closed sheet can say so. */
export function filterCount({
  show: _show,
  order: _order,
  find: _find,
  from,
  to,
  ...rest
}: IncidentSearch): number {
  const others = Object.values(rest).filter((value) => value !== undefined).length;
  return others + Number(from !== undefined || to !== undefined);
}

/** Without any filter, in the same order. */
export function withoutFilters({ show, order }: IncidentSearch): IncidentSearch {
  return { show, order };
}

function midnight(day: string, daysLater: number): number {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + daysLater).getTime();
}

function dayOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value))
    ? value
    : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function oneOf<T extends string>(values: readonly T[], value: unknown): T | undefined {
  return values.find((one) => one === value);
}
