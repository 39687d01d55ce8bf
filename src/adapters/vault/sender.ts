// Requests that Vault's troubles do not reach: sent again, to the node that is active, until patience ends.

import { VedetteError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import { certificateFault, foreign, isNoHttp } from './failure.ts';
import type { VaultAnswer, VaultHttp, VaultRequest } from './http.ts';

/** A standby takes over within seconds; whoever waits for a key waits for a page. */
const patienceMs = 10_000;
const firstPauseMs = 100;
const longestPauseMs = 2_000;
/** While Vault is away, one request in so long finds out whether it is back; all others fail at once. */
const coolDownMs = 1_000;
/** From a standby to the active node, and once more where that has just changed. */
const maxRedirects = 2;

export interface Sender {
  /** An answer that is about the request itself. Errors: `key-unavailable`, in words, where Vault cannot answer. */
  send(request: VaultRequest): Promise<VaultAnswer>;
}

interface SenderDeps {
  readonly http: VaultHttp;
  readonly origin: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** What came of one try: an answer, or why there is none. */
type Outcome = VaultAnswer | { readonly sentence: string; readonly cause?: unknown };

export function vaultSender({ http, origin, clock, log, signal }: SenderDeps): Sender {
  let active = origin;
  /** Set while Vault is away: why, and when somebody may look again. */
  let away: { readonly sentence: string; readonly cause: unknown; nextLookMs: number } | null = null;

  async function tryOnce(request: VaultRequest): Promise<Outcome> {
    try {
      for (let hops = 0; ; hops += 1) {
        const answer = await http.send(active, request);
        if (answer.status !== 307) return withoutTrouble(answer, active);
        const next = redirected(origin, answer.location);
        if (next === null || hops === maxRedirects) return { sentence: 'Vault sends us from node to node.' };
        active = next;
      }
    } catch (cause) {
      // The active node may be another one by now: whoever answers at the address knows.
      const asked = active;
      active = origin;
      if (isNoHttp(cause)) return { sentence: foreign(asked, null), cause };
      return { sentence: certificateFault(cause) ?? silence(origin, cause), cause };
    }
  }

  /** Refuses while Vault is known to be away, except for the one who looks; says whether that is the caller. */
  function isLooking(): boolean {
    if (away === null) return false;
    if (clock.monotonicMs() < away.nextLookMs) throw unavailable(away.sentence, away.cause);
    away.nextLookMs = clock.monotonicMs() + coolDownMs;
    return true;
  }

  function back(): void {
    if (away !== null) log.info('Vault answers again.');
    away = null;
  }

  function gone(sentence: string, cause: unknown): VedetteError {
    if (away === null) log.warn(sentence, { retryMs: coolDownMs });
    away = { sentence, cause, nextLookMs: clock.monotonicMs() + coolDownMs };
    return unavailable(sentence, cause);
  }

  return {
    async send(request) {
      const looking = isLooking();
      const deadline = clock.monotonicMs() + (looking ? 0 : patienceMs);
      for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
        const outcome = await tryOnce(request);
        if ('status' in outcome) {
          back();
          return outcome;
        }
        if (signal.aborted || away !== null || clock.monotonicMs() + pauseMs > deadline) {
          throw gone(outcome.sentence, outcome.cause);
        }
        // Half of it by chance: callers who failed together do not come back together.
        await clock.sleep(pauseMs * (0.5 + Math.random() / 2), signal).catch(() => {});
      }
    },
  };
}

function silence(origin: string, cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return code === 'ENOTFOUND'
    ? `There is no such host as that of ${origin}. Check the address of Vault.`
    : `Vault does not answer at ${origin}. Check that it runs, and that this machine reaches it.`;
}

/** What is no answer to the request: the node is sealed, not active, behind, or has too much to do. */
function withoutTrouble(answer: VaultAnswer, from: string): Outcome {
  const { status, errors, isForeign } = answer;
  if (isForeign) return { sentence: foreign(from, status) };
  if (errors.some((each) => each.includes('Vault is sealed'))) {
    return { sentence: 'Vault is sealed. Unseal it; nothing else has to be done.' };
  }
  if (status === 429) return { sentence: 'Vault has more requests than its quota allows. Raise it.' };
  if (status === 412 || status === 472 || status === 473) {
    return { sentence: 'This node of Vault is a standby. Give the address of the active one.' };
  }
  if (status >= 500) return { sentence: `Vault cannot answer (${status}). Its log says why.` };
  return answer;
}

/** The origin of another node: never from TLS to none. */
function redirected(origin: string, location: string | null): string | null {
  const next = location === null ? null : URL.parse(location, origin);
  return next === null || next.protocol !== new URL(origin).protocol ? null : next.origin;
}

function unavailable(sentence: string, cause: unknown): VedetteError {
  return new VedetteError('key-unavailable', sentence, { cause });
}
