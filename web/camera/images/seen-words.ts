// What was seen in a pushed image, in words.

import type { CameraImage } from '../../../src/http/contract/images.ts';
import { kindWords } from '../time-line/activity.ts';

/** "Person ×2, Vehicle"; nothing where nothing was seen. */
export function seenWords(detections: readonly Pick<CameraImage['detections'][number], 'kind'>[]): string {
  const kinds = Map.groupBy(detections, ({ kind }) => kind);
  return [...kinds]
    .map(([kind, all]) => `${kindWords[kind]}${all.length > 1 ? ` ×${all.length}` : ''}`)
    .join(', ');
}
