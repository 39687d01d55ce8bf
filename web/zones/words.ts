// What zones are, in words.

import { shapeFault, type Zone, zoneFaults } from '../../src/http/contract/zones.ts';

export const kindHints = {
  watch: 'Alarms when somebody stands in it.',
  entry: 'Alarms as well, on the way in: whoever lives here has time to disarm.',
  line: 'Alarms when somebody crosses it.',
  ignore: 'Whoever stands in it is not there: a street, a neighbour’s yard.',
  mask: 'Painted over before anything looks at the picture.',
} as const satisfies Record<Zone['kind'], string>;

export const objectWords = { person: 'Persons', vehicle: 'Vehicles', animal: 'Animals' } as const;
export const armingWords = { 'armed-home': 'While home', 'armed-away': 'While away' } as const;

/** What is wrong with a zone, field by field; the page and the server say the same. */
export function faultsOf(zone: Zone): Readonly<Record<string, string>> {
  return { ...zoneFaults(zoneOf(zone)), ...(zone.name.trim() === '' ? { name: 'Give it a name.' } : {}) };
}

function zoneOf({ id: _, ...zone }: Zone): Parameters<typeof zoneFaults>[0] {
  return zone;
}

/** Why a drawing cannot be finished as it is; null where it can. */
export function drawingFault(zone: Pick<Zone, 'kind' | 'points'>): string | null {
  return shapeFault(zone);
}

/** "Persons, vehicles · while away · after 10 s". */
export function summary(zone: Zone): string {
  if (zone.kind === 'mask') return 'Nobody looks at it';
  const kinds = listed(zone.objectKinds.map((kind) => objectWords[kind]));
  if (zone.kind === 'ignore') return kinds === '' ? 'Nothing' : kinds;
  const when = zone.armings.length === 2 ? 'always when armed' : (armingOf(zone) ?? 'never');
  return [
    kinds === '' ? 'Nothing' : kinds,
    when,
    zone.dwellSeconds > 0 ? `after ${zone.dwellSeconds} s` : '',
    zone.minHeight > 0 ? `taller than ${Math.round(zone.minHeight * 100)}%` : '',
    zone.kind === 'line' && zone.direction !== 'either' ? 'one way' : '',
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

function armingOf({ armings: [arming] }: Zone): string | null {
  return arming === undefined ? null : armingWords[arming].toLowerCase();
}

function listed(words: readonly string[]): string {
  return words.map((word, index) => (index === 0 ? word : word.toLowerCase())).join(', ');
}

/** "34% from the left, 60% from the top". */
export function placeWords({ x, y }: { readonly x: number; readonly y: number }): string {
  return `${Math.round(x * 100)}% from the left, ${Math.round(y * 100)}% from the top`;
}
