// Opening a source again after it failed: how long to wait, and what the gap in between says.

import type { Backoff } from '../../core/backoff.ts';
import type { ErrorCode, VedetteError } from '../../core/errors.ts';
import { type GapCause, gapCauses } from '../../core/footage/recording.ts';

const reconnectBackoff: Backoff = { firstMs: 500, maxMs: 30_000 };
/** A refused password stays refused until somebody changes it, and many cameras lock after five tries. */
const credentialsBackoff: Backoff = { firstMs: 60_000, maxMs: 600_000 };

/** A source that worked for so long begins with short waits again. */
export const healthyAfterMs = 30_000;

/** How long to wait before a source that failed with `code` is opened again. */
export function reconnectAfter(code: ErrorCode): Backoff {
  return code === 'source-credentials' ? credentialsBackoff : reconnectBackoff;
}

/** The cause that a gap after `error` has. */
export function causeOf({ code }: VedetteError): GapCause {
  return gapCauses.find((cause) => cause === code) ?? 'recorder-crashed';
}
