// What a camera does, put together from what its source, the storage, the decoder and the clock say.

import type { EpochMs } from '../../core/brand.ts';
import { type ErrorCode, toldOf } from '../../core/errors.ts';
import type { CameraStatus } from '../../core/site/camera.ts';
import type { SourceState } from '../capture/capture.ts';
import { codecName, type StatusKeeper } from './status.ts';

export interface CameraState {
  readonly isDisabled: boolean;
  setSource(next: SourceState | 'disabled'): void;
  /** Why nothing can be written, or null. */
  setStorageProblem(code: ErrorCode | null): void;
  /** When writing is tried again. */
  setStorageRetry(at: EpochMs): void;
  setDecoderHealth(healthy: boolean): void;
  /** Takes over what changed without being told. */
  refresh(): void;
}

export interface StateSources {
  readonly detection: () => CameraStatus['detection'];
  readonly notice: () => CameraStatus['notice'];
}

export function keepCameraState(status: StatusKeeper, { detection, notice }: StateSources): CameraState {
  let source: Pick<CameraStatus, 'state' | 'problem'> = { state: 'starting', problem: null };
  let storageProblem: ErrorCode | null = null;
  let storageRetryAt: EpochMs | null = null;
  let decoderIsHealthy = true;

  function refresh(): void {
    const blockedBy = source.state === 'recording' ? storageProblem : null;
    status.set({
      state: blockedBy === null ? source.state : 'offline',
      problem: blockedBy === null ? source.problem : storageTrouble(blockedBy, storageRetryAt),
      notice: source.state === 'recording' ? notice() : null,
      detection: decoderIsHealthy ? detection() : 'unavailable',
    });
  }

  return {
    get isDisabled() {
      return source.state === 'disabled';
    },
    setSource(next) {
      if (next === 'disabled') {
        source = { state: 'disabled', problem: null };
      } else {
        source = { state: next.state, problem: next.problem };
        if (next.input !== undefined) status.set({ picture: pictureOf(next.input) });
      }
      refresh();
    },
    setStorageProblem(code) {
      storageProblem = code;
      storageRetryAt = null;
      refresh();
    },
    setStorageRetry(at) {
      storageRetryAt = at;
      refresh();
    },
    setDecoderHealth(healthy) {
      decoderIsHealthy = healthy;
      refresh();
    },
    refresh,
  };
}

function pictureOf({ init }: NonNullable<SourceState['input']>): CameraStatus['picture'] {
  return { width: init.width, height: init.height, codec: codecName(init.codec) };
}

function storageTrouble(code: ErrorCode, nextTryAt: EpochMs | null): CameraStatus['problem'] {
  return { code, detail: toldOf(code), nextTryAt };
}
