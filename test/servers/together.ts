// Servers that start at the same time: all of them, or none.

type Started<Starts extends readonly Promise<AsyncDisposable>[]> = {
  -readonly [Index in keyof Starts]: Awaited<Starts[Index]>;
};

/**
 * Resolves with all of `starts`, which `opening` ends from now on. Where one fails, the others are waited for and ended with
 * `opening` all the same, and the first failure is thrown.
 */
export async function together<const Starts extends readonly Promise<AsyncDisposable>[]>(
  opening: AsyncDisposableStack,
  starts: Starts,
): Promise<Started<Starts>> {
  const outcomes = await Promise.allSettled(starts);
  for (const outcome of outcomes) if (outcome.status === 'fulfilled') opening.use(outcome.value);
  return Promise.all(starts) as Promise<Started<Starts>>;
}
