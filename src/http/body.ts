// Request bodies: JSON, and never more of it than the limit.

import { VedetteError } from '../core/errors.ts';
import { maxBodyBytes } from './limits.ts';

/** The JSON a request carries. Errors: `request-invalid` (not JSON), `body-too-large`. */
export async function readJson(request: Request): Promise<unknown> {
  // Forms of other web sites cannot send this type without asking first (CORS).
  const [mediaType = ''] = (request.headers.get('content-type') ?? '').split(';');
  if (mediaType.trim().toLowerCase() !== 'application/json') {
    throw new VedetteError('request-invalid', 'Send JSON, with the header content-type: application/json.');
  }
  const bytes = await readAtMost(request, maxBodyBytes);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new VedetteError('request-invalid', 'The request is not valid JSON.', { cause });
  }
}

async function readAtMost(request: Request, maxBytes: number): Promise<Uint8Array> {
  const tooLarge = () =>
    new VedetteError('body-too-large', `This address accepts at most ${maxBytes / 1024} KiB.`);
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  // The length may be missing or a lie: what counts is what arrives.
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
