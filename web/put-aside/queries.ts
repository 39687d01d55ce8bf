// Images that were put aside, and the intentions on them.

import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { ImageStatus, QuarantinedImage } from '../../src/http/contract/images.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { request, send } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';

/** They come by themselves: looked at again while somebody is there. */
export const putAsideQuery = queryOptions({
  queryKey: keys.putAside,
  queryFn: ({ signal }) => request(z.array(QuarantinedImage), paths.quarantine, { signal }),
  refetchInterval: 30_000,
});

export function tryAgain(imageId: string, strip: boolean): Promise<ImageStatus> {
  return request(ImageStatus, paths.quarantineRetry(imageId), { method: 'POST', body: { strip } });
}

export function destroyImage(imageId: string): Promise<void> {
  return send(paths.quarantined(imageId), { method: 'DELETE' });
}
