// The one-time setup link: who has it makes the first administrator.

import type { Cache } from '../core/ports/cache.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import type { Records } from '../core/ports/records.ts';
import { repeat } from '../core/repeat.ts';

const tokenBytes = 24;
const tokenKey = 'setup-token';
/** What no process keeps alive any more is forgotten after this. */
const tokenMs = 86_400_000;
/** Often enough that a cache which is away for hours changes nothing. */
const renewEveryMs = 3_600_000;

export interface Setup {
  /** What the link carries; null where somebody was set up already. */
  readonly token: string | null;
  checkToken(token: string): boolean;
  stop(): Promise<void>;
}

export interface SetupDeps {
  readonly records: { readonly organizations: Pick<Records['organizations'], 'count'> };
  readonly clock: Clock;
  readonly log: Log;
  /** Where several processes show one link; null where there is one process. */
  readonly shared: Cache | null;
}

/**
 * With one process the link is kept in its memory only: a restart makes a new one. Several processes share one through
 * `shared`, for whichever of them answers has to know it; as long as one of them runs and nobody was set up, it stays
 * the same.
 */
export async function openSetup(deps: SetupDeps): Promise<Setup> {
  const { records, shared } = deps;
  const isNew = (await records.organizations.count()) === 0;
  const made = crypto.getRandomValues(new Uint8Array(tokenBytes));
  const bytes = isNew ? await sharedBytes(shared, made) : null;
  const token = bytes === null ? null : written(bytes);
  const renewing = shared === null || bytes === null ? null : keep(deps, shared, bytes);
  return {
    token,
    checkToken: (given) => token !== null && sameText(token, given),
    stop: async () => renewing?.stop(),
  };
}

/** Has it last, until somebody was set up. */
function keep(deps: SetupDeps, shared: Cache, bytes: Uint8Array) {
  let isNeeded = true;
  return repeat(
    deps,
    { everyMs: renewEveryMs, first: 'later', failed: 'The setup link could not be kept for the others' },
    async () => {
      isNeeded &&= (await deps.records.organizations.count()) === 0;
      if (!isNeeded || (await shared.swap(tokenKey, bytes, bytes, tokenMs))) return;
      if (await shared.setIfAbsent(tokenKey, bytes, tokenMs)) return;
      deps.log.warn(
        'The setup link that this process showed is not that of the others; restart it for theirs',
      );
      isNeeded = false;
    },
  );
}

async function sharedBytes(shared: Cache | null, made: Uint8Array): Promise<Uint8Array> {
  const isOurs = shared === null || (await shared.setIfAbsent(tokenKey, made, tokenMs));
  return isOurs ? made : ((await shared.get(tokenKey)) ?? made);
}

function written(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: 'base64url' });
}

// Constant time for texts of one length: how much of a guess was right must not show.
function sameText(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let index = 0; index < a.length; index++) difference |= a.charCodeAt(index) ^ b.charCodeAt(index);
  return difference === 0;
}
