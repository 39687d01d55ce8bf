// Media by FFmpeg in process, through node-av's low-level interface (its high-level one costs 1.75 times as much).

import { AV_LOG_QUIET } from 'node-av/constants';
import { Log as LibraryLog } from 'node-av/lib';
import type { Log } from '../../core/ports/log.ts';
import type { Media } from '../../core/ports/media.ts';
import { type CameraPolicy, homePolicy } from '../../core/site/camera-policy.ts';
import { videoEncoder } from './encoder.ts';
import { openSource } from './open.ts';

/**
 * Each read of a file, and each picture being decoded, holds one libuv thread: run with `UV_THREADPOOL_SIZE` above the
 * number of streams. Source: libuv, "Thread pool work scheduling". `policy` says which hosts and files may be opened at all.
 */
export function avMedia({ log, policy = homePolicy }: { log: Log; policy?: CameraPolicy }): Media {
  // The library prints addresses, passwords included, to stderr; what matters comes back as an error.
  LibraryLog.setLevel(AV_LOG_QUIET);
  return {
    async open(location, signal) {
      const input = await openSource(location, policy, signal);
      const { codec, width, height } = input.init;
      log.debug('source opened', { kind: location.kind, codec, width, height });
      return input;
    },
    encoder: videoEncoder,
  };
}
