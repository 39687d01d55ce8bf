// Days that a site can keep pushed images for. Pure.

import type { Site } from '../../src/http/contract/sites.ts';

const usual = [1, 2, 3, 5, 7, 14, 30, 60, 90, 180, 365];

/** Fewer than the most there can be, and what is set now. */
export function offeredDays({ pushedDays, mostPushedDays }: Pick<Site, 'pushedDays' | 'mostPushedDays'>) {
  const fewer = usual.filter((days) => days < mostPushedDays);
  const all = pushedDays === null ? fewer : [...new Set([...fewer, pushedDays])];
  return all.toSorted((a, b) => a - b);
}
