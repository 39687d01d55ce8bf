// What is kept of what the cameras of a site see, in words. Pure.

import type { Camera } from '../../src/http/contract/cameras.ts';
import { isWithoutRecorder, statusWords } from '../camera/status.ts';

export interface Kept {
  readonly tone: 'plain' | 'bad';
  readonly words: string;
}

/** Null where there is no camera of which anything could be kept. */
export function keptOf(
  cameras: readonly Pick<Camera, 'enabled' | 'source' | 'status'>[],
  now: number,
): Kept | null {
  const running = cameras.filter(({ enabled }) => enabled);
  if (running.some(({ status }) => isWithoutRecorder(status))) {
    return { tone: 'bad', words: 'Nothing is recorded' };
  }
  const recorded = running.filter(({ source }) => source.kind !== 'pushed');
  if (recorded.length > 0) {
    const tones = new Set(recorded.map(({ status }) => statusWords(status, now).tone));
    if (tones.has('good') || tones.has('busy')) return { tone: 'plain', words: 'Cameras record' };
    return { tone: tones.has('bad') ? 'bad' : 'plain', words: 'No camera records' };
  }
  if (running.length > 0) return { tone: 'plain', words: 'Images are stored' };
  return cameras.length === 0 ? null : { tone: 'plain', words: 'No camera records' };
}
