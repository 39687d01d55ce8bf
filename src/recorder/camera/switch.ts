// Switches the capture of a camera on and off, and to another source, as its settings say.

import type { GapCause } from '../../core/footage/recording.ts';
import type { Camera, CameraSource } from '../../core/site/camera.ts';
import { type Capture, type CaptureDeps, type CaptureOptions, startCapture } from '../capture/capture.ts';
import type { CameraState } from './state.ts';

export type SwitchOptions = Omit<CaptureOptions, 'camera' | 'onState'> & { readonly state: CameraState };

export interface CaptureSwitch {
  /** Null while there is none. */
  readonly current: Capture | null;
  /** Whether these bytes of a packet are still to be decoded, by a capture that stops too. */
  isInUse(data: Uint8Array): boolean;
  /** Starts, restarts or stops the capture as `camera` asks. */
  follow(camera: Camera): Promise<void>;
  /** Ends the capture; `cause` is why there is no footage afterwards. */
  stop(cause: GapCause): Promise<void>;
}

export function createCaptureSwitch(deps: CaptureDeps, options: SwitchOptions): CaptureSwitch {
  const { clock } = deps;
  const { state, segmenter } = options;
  let current: Capture | null = null;
  /** The capture, also while it stops and looks at its last packets. */
  let newest: Capture | null = null;
  let capturedSource: CameraSource | null = null;

  async function stop(cause: GapCause): Promise<void> {
    const stopped = current;
    if (stopped === null) return;
    current = null;
    await stopped.stop();
    segmenter.missing({ cause, since: clock.now() });
  }

  async function disable(): Promise<void> {
    if (current === null && !state.isDisabled)
      segmenter.missing({ cause: 'camera-disabled', since: clock.now() });
    await stop('camera-disabled');
    state.setSource('disabled');
  }

  return {
    get current() {
      return current;
    },
    isInUse: (data) => newest?.isInUse(data) === true,
    async follow(camera) {
      if (!camera.enabled) return disable();
      const isSame = capturedSource !== null && sameSource(capturedSource, camera.source);
      if (current !== null && isSame) return;
      await stop('stream-changed');
      capturedSource = camera.source;
      state.setSource({ state: 'starting', problem: null });
      current = startCapture(deps, { ...options, camera, onState: state.setSource });
      newest = current;
    },
    stop,
  };
}

function sameSource(a: CameraSource, b: CameraSource): boolean {
  const text = (source: CameraSource) =>
    JSON.stringify(source.kind === 'rtsp' ? { ...source, password: source.password?.reveal() } : source);
  return text(a) === text(b);
}
