// Request bodies: JSON, or a form where a standard says so, and never more of it than the limit.

import { VedetteError } from '../core/errors.ts';
import { maxBodyBytes } from './limits.ts';

/** The form a request carries (WHATWG URL §5). Errors: `request-invalid` (another type), `body-too-large`. */
export async function readForm(request: Request): Promise<URLSearchParams> {
  const mediaType = 'application/x-www-form-urlencoded';
  if (mediaTypeOf(request) !== mediaType) {
    throw new VedetteError('request-invalid', `Send a form, with the header content-type: ${mediaType}.`);
  }
  return new URLSearchParams(new TextDecoder().decode(await readAtMost(request, maxBodyBytes)));
}

/** The text a request carries, whatever its type says. Errors: `request-invalid` (not UTF-8), `body-too-large`. */
export async function readText(request: Request): Promise<string> {
  const bytes = await readAtMost(request, maxBodyBytes);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new VedetteError('request-invalid', 'The request is not UTF-8.', { cause });
  }
}

/** The JSON a request carries. Errors: `request-invalid` (not JSON), `body-too-large`. */
export async function readJson(request: Request): Promise<unknown> {
  // Forms of other web sites cannot send this type without asking first (CORS).
  if (mediaTypeOf(request) !== 'application/json') {
    throw new VedetteError('request-invalid', 'Send JSON, with the header content-type: application/json.');
  }
  const bytes = await readAtMost(request, maxBodyBytes);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new VedetteError('request-invalid', 'The request is not valid JSON.', { cause });
  }
}

function mediaTypeOf({ headers }: Request): string {
  const [mediaType = ''] = (headers.get('content-type') ?? '').split(';');
  return mediaType.trim().toLowerCase();
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
