// Callers by their access keys, remembered for moments: for machines that call a thousand times a second.

import type { Caller } from '../core/organization/access.ts';
import { callerOfKey } from '../core/organization/access-keys.ts';
import type { Accounts } from '../core/ports/accounts.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Events } from '../core/ports/events.ts';
import type { Records } from '../core/ports/records.ts';
import { remembered } from '../core/remembered.ts';
import { type Secret, secret } from '../core/secret.ts';

/** Whoever is revoked by a process whose news does not arrive here may push for so long, in ms. */
const ttlMs = 5_000;
const max = 1_000;

export interface RememberedKeys {
  caller(key: Secret): Promise<Caller | null>;
  stop(): void;
}

/** A revoked key is forgotten with the news of it, and after 5 s whatever happens. */
export function rememberedKeys(deps: {
  readonly records: Records;
  readonly clock: Clock;
  readonly accounts: Pick<Accounts, 'isEnabled'>;
  readonly events: Pick<Events, 'subscribe'>;
}): RememberedKeys {
  const callers = remembered(deps.clock, { ttlMs, max }, (key: string) => callerOfKey(deps, secret(key)));
  const stop = deps.events.subscribe(({ type }) => {
    if (type === 'access-changed') callers.forget();
  });
  return { caller: (key) => callers.get(key.reveal()), stop };
}
