// Why an image was put aside, in a sentence that says what to do.

import type { QuarantineReason } from './pushed-image.ts';

export const reasonSentences: Readonly<Record<QuarantineReason, string>> = {
  'not-an-image': 'It is no JPEG, PNG or WebP image.',
  'wrong-type': 'It is another kind of image than its content type says.',
  truncated: 'It ends too early. Send the whole file.',
  damaged: 'It is damaged and cannot be decoded.',
  animated: 'It is an animation. Send single images.',
  'too-many-pixels':
    'It has more than 64 megapixels, or fewer that take more than 320 MB decoded. Send it smaller, or with 8 bits a colour.',
  'trailing-data': 'Something follows the end of the image. Send it with strip=true to have that cut off.',
  'stops-the-decoder':
    'The decoder stopped at it, or took too long, more than once. Send it coded in another way.',
  'site-gone': 'Its site was removed.',
  'camera-gone': 'Its camera was removed, or is at another site.',
  'too-many-cameras':
    'It names a new camera, and there are too many already. Use the names of those there are.',
  'too-large': 'It has more than 20 MB. Send a smaller one.',
  'wrong-headers': 'One of its headers is missing or wrong. See the schema of the images topic.',
  'wrong-time':
    'It says that it was taken in the future, or more than 7 days ago. Check the clock of its camera, and send images sooner.',
  'site-not-allowed': 'Its source may not send images of this site, or the site was removed.',
  'key-reused': 'Its idempotency key came with another image before. Use a new key for each image.',
};

/** Which of the headers of a record it was: a name of ours, and nothing of what was sent. */
export function wrongHeaderSentence(name: string): string {
  return `Its header "${name}" is missing or wrong. See the schema of the images topic.`;
}
