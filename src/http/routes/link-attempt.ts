// Attempts at links of letters: good ones cost nothing, who tries others is stopped.

import { errorCode } from '../../core/errors.ts';
import { logSecurity } from '../../core/organization/security-log.ts';
import { countAttempt, requireAttemptsLeft } from '../attempts.ts';
import type { HttpDeps } from '../dependencies.ts';
import type { Exchange } from '../route.ts';

/** Does `work`; a bad link in it is counted. Errors: `too-many-requests`, those of `work`. */
export async function countLinkAttempt<T>(
  deps: Pick<HttpDeps, 'cache' | 'log'>,
  { peerAddress }: Pick<Exchange, 'peerAddress'>,
  work: () => Promise<T>,
): Promise<T> {
  await requireAttemptsLeft(deps, 'link', peerAddress);
  try {
    return await work();
  } catch (error) {
    if (errorCode(error) === 'link-invalid') {
      await countAttempt(deps, 'link', peerAddress);
      logSecurity(deps.log, 'link-refused', { peerAddress });
    }
    throw error;
  }
}
