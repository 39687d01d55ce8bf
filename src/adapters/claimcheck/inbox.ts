// The inbox of a small house: the body is a blob, and the queue has its name (a claim check). Durable with either.

import { z } from 'zod';
import { branded, type EpochMs, type Sha256 } from '../../core/brand.ts';
import { checkItem } from '../../core/inbox-limits.ts';
import type { Blobs } from '../../core/ports/blobs.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { type Inbox, maxInboxBodyBytes } from '../../core/ports/inbox.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Consumer, Queue } from '../../core/ports/queue.ts';

export interface ClaimCheckOptions {
  readonly blobs: Blobs;
  readonly queue: Pick<Queue, 'publish' | 'consume' | 'depth'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Of the queue, for these items alone. */
  readonly topic: string;
  /** Of the blobs, for these items alone: what lies below it belongs to the inbox. */
  readonly prefix: string;
}

const stored = z.object({
  ...{ id: z.string(), headers: z.record(z.string(), z.string()), blobKey: z.string() },
  // Earlier versions did not say it.
  sizeBytes: z.number().default(maxInboxBodyBytes),
});

/** Ends with the queue and the blobs, which stay their owner's. */
export function claimCheckInbox(options: ClaimCheckOptions): Inbox {
  const { blobs, queue, clock, log, topic, prefix } = options;
  const consumers = new Set<Consumer>();

  async function forget(blobKey: string): Promise<void> {
    try {
      await blobs.delete(blobKey);
    } catch (error) {
      log.warn('An image that was taken in could not be removed from the inbox; the sweep does', {
        blobKey,
        error,
      });
    }
  }

  return {
    async put(item) {
      checkItem(item);
      const { id, headers, body } = item;
      const claim = crypto.randomUUID();
      const blobKey = `${prefix}/${dayOf(clock.now())}/${claim}`;
      const sha256 = branded<Sha256>(new Uint8Array(await crypto.subtle.digest('SHA-256', body)).toHex());
      await blobs.put(blobKey, body, { sizeBytes: body.byteLength, sha256 });
      const sizeBytes = body.byteLength;
      const payload = JSON.stringify({ id, headers, blobKey, sizeBytes } satisfies z.input<typeof stored>);
      await queue.publish([{ topic, key: claim, id: `${topic}/${claim}`, payload }]);
    },
    consume({ concurrency, backoff, timeoutMs }, handler) {
      const consumer = queue.consume(
        topic,
        // None is ever given up: what cannot be used is put aside by who handles it.
        { concurrency, backoff, timeoutMs, maxAttempts: Number.MAX_SAFE_INTEGER },
        async ({ payload }, signal) => {
          const { id, headers, blobKey, sizeBytes } = stored.parse(JSON.parse(payload));
          const read = async () => new Uint8Array(await blobs.get(blobKey));
          await handler({ id, headers, sizeBytes, read }, signal);
          await forget(blobKey);
        },
      );
      consumers.add(consumer);
      return consumer;
    },
    backlog: () => queue.depth(topic),
    async close() {
      await Promise.all([...consumers].map((consumer) => consumer.stop()));
      consumers.clear();
    },
  };
}

function dayOf(at: EpochMs): string {
  return new Date(at).toISOString().slice(0, 10);
}
