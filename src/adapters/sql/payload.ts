// The size of a message, checked before it is committed anywhere.

import { VedetteError } from '../../core/errors.ts';
import type { QueueMessage } from '../../core/ports/queue.ts';
import { maxPayloadBytes } from '../../core/ports/queue.ts';

/** Errors: `body-too-large`. */
export function checkPayload({ topic, payload }: QueueMessage): void {
  if (Buffer.byteLength(payload) > maxPayloadBytes) {
    throw new VedetteError('body-too-large', `A message for "${topic}" has more than 64 KiB.`);
  }
}
