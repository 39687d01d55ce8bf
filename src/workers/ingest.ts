// Ingest: takes accepted images out of the inbox, at least once each, until stopped.

import { readAccepted, openAccepted } from '../core/image/accepted.ts';
import { isGone, takeIn, type TakeInDeps, wasTakenIn } from '../core/image/take-in.ts';
import type { Inbox, InboxConsumer } from '../core/ports/inbox.ts';

/** Images in hand at a time: enough to fill a batch of rows, and at 1 MB each no burden on memory. */
const concurrency = 48;
/** Taking one in costs a decode and a write: what takes longer hangs. */
const timeoutMs = 60_000;
const backoff = { firstMs: 500, maxMs: 60_000 };

/** Takes images in. What cannot be used is put aside; what cannot be stored now is tried again for as long as it takes. */
export function startIngest(deps: TakeInDeps & { readonly inbox: Pick<Inbox, 'consume'> }): InboxConsumer {
  const { hourKeys, inbox, log } = deps;
  return inbox.consume({ concurrency, timeoutMs, backoff }, async ({ headers, read }) => {
    const accepted = readAccepted(headers);
    const body = await read().catch(async (error: unknown) => {
      // Handled by a process that died before it could say so; where it was not, somebody should know.
      if (!isGone(error)) throw error;
      if (!(await wasTakenIn(deps, accepted.id)))
        log.error('An accepted image is missing in the inbox', { imageId: accepted.id });
      return null;
    });
    if (body === null) return;
    await takeIn(deps, accepted, await openAccepted(hourKeys, headers, body));
  });
}
