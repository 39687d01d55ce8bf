// Stills: decoding single images, whatever library does it.

import type { ImageMediaType } from '../image/pushed-image.ts';
import type { Picture } from './media.ts';

export interface Stills {
  /**
   * Decodes a whole image whose size was checked before: memory is taken for every pixel. The picture must be released.
   * Of a JPEG both sides are halved on the way `halvings` times, 3 at most, where it can be: that saves most of the
   * pixels; other formats come as they are. Errors: `image-refused` (damaged, or not what it says it is).
   */
  decode(image: Uint8Array, mediaType: ImageMediaType, halvings?: number): Promise<Picture>;
}
