// One camera under watch: motion first, then the detector, then what it means.

import type { CameraId, EpochMs } from '../../core/brand.ts';
import type { Box, Detection, Sighting } from '../../core/detection/detection.ts';
import { errorCode } from '../../core/errors.ts';
import type { Pace } from '../../core/footage/pace.ts';
import type { Picture } from '../../core/ports/media.ts';
import { glance as newGlance } from './glance.ts';
import { scene as newScene } from './scene.ts';
import type { Turns } from './turns.ts';
import { waitingPicture } from './waiting-picture.ts';
import type { CameraWatch, WatchParts, WatchSettings, WatchStats } from './watch.ts';

export interface CameraOptions extends WatchSettings {
  readonly cameraId: CameraId;
  readonly pace: Pace;
}

/** A detector that is not there, or not yet, is asked again after this. */
const unavailableMs = 1_000;
/** At pace `max` a busy detector is asked again after this. */
const busyMs = 20;

export function watchCamera(
  parts: WatchParts & { readonly turns: Turns },
  { cameraId, pace, framesPerSecond, snapshotWidth }: CameraOptions,
): CameraWatch {
  const { detector, clock, log, turns } = parts;
  const scene = newScene({ cameraId, clock, onSighting });
  const waiting = waitingPicture(turns, look);
  let glance = newGlance(framesPerSecond);
  let isStopped = false;
  let stats: Omit<WatchStats, 'active'> = {
    framesDecoded: 0,
    framesDetected: 0,
    motionFraction: 0,
    detection: 'waiting',
  };

  function onSighting(sighting: Sighting): void {
    try {
      parts.onSighting(sighting);
    } catch (error) {
      log.error('A sighting could not be handed on', { error });
    }
  }

  function sense(picture: Picture, at: EpochMs): boolean {
    try {
      const { fraction } = glance.sense(picture, at);
      stats = { ...stats, framesDecoded: stats.framesDecoded + 1, motionFraction: fraction };
      return true;
    } catch (error) {
      log.warn('A picture could not be searched for motion', { error });
      return false;
    }
  }

  async function look(picture: Picture, at: EpochMs): Promise<void> {
    const motion = glance.begin(at);
    try {
      const detections = await detect(picture);
      glance.succeeded(at);
      if (stats.detection === 'unavailable') log.info('The detector looks at pictures again');
      stats = { ...stats, framesDetected: stats.framesDetected + 1, detection: 'running' };
      const aspect = picture.width / picture.height;
      await scene.look({ at, detections, motion, aspect, snapshot: () => jpeg(picture) });
    } catch (error) {
      noteFailure(error, at, motion);
    }
  }

  function noteFailure(error: unknown, at: EpochMs, motion: readonly Box[]): void {
    const code = errorCode(error);
    const isUnavailable = code === 'detector-unavailable';
    const isAbsent = isUnavailable || code === 'not-ready';
    glance.failed(at, motion, isAbsent && pace === 'real' ? unavailableMs : 0);
    // Busy and starting are ordinary: nothing is wrong, so nothing is said.
    if (code === 'detector-busy' || code === 'not-ready') return;
    if (!isUnavailable) {
      log.warn('A picture could not be looked at', { error });
      return;
    }
    if (stats.detection !== 'unavailable') {
      log.warn('The detector looks at no pictures; recording goes on', { error });
    }
    stats = { ...stats, detection: 'unavailable' };
  }

  async function detect(picture: Picture): Promise<readonly Detection[]> {
    for (;;) {
      try {
        return await detector.detect(await picture.rgb(detector.input.width, detector.input.height));
      } catch (error) {
        if (pace === 'real' || errorCode(error) !== 'detector-busy' || isStopped) throw error;
        await clock.sleep(busyMs);
      }
    }
  }

  async function jpeg(picture: Picture): Promise<Uint8Array | null> {
    try {
      return await picture.jpeg(snapshotWidth);
    } catch (error) {
      log.warn('A snapshot could not be made', { error });
      return null;
    }
  }

  return {
    follow: scene.follow,
    wants: (at) => !isStopped && glance.wants(at),
    async offer(picture, at) {
      if (isStopped || !sense(picture, at)) return picture.release();
      scene.tick(at);
      // What waits is replaced by what is newer.
      if (!waiting.isTaken && !glance.needsLook(at, scene.nextLookMs)) return picture.release();
      const looked = waiting.put(picture, at);
      if (pace === 'max') await looked;
    },
    async end(_at) {
      await waiting.clear();
      scene.clear();
      glance = newGlance(framesPerSecond);
    },
    stats: () => ({ ...stats, active: scene.active }),
    async stop() {
      isStopped = true;
      await waiting.clear();
    },
  };
}
