// Batches: what many ask for at the same time is done in one step, so that a thousand rows cost ten commits.

interface Waiting<T, R> {
  readonly item: T;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Does `work` for what came while the last batch was under way, at most `max` at a time; results are in the order of the
 * items. Where a batch fails, each of it is tried alone, so that one that cannot be done takes no others with it.
 */
export function batches<T, R>(
  work: (items: readonly T[]) => Promise<readonly R[]>,
  max: number,
): (item: T) => Promise<R> {
  const waiting: Waiting<T, R>[] = [];
  let isWorking = false;

  async function settle(batch: readonly Waiting<T, R>[]): Promise<void> {
    try {
      const results = await work(batch.map(({ item }) => item));
      for (const [index, { resolve, reject }] of batch.entries()) {
        const result = results[index];
        if (result === undefined) reject(new Error('A batch gave too few results.'));
        else resolve(result);
      }
    } catch (error) {
      const [only] = batch;
      if (batch.length === 1) return only?.reject(error);
      for (const one of batch) await settle([one]);
    }
  }

  async function drain(): Promise<void> {
    isWorking = true;
    while (waiting.length > 0) await settle(waiting.splice(0, max));
    isWorking = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      // What comes in this turn of the event loop goes together.
      if (!isWorking) queueMicrotask(() => (isWorking ? undefined : void drain()));
    });
}
