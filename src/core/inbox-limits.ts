// The limits of inbox items, held by every adapter.

import { VedetteError } from './errors.ts';
import { type InboxItem, maxInboxBodyBytes, maxInboxHeaderBytes } from './ports/inbox.ts';

/** Errors: `body-too-large`. */
export function checkItem({ headers, body }: InboxItem): void {
  if (body.byteLength > maxInboxBodyBytes) throw tooLarge(`a body of ${maxInboxBodyBytes} bytes`);
  const encoder = new TextEncoder();
  const bytes = Object.entries(headers).flat();
  const size = bytes.reduce((sum, text) => sum + encoder.encode(text).byteLength, 0);
  if (size > maxInboxHeaderBytes) throw tooLarge(`headers of ${maxInboxHeaderBytes} bytes`);
}

function tooLarge(limit: string): VedetteError {
  return new VedetteError('body-too-large', `What is put into the inbox has at most ${limit}.`);
}
