// The first answers of the services: a process says that it runs when it can do what it is asked.

import type { Clock } from './ports/clock.ts';
import type { Log } from './ports/log.ts';
import type { Standing } from './standing.ts';

/** Longest wait in ms: with a service that is away for longer, all else is better done than not. */
export const firstAnswersMs = 10_000;
/** Between two questions. */
const againMs = 500;

/** Resolves when every service that there is has answered, or `limitMs` later; then the log says which have. */
export async function firstAnswers(
  { standing, clock, log }: { readonly standing: Standing; readonly clock: Clock; readonly log: Log },
  limitMs = firstAnswersMs,
): Promise<void> {
  const over = new AbortController();
  async function ask(): Promise<void> {
    while (!over.signal.aborted) {
      const found = await standing.look();
      if (found.every(({ state }) => state === 'up')) return;
      await clock.sleep(againMs, over.signal).catch(() => {});
    }
  }
  const late = clock.sleep(limitMs, over.signal).then(() => {
    const answering = standing.dependencies.filter(({ state }) => state === 'up').map(({ name }) => name);
    log.warn('Not every service answers; what can be done without the others is begun', { answering });
  });
  late.catch(() => {});
  await Promise.race([ask(), late]).finally(() => over.abort());
}
