// The watch: looks at the pictures of all cameras and says when somebody is there.

import type { CameraId, EpochMs } from '../../core/brand.ts';
import type { Sighting } from '../../core/detection/detection.ts';
import type { WatchPlan } from '../../core/detection/watch-plan.ts';
import type { Pace } from '../../core/footage/pace.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Detector } from '../../core/ports/detector.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Picture } from '../../core/ports/media.ts';
import { watchCamera } from './camera.ts';
import { turns } from './turns.ts';

export interface WatchParts {
  readonly detector: Detector;
  readonly clock: Clock;
  readonly log: Log;
  /** Called in order for each camera. */
  readonly onSighting: (sighting: Sighting) => void;
}

export interface WatchSettings {
  /** Pictures a second that are searched for motion. Fewer miss who runs by, more cost decoding. */
  readonly framesPerSecond: number;
  /** Of the JPEG that goes with a sighting, in pixels. */
  readonly snapshotWidth: number;
}

export interface Watch {
  /** Begins to watch a camera. */
  camera(cameraId: CameraId, options: { pace: Pace }): CameraWatch;
  /** Looks at nothing more; resolves when what was under way is over. Reports no end of episodes. */
  stop(): Promise<void>;
}

export interface WatchStats {
  readonly framesDecoded: number;
  readonly framesDetected: number;
  /** Part of the newest picture that moves, 0 to 1. */
  readonly motionFraction: number;
  /** `waiting`: nothing was looked at yet. `unavailable`: the detector refused the last picture. */
  readonly detection: 'running' | 'waiting' | 'unavailable';
  /** Somebody is there. */
  readonly active: boolean;
}

export interface CameraWatch {
  /** Looks for what `plan` asks from the next look on; until then all of the picture is watched for persons. */
  follow(plan: WatchPlan): void;
  /** Whether the picture taken at this time should be offered. */
  wants(at: EpochMs): boolean;
  /** Takes over `picture` and releases it. Never throws: what goes wrong is logged and shows in `stats`. */
  offer(picture: Picture, at: EpochMs): Promise<void>;
  /** The stream ended at `at`: so does the episode. The next picture begins anew. */
  end(at: EpochMs): Promise<void>;
  stats(): WatchStats;
  /** The camera is no more: looks at nothing further and forgets it. Resolves when the look under way is over. */
  stop(): Promise<void>;
}

const defaults: WatchSettings = { framesPerSecond: 5, snapshotWidth: 640 };

export function createWatch(parts: WatchParts, settings: Partial<WatchSettings> = {}): Watch {
  const detectorTurns = turns(() => parts.detector.concurrency);
  const cameras = new Set<CameraWatch>();
  return {
    camera(cameraId, { pace }) {
      const watching = watchCamera(
        { ...parts, log: parts.log.with({ cameraId }), turns: detectorTurns },
        { ...defaults, ...settings, cameraId, pace },
      );
      const camera: CameraWatch = {
        ...watching,
        stop() {
          cameras.delete(camera);
          return watching.stop();
        },
      };
      cameras.add(camera);
      return camera;
    },
    async stop() {
      await Promise.all(Array.from(cameras, (camera) => camera.stop()));
      cameras.clear();
    },
  };
}
