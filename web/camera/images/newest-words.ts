// The newest pushed image of a camera, in words. Pure.

import { clockMinutes, day, momentInside } from '../../ui/words.ts';
import type { Tone } from '../status.ts';

/** "Image of 12:04", "Image of yesterday 12:04"; `takenAt` is null where there is none, undefined while nobody knows. */
export function newestImageWords(
  takenAt: number | null | undefined,
  zone: string,
  now: number,
): { readonly tone: Tone; readonly words: string } {
  if (takenAt === undefined) return { tone: 'good', words: 'Receives images' };
  if (takenAt === null) return { tone: 'off', words: 'No image yet' };
  const isToday = day(takenAt, zone, now) === 'Today';
  const when = isToday ? clockMinutes(takenAt, zone) : momentInside(takenAt, zone, now);
  return { tone: 'good', words: `Image of ${when}` };
}
