// Pushed images, as the pages know them.

import { queryOptions } from '@tanstack/react-query';
import { CameraImages } from '../../../src/http/contract/images.ts';
import { paths } from '../../../src/http/contract/paths.ts';
import { request } from '../../app/api.ts';
import { keys } from '../../app/query-keys.ts';

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
