// What makes a site alarm, in words: whom its cameras watch for, and where.

import type { Zone } from '../../src/http/contract/zones.ts';
import type { Arming } from './arming.ts';

type WatchedZone = Pick<Zone, 'kind' | 'objectKinds' | 'armings'>;
type Kind = Zone['objectKinds'][number];

const order = ['person', 'vehicle', 'animal'] as const satisfies readonly Kind[];
const alarming: readonly Zone['kind'][] = ['watch', 'entry', 'line'];

/**
 * "A person on camera opens an incident.", as far as it is so: `cameras` are the zones of each camera that is watched at
 * the site; null while they are not known.
 */
export function watchedSentence(
  arming: Exclude<Arming, 'disarmed'>,
  cameras: readonly (readonly WatchedZone[])[] | null,
): string {
  if (cameras === null) return 'What its cameras and sensors watch for opens an incident.';
  if (cameras.length === 0) return 'No camera watches: only a sensor opens an incident.';
  const seen = cameras.map((zones) => watchedBy(arming, zones));
  const kinds = order.filter((kind) => seen.some((each) => each.kinds.includes(kind)));
  if (kinds.length === 0) {
    return 'No zone of its cameras counts under this arming: only a sensor opens an incident.';
  }
  const watching = seen.filter((each) => each.kinds.length > 0);
  const isWhole = seen.length === watching.length && watching.every((each) => each.isWhole);
  const where = isWhole
    ? 'on camera'
    : watching.every((each) => each.isZone)
      ? 'in a zone of its cameras'
      : 'where its cameras watch';
  return `${listed(kinds)} ${where} opens an incident.`;
}

/** A camera without a zone that alarms watches for persons, in all of its picture but what is left out. */
function watchedBy(arming: Exclude<Arming, 'disarmed'>, zones: readonly WatchedZone[]) {
  const own = zones.filter(({ kind }) => alarming.includes(kind));
  if (own.length === 0) {
    const kinds: readonly Kind[] = ['person'];
    return { kinds, isWhole: zones.length === 0, isZone: false };
  }
  const inForce = own.filter(({ armings }) => armings.includes(arming));
  return { kinds: inForce.flatMap(({ objectKinds }) => objectKinds), isWhole: false, isZone: true };
}

const words = { person: 'a person', vehicle: 'a vehicle', animal: 'an animal' } as const;

function listed(kinds: readonly Kind[]): string {
  const all = kinds.map((kind) => words[kind]);
  const text = all.length < 2 ? all.join() : `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}
