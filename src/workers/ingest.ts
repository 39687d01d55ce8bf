// Ingest: takes accepted images out of the inbox, at least once each, until stopped.

import { type Accepted, openAccepted, readAccepted } from '../core/image/accepted.ts';
import { isGone, takeIn, type TakeInDeps, wasTakenIn } from '../core/image/take-in.ts';
import { type ErrorCode, errorCode } from '../core/errors.ts';
import type { Inbox, InboxConsumer, ReceivedItem } from '../core/ports/inbox.ts';
import { room } from '../core/room.ts';

/** Images in hand at a time: enough to fill a batch of rows, */
const concurrency = 48;
/** of so many bytes: each lies in memory some times over while it is opened, examined and sealed anew. */
const maxBytesInHand = 64_000_000;
/** Taking one in costs a decode and a write: what takes longer hangs. */
const timeoutMs = 60_000;
const backoff = { firstMs: 500, maxMs: 60_000 };
/** No time mends these: nobody of us wrote the item, it was changed, or its key was destroyed. Tried again, it would stop those behind it. */
const forGood: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'request-invalid',
  'footage-damaged',
  'key-destroyed',
]);

/** Takes images in. What cannot be used is put aside; what cannot be stored now is tried again for as long as it takes. */
export function startIngest(deps: TakeInDeps & { readonly inbox: Pick<Inbox, 'consume'> }): InboxConsumer {
  const inHand = room(maxBytesInHand);
  return deps.inbox.consume({ concurrency, timeoutMs, backoff }, async (item, signal) => {
    const giveBack = await inHand.take(item.sizeBytes, signal);
    try {
      const found = await opened(deps, item);
      if (found !== null) await takeIn(deps, found.accepted, found.plain, signal);
    } finally {
      giveBack();
    }
  });
}

/** What an item holds; null where that is nothing, or nobody can open it ever again, which the log says. */
async function opened(
  deps: TakeInDeps,
  { id, headers, read }: ReceivedItem,
): Promise<{ accepted: Accepted; plain: Uint8Array<ArrayBuffer> } | null> {
  try {
    const accepted = readAccepted(headers);
    const body = await bodyOf(deps, accepted, read);
    return body === null ? null : { accepted, plain: await openAccepted(deps.hourKeys, headers, body) };
  } catch (error) {
    if (!forGood.has(errorCode(error))) throw error;
    deps.log.error('What lies in the inbox can never be opened, and is dropped', { item: id, error });
    return null;
  }
}

/** Null where it is gone. */
async function bodyOf(
  deps: TakeInDeps,
  { id: imageId }: Accepted,
  read: ReceivedItem['read'],
): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return await read();
  } catch (error) {
    // Handled by a process that died before it could say so; where it was not, somebody should know.
    if (!isGone(error)) throw error;
    if (!(await wasTakenIn(deps, imageId)))
      deps.log.error('An accepted image is missing in the inbox', { imageId });
    return null;
  }
}
