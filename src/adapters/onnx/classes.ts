// The classes of COCO (cocodataset.org, in the usual order of 80) that mean something to a video guard.

import type { ObjectKind } from '../../core/detection/detection.ts';

export const classCount = 80;

/** Class number → kind. What is missing here (furniture, food, boats, aeroplanes) is not reported. */
const kindsByClass: ReadonlyMap<number, ObjectKind> = new Map<number, ObjectKind>([
  [0, 'person'],
  [1, 'vehicle'], // bicycle
  [2, 'vehicle'], // car
  [3, 'vehicle'], // motorcycle
  [5, 'vehicle'], // bus
  [7, 'vehicle'], // truck
  [14, 'animal'], // bird
  [15, 'animal'], // cat
  [16, 'animal'], // dog
  [17, 'animal'], // horse
  [18, 'animal'], // sheep
  [19, 'animal'], // cow
  [21, 'animal'], // bear
]);

/** The class numbers that are reported, ascending. */
export const reportedClasses: readonly number[] = [...kindsByClass.keys()];

/** The kind of each reported class, in the same order. */
export const reportedKinds: readonly ObjectKind[] = [...kindsByClass.values()];
