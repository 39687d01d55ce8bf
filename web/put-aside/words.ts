// Images that were put aside, in words.

import type { ImageStatus, QuarantinedImage } from '../../src/http/contract/images.ts';

const kinds: Readonly<Record<string, string>> = {
  'image/jpeg': 'JPEG',
  'image/png': 'PNG',
  'image/webp': 'WebP',
};
const ways = { http: 'over HTTP', kafka: 'over Kafka' } as const;

/** "JPEG of 2.1 MB, over Kafka". */
export function whatWords({ mediaType, sizeBytes, way }: QuarantinedImage): string {
  return `${kinds[mediaType] ?? 'File'} of ${sizeWords(sizeBytes)}, ${ways[way]}`;
}

/** "340 bytes", "12 kB", "2.1 MB". */
export function sizeWords(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  return bytes < 999_500 ? `${Math.round(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Whether cutting off what is around the picture may help. */
export function mayStrip({ reason }: QuarantinedImage): boolean {
  return reason.code === 'trailing-data';
}

/** Whether trying again can come to something else: the bytes stay as they are, and what is wrong with most is in them. */
export function mayTryAgain(image: QuarantinedImage): boolean {
  // What a busy machine took too long for, another time may do.
  return image.cameraId !== null && (mayStrip(image) || image.reason.code === 'stops-the-decoder');
}

/** What came of trying again. */
export function outcomeWords({ state, reason }: ImageStatus): string {
  if (state === 'stored') return 'It was stored, and is on its time line.';
  return reason === null ? 'It stays put aside.' : `It stays put aside. ${reason.detail}`;
}
