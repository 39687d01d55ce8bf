// Epochs as aliases, `…/epoch-1`, `…/epoch-2`: an alias is given once, so that two processes never begin the same one.

import { VedetteError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Kms } from './client.ts';
import { makeNamed } from './discard.ts';
import { missingKey } from './failure.ts';

/** How long another process may go on wrapping in the epoch before: asking each time would double what KMS costs. */
const knownForMs = 30_000;

export interface Epochs {
  /** The newest, as known for at most half a minute. */
  current(): Promise<number>;
  /** The newest, asked just now. */
  latest(): Promise<number>;
  begin(): Promise<number>;
  destroy(epoch: number): Promise<void>;
  /** Whether this process destroyed it: KMS may take some seconds until all of it knows. */
  isDestroyed(epoch: number): boolean;
}

interface EpochsDeps {
  readonly kms: Kms;
  readonly clock: Clock;
  /** What the aliases begin with, up to the number. */
  readonly prefix: string;
  readonly mayMake: boolean;
}

/** Finds the epochs, or begins the first. Errors: `key-unavailable`. */
export async function epochsOf({ kms, clock, prefix, mayMake }: EpochsDeps): Promise<Epochs> {
  const destroyed = new Set<number>();
  const numbers = (await kms.aliases(prefix)).map((alias) => Number(alias.slice(prefix.length)));
  let newest = Math.max(0, ...numbers.filter(Number.isSafeInteger));
  let askedMs = clock.monotonicMs();
  if (newest === 0 && !mayMake) throw missingKey(`${prefix}1`);

  /** Later ones are looked for one by one: a list would have all aliases of the account in it. */
  async function latest(): Promise<number> {
    let found = newest;
    while ((await kms.find(`${prefix}${found + 1}`)) !== null) found += 1;
    newest = Math.max(newest, found);
    askedMs = clock.monotonicMs();
    return newest;
  }

  async function begin(): Promise<number> {
    const alias = await makeNamed({ kms, clock }, { kind: 'wrapping', tag: prefix }, following());
    const epoch = Number(alias?.slice(prefix.length));
    newest = Math.max(newest, epoch);
    return epoch;
  }

  /** Every alias from the next one on: another process may be faster. */
  async function* following(): AsyncGenerator<string> {
    for (let epoch = (await latest()) + 1; ; epoch += 1) yield `${prefix}${epoch}`;
  }

  // Once, however many processes start together.
  if (newest === 0) await makeNamed({ kms, clock }, { kind: 'wrapping', tag: prefix }, [`${prefix}1`]);
  if (newest === 0) await latest();

  return {
    latest,
    begin,
    current: async () => (clock.monotonicMs() - askedMs < knownForMs ? newest : latest()),
    isDestroyed: (epoch) => destroyed.has(epoch),
    async destroy(epoch) {
      const last = await latest();
      if (epoch === last) {
        throw new VedetteError('request-invalid', 'The current key epoch cannot be destroyed. Rotate first.');
      }
      if (!Number.isSafeInteger(epoch) || epoch < 1 || epoch > last) {
        throw new VedetteError('request-invalid', 'There has never been such a key epoch.');
      }
      const key = await kms.find(`${prefix}${epoch}`);
      if (key !== null && !key.state.startsWith('Pending')) await kms.scheduleDeletion(key.id);
      destroyed.add(epoch);
    },
  };
}
