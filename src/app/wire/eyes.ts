// The eyes: detector, watch and recorder, joined to what a sighting means.

import { join } from 'node:path';
import { onnxDetector } from '../../adapters/onnx/detector.ts';
import type { CameraId } from '../../core/brand.ts';
import type { Sighting } from '../../core/detection/detection.ts';
import { VedetteError } from '../../core/errors.ts';
import type { Detector } from '../../core/ports/detector.ts';
import type { CameraClaims } from '../../recorder/camera/claims.ts';
import { openDemo } from '../../recorder/demo/demo.ts';
import { type Recorder, startRecorder } from '../../recorder/recorder.ts';
import type { StoreDeps } from '../../recorder/spool/store.ts';
import { createWatch, type Watch } from '../../recorder/watch/watch.ts';
import { lateDetector } from '../late-detector.ts';
import type { Settings } from '../settings.ts';
import { folderNames } from './folder.ts';
import type { House } from './house.ts';

export interface Eyes {
  readonly recorder: Recorder;
  readonly watch: Watch;
  /** Resolves when pictures can be looked at; rejects with `detector-unavailable`. */
  readonly detectorReady: Promise<Detector>;
  stop(): Promise<void>;
}

export interface EyesOptions {
  readonly pace: 'real' | 'max';
  /** Where the converted model is kept. */
  readonly modelFolder: string;
  readonly onSighting: (sighting: Sighting) => void;
  readonly makeRoom: () => Promise<boolean>;
  /** A gap was written into a time line. */
  readonly onGap?: StoreDeps['onGap'];
  /** A fragment of this camera can be read. */
  readonly onGrown?: (cameraId: CameraId) => void;
  /** Which cameras are recorded here; default: all. */
  readonly claims?: CameraClaims;
}

/** Starts recording at once; then the detector's model is loaded, and it joins. */
export async function openEyes(house: House, settings: Settings, options: EyesOptions): Promise<Eyes> {
  const { clock, log } = house;
  // Loading the model takes both cores of a small machine: while nothing is recorded, it would only be in the way.
  const recording = Promise.withResolvers<void>();
  const detectorReady = recording.promise.then(() => startDetector(settings, options.modelFolder, house));
  const detector = lateDetector(
    detectorReady,
    { width: 512, height: 288 },
    settings.VEDETTE_DETECTOR_WORKERS,
  );
  const watch = createWatch({ detector, clock, log, onSighting: options.onSighting });
  // What is read as fast as it can be must not be over before anybody looks.
  if (options.pace === 'max') {
    recording.resolve();
    await detectorReady;
  }
  const recorder = await startRecorder(
    {
      ...house,
      ...gapsTo(options.onGap),
      watch,
      openDemo: (signal) => openDemo({ media: house.media, clock, signal }),
    },
    { ...options, spoolFolder: join(house.folder, folderNames.spool) },
  ).catch(async (error: unknown) => {
    recording.reject(error);
    // A worker that lives on would keep a process alive that records nothing.
    await detector.close();
    throw error;
  });
  recording.resolve();
  return {
    recorder,
    watch,
    detectorReady,
    stop: async () => {
      try {
        await recorder.stop();
      } finally {
        // A worker that lives on would keep the process alive.
        await watch.stop();
        await detector.close();
      }
    },
  };
}

function gapsTo(onGap: StoreDeps['onGap']): Pick<StoreDeps, 'onGap'> {
  return onGap === undefined ? {} : { onGap };
}

/** A detector of its own. Errors: `detector-unavailable`, which is logged. */
export async function startDetector(
  settings: Settings,
  modelFolder: string,
  house: Pick<House, 'log'>,
): Promise<Detector> {
  const path = settings.VEDETTE_MODEL;
  try {
    return await onnxDetector({
      modelFolder,
      workers: settings.VEDETTE_DETECTOR_WORKERS,
      threadsPerWorker: 1,
      log: house.log,
      ...(path === undefined ? {} : { model: { path, layout: settings.VEDETTE_MODEL_LAYOUT } }),
    });
  } catch (cause) {
    const error = new VedetteError('detector-unavailable', undefined, { cause });
    house.log.error('The detector could not start; recording goes on without it', { error });
    throw error;
  }
}
