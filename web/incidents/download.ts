// Downloads that show how far they are: the file is gathered here and then given to the browser to keep.

import { Problem } from '../../src/http/contract/common.ts';
import { ApiError } from '../app/api.ts';

export interface Downloaded {
  readonly fileName: string;
  /** What is missing in a clip, as the server tells it; "" where nothing is. */
  readonly gaps: string;
  readonly endsEarly: string | null;
  /** Privacy masks that are covered in it. */
  readonly masks: number;
}

export interface DownloadOptions {
  readonly signal: AbortSignal;
  /** Is told how much of it is here, from 0 to 1. */
  readonly onPart: (part: number) => void;
  /** Is told when others are made first. */
  readonly onWait: () => void;
}

/**
 * Downloads a clip and has the browser keep it. Where the server makes others first, it asks again until it is its turn.
 * Errors: `ApiError`.
 */
export async function downloadClip(
  url: string,
  { signal, onPart, onWait }: DownloadOptions,
): Promise<Downloaded> {
  const response = await begunAnswer(url, { signal, onWait });
  if (response.body === null) throw broken(response.status);
  onPart(0);
  const expected = Number(response.headers.get('vedette-clip-bytes') ?? 0);
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let received = 0;
  try {
    for await (const piece of piecesOf(response.body)) {
      pieces.push(piece);
      received += piece.length;
      if (expected > 0) onPart(Math.min(1, received / expected));
    }
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw broken(response.status);
  }
  const fileName = fileNameOf(response.headers.get('content-disposition') ?? '');
  keep(new Blob(pieces, { type: 'video/mp4' }), fileName);
  return {
    fileName,
    gaps: response.headers.get('vedette-clip-gaps') ?? '',
    endsEarly: response.headers.get('vedette-clip-ends-early'),
    masks: Number(response.headers.get('vedette-clip-masks') ?? 0),
  };
}

async function begunAnswer(
  url: string,
  { signal, onWait }: Pick<DownloadOptions, 'signal' | 'onWait'>,
): Promise<Response> {
  for (;;) {
    const response = await fetch(url, { signal });
    if (response.ok) return response;
    const refusal = await refusalOf(response);
    if (refusal.code !== 'clips-busy') throw refusal;
    onWait();
    await passed(retryAfterMs(response.headers.get('retry-after')), signal);
  }
}

/** When to ask again, in ms; between one second and a minute, whatever was said. Pure. */
export function retryAfterMs(header: string | null): number {
  const seconds = Number(header ?? '15');
  return 1000 * Math.min(60, Math.max(1, Number.isFinite(seconds) ? seconds : 15));
}

function passed(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

async function* piecesOf(body: ReadableStream<Uint8Array<ArrayBuffer>>) {
  // Not every browser can iterate over a stream.
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

function keep(file: Blob, fileName: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // The browser has begun to read by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** The name of an attachment (RFC 6266). Pure. */
export function fileNameOf(disposition: string): string {
  const [, encoded = ''] = /filename\*=UTF-8''([^;]+)/.exec(disposition) ?? [];
  try {
    return decodeURIComponent(encoded) || 'clip.mp4';
  } catch {
    return 'clip.mp4';
  }
}

async function refusalOf(response: Response): Promise<ApiError> {
  const parsed = Problem.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) return broken(response.status);
  const { code, status, detail } = parsed.data;
  return new ApiError({ code, status, detail });
}

function broken(status: number): ApiError {
  const detail = 'The download broke off. Try it again; if it stays so, the footage may be damaged.';
  return new ApiError({ code: 'server-unreachable', status, detail });
}
