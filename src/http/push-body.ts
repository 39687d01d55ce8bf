// The body of a pushed image: the image itself, or a form with it, and never more of it than the limits.

import { VedetteError } from '../core/errors.ts';
import { type ImageMediaType, imageMediaTypes, maxImageBytes } from '../core/image/pushed-image.ts';
import { formOverheadBytes, maxFormParts } from './limits.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export interface PushedBody {
  readonly bytes: Bytes;
  readonly mediaType: ImageMediaType;
  /** Of a form, beside the file. */
  readonly fields: URLSearchParams;
}

/** Room for bodies in memory, shared by all requests. */
export interface BodyRoom {
  /** Room for one request, of nothing yet. */
  enter(): BodyLease;
}

export interface BodyLease {
  /** Has room for so many bytes from here on, or for more. Errors: `intake-busy`. */
  atLeast(bytes: number): void;
  release(): void;
}

export function bodyRoom(maxBytes: number): BodyRoom {
  let held = 0;
  return {
    enter() {
      let own = 0;
      return {
        atLeast(bytes) {
          const more = Math.max(0, bytes - own);
          if (held + more > maxBytes)
            throw new VedetteError('intake-busy', undefined, { retryAfterMs: 1_000 });
          held += more;
          own += more;
        },
        release() {
          held -= own;
          own = 0;
        },
      };
    },
  };
}

/** Errors: `request-invalid` (a form that is none), `image-refused` (another type), `body-too-large`. */
export async function readPush(request: Request, lease: BodyLease): Promise<PushedBody> {
  const [type = ''] = (request.headers.get('content-type') ?? '').split(';');
  const mediaType = type.trim().toLowerCase();
  if (mediaType === 'multipart/form-data') return readForm(request, lease);
  const bytes = await readAtMost(request, maxImageBytes, lease);
  return { bytes, mediaType: checkedType(mediaType), fields: new URLSearchParams() };
}

async function readForm(request: Request, lease: BodyLease): Promise<PushedBody> {
  const bytes = await readAtMost(request, maxImageBytes + formOverheadBytes, lease);
  const contentType = request.headers.get('content-type') ?? '';
  if (hasManyParts(bytes, contentType)) {
    throw new VedetteError(
      'request-invalid',
      `A form has at most ${maxFormParts} parts: the image, and fields.`,
    );
  }
  const form = await new Response(bytes, { headers: { 'content-type': contentType } })
    .formData()
    .catch((cause: unknown) => {
      throw new VedetteError('request-invalid', 'The form is damaged or was cut off.', { cause });
    });
  const files: File[] = [];
  const fields = new URLSearchParams();
  for (const [name, value] of form) {
    if (typeof value !== 'string') files.push(value);
    else fields.append(name, value);
  }
  const [file, ...more] = files;
  if (file === undefined || more.length > 0) {
    const sentence = 'A form has exactly one file: the image.';
    throw new VedetteError('request-invalid', sentence, { fields: { image: sentence } });
  }
  if (file.size > maxImageBytes) throw tooLarge();
  const image = new Uint8Array(await file.arrayBuffer());
  return { bytes: image, mediaType: checkedType(file.type.toLowerCase()), fields };
}

/** Counted before it is read: reading a hundred thousand parts takes seconds in which nobody else is served. */
function hasManyParts(bytes: Bytes, contentType: string): boolean {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType) ?? [];
  const boundary = `--${quoted ?? plain ?? ''}`;
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let parts = 0;
  // The last one is no part.
  for (let at = body.indexOf(boundary); at !== -1 && parts <= maxFormParts + 1; parts += 1)
    at = body.indexOf(boundary, at + boundary.length);
  return parts > maxFormParts + 1;
}

function checkedType(mediaType: string): ImageMediaType {
  const known = imageMediaTypes.find((each) => each === mediaType);
  if (known !== undefined) return known;
  throw new VedetteError(
    'image-refused',
    `Send an image, with the header content-type: ${imageMediaTypes.join(', ')}, or a form with one.`,
  );
}

/** The length may be missing or a lie: what counts is what arrives. */
async function readAtMost(request: Request, maxBytes: number, lease: BodyLease): Promise<Bytes> {
  const declared = Number(request.headers.get('content-length') ?? 0);
  if (declared > maxBytes) throw tooLarge();
  lease.atLeast(declared);
  // With a length the server reads no more than that (RFC 9112 §6.3): without a stream a push costs a seventh less.
  if (declared > 0 && !request.headers.has('transfer-encoding')) {
    const bytes = new Uint8Array(await request.arrayBuffer().catch(cutOff));
    if (bytes.byteLength > maxBytes) throw tooLarge();
    return bytes;
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body?.getReader();
  try {
    for (;;) {
      const { done = true, value } = (await reader?.read().catch(cutOff)) ?? {};
      if (done || value === undefined) return new Uint8Array(Buffer.concat(chunks));
      size += value.byteLength;
      if (size > maxBytes) throw tooLarge();
      lease.atLeast(size);
      chunks.push(value);
    }
  } finally {
    await reader?.cancel().catch(() => {});
  }
}

/** Whoever sent it stopped, or the way to us broke: no fault of ours. */
function cutOff(cause: unknown): never {
  throw new VedetteError('request-invalid', 'The image did not arrive whole. Send it again.', { cause });
}

function tooLarge(): VedetteError {
  return new VedetteError('body-too-large', `An image has at most ${maxImageBytes / 1e6} MB.`);
}
