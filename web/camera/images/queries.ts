// Pushed images, as the pages know them.

import { queryOptions } from '@tanstack/react-query';
import { CameraImages } from '../../../src/http/contract/images.ts';
import { paths } from '../../../src/http/contract/paths.ts';
import { request } from '../../app/api.ts';
import { keys } from '../../app/query-keys.ts';

const hourMs = 3_600_000;

/** Images of the hour around a moment, with what was seen in them; below the time lines, so that it is read again with them. */
export function imagesQuery(cameraId: string, at: number) {
  const from = Math.floor(at / hourMs) * hourMs;
  const to = from + hourMs;
  return queryOptions({
    queryKey: keys.images(cameraId, from, to),
    queryFn: ({ signal }) =>
      request(CameraImages, `${paths.cameraImages(cameraId)}?from=${from}&to=${to}`, { signal }),
  });
}
