// Pushed images, as the pages know them.

import { queryOptions } from '@tanstack/react-query';
import { CameraImages, NewestImage, type PreviewQuery } from '../../../src/http/contract/images.ts';
import { paths } from '../../../src/http/contract/paths.ts';
import { request } from '../../app/api.ts';
import { keys } from '../../app/query-keys.ts';
import type { z } from 'zod';

const hourMs = 3_600_000;

/** Images of the hour around a moment, with what was seen in them. */
export function imagesQuery(cameraId: string, at: number) {
  const from = Math.floor(at / hourMs) * hourMs;
  return imagesBetweenQuery(cameraId, from, from + hourMs);
}

/** Images of a span of at most a day; below the time lines, so that they are read again with them. */
export function imagesBetweenQuery(cameraId: string, from: number, to: number) {
  return queryOptions({
    queryKey: keys.images(cameraId, from, to),
    queryFn: ({ signal }) =>
      request(CameraImages, `${paths.cameraImages(cameraId)}?from=${from}&to=${to}`, { signal }),
  });
}

/** The newest image of a camera; read again when one comes, but not more often than a tile is renewed. */
export function newestImageQuery(cameraId: string) {
  return queryOptions({
    queryKey: keys.newestImage(cameraId),
    queryFn: ({ signal }) => request(NewestImage, paths.newestImage(cameraId), { signal }),
  });
}

/** Where an image is small; at another address each time that somebody tries again. */
export function previewAddress(
  imageId: string,
  size: z.input<typeof PreviewQuery>['size'],
  again = 0,
): string {
  return `${paths.imagePreview(imageId)}?size=${size}${again === 0 ? '' : `&again=${again}`}`;
}
