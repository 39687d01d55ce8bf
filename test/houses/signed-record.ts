// A record of the images topic, signed as its documentation says: without any code of the program.

import { createHash, createHmac } from 'node:crypto';

/** The headers with their signature. */
export async function signedRecord(
  secret: string,
  headers: Readonly<Record<string, string>>,
  value: Uint8Array,
): Promise<Record<string, string>> {
  const lines = Object.keys(headers)
    .toSorted()
    .map((name) => `${name}:${headers[name]}`);
  const hash = createHash('sha256').update(value).digest('hex');
  const text = ['vedette-image-v1', ...lines, hash].join('\n');
  return { ...headers, signature: createHmac('sha256', secret).update(text).digest('hex') };
}
