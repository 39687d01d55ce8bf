// The masker by FFmpeg: the contract, for each codec and pixel format that a camera may send.

import { silentLog } from '../../core/ports/log.ts';
import { maskerContract } from '../../core/ports/masker.contract.ts';
import { codedVideo, lookAtJpeg, lookAtVideo, patternJpeg } from '../../../test/servers/coded-video.ts';
import { avMasker } from './masker.ts';

for (const kind of ['h264', 'h264-full-range', 'h265', 'h265-ten-bit'] as const) {
  // Made once: libx265 takes a second.
  const coded = codedVideo(kind);
  maskerContract(`av masker, ${kind}`, async () => ({
    masker: avMasker({ log: silentLog }),
    ...(await coded),
    jpeg: await patternJpeg(),
    look: lookAtVideo,
    lookAtJpeg,
  }));
}
