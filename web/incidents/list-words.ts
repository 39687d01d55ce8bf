// The filters and orders of the list, as people call them.

import type { IncidentSearch } from './search.ts';

export const stateWords = {
  unresolved: 'Unresolved',
  open: 'Open',
  acknowledged: 'Acknowledged',
  resolved: 'Resolved',
  all: 'All',
} as const satisfies Record<NonNullable<IncidentSearch['show']>, string>;

export const severityWords = { high: 'High', normal: 'Normal', low: 'Low' } as const satisfies Record<
  NonNullable<IncidentSearch['severity']>,
  string
>;

export const kindFilterWords = {
  person: 'Person',
  vehicle: 'Vehicle',
  animal: 'Animal',
  sensor: 'Sensor',
} as const satisfies Record<NonNullable<IncidentSearch['kind']>, string>;

export const resolutionWords = {
  intrusion: 'Intrusion',
  'false-alarm': 'False alarm',
  test: 'Test',
} as const satisfies Record<NonNullable<IncidentSearch['resolution']>, string>;

export const orderWords = {
  newest: 'Newest first',
  oldest: 'Oldest first',
  severity: 'Most severe first',
  waiting: 'Longest unacknowledged',
} as const satisfies Record<NonNullable<IncidentSearch['order']>, string>;
