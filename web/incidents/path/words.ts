// Ways in words, for who does not see them. Pure.

import { clockSeconds } from '../../ui/words.ts';
import { type Place, placeAt, type Way } from './way.ts';

const names = { person: 'Person', vehicle: 'Vehicle', animal: 'Animal' } as const;

/** "top left", "middle": the part of the picture in which a place lies. */
export function partWords({ x, y }: Place): string {
  const down = y < 1 / 3 ? 'top' : y > 2 / 3 ? 'bottom' : '';
  const across = x < 1 / 3 ? 'left' : x > 2 / 3 ? 'right' : '';
  const words = [down, across].filter((word) => word !== '').join(' ');
  return words === '' ? 'middle' : words;
}

/** "Person: bottom left at 14:03:05, middle at 14:03:11, right at 14:03:17." Parts that follow each other are told once. */
export function wayWords(way: Way, zone: string): string {
  const { kind, startAt, endAt, goesOn } = way;
  const quarters = startAt === endAt ? [0] : [0, 1, 2, 3, 4];
  const times = quarters.map((quarter) => startAt + ((endAt - startAt) * quarter) / 4);
  const parts = times
    .map((at) => ({ at, part: partWords(placeAt(way, at) ?? { x: 0.5, y: 0.5 }) }))
    .filter(({ part }, index, all) => index === 0 || index === 4 || all[index - 1]?.part !== part);
  // When they came to the part in which they were seen last is less than when that was.
  const told = parts
    .filter(({ part }, index) => index === 0 || index !== parts.length - 2 || part !== parts.at(-1)?.part)
    .map(({ at, part }) => `${part} at ${clockSeconds(at, zone)}`);
  return `${names[kind]}: ${told.join(', ')}${goesOn ? ', and goes on' : ''}.`;
}
