// Which part of an incident's footage is taken out: choices in words, longest last.

import type { Incident } from '../../src/http/contract/incidents.ts';
import { duration } from '../ui/words.ts';

export interface SpanChoice {
  readonly key: 'seen' | 'minute' | 'all';
  readonly words: string;
  readonly from: number;
  readonly to: number;
}

/** What is shown around the sight, so that one sees somebody come and go, in ms. */
const aroundMs = 10_000;
/** The most that the server gives at once, in ms. */
const maxMs = 10 * 60_000;
const minuteMs = 60_000;

/** The spans to choose from; what would be the same as an earlier one is left out. Pure. */
export function spanChoices({
  lastSeenAt,
  clip,
}: Pick<Incident, 'lastSeenAt' | 'clip'>): readonly SpanChoice[] {
  const { from } = clip;
  const end = (to: number) => Math.min(to, clip.to, from + maxMs);
  const seenTo = end(lastSeenAt + aroundMs);
  const all: readonly SpanChoice[] = [
    choice('seen', 'While it was seen', from, seenTo),
    choice('minute', 'The first minute', from, end(from + minuteMs)),
    choice('all', clip.to - from > maxMs ? 'The first ten minutes' : 'All that is kept', from, end(clip.to)),
  ];
  return all.filter(({ to }, index) => all.findIndex((other) => other.to === to) === index);
}

function choice(key: SpanChoice['key'], words: string, from: number, to: number): SpanChoice {
  return { key, words: `${words} (${duration(to - from)})`, from, to };
}
