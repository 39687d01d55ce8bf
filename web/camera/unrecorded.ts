// Cameras where no process records: what each last said of itself is a memory, whoever told the page. Pure.

import type { Camera } from '../../src/http/contract/cameras.ts';

/**
 * The cameras as they are while `sentence` says that nothing is recorded; as they were told where it is null. A process
 * may still answer what another already knows to be over: the page says one thing, everywhere.
 */
export function asRecorded(cameras: readonly Camera[], sentence: string | null): readonly Camera[] {
  return sentence === null ? cameras : cameras.map((camera) => unrecorded(camera, sentence));
}

function unrecorded(camera: Camera, sentence: string): Camera {
  const { enabled, source, status } = camera;
  if (!enabled || source.kind === 'pushed' || status.problem?.code === 'recorder-missing') return camera;
  return {
    ...camera,
    status: {
      ...status,
      state: 'offline',
      // Nobody says when it died; its last picture is the last that is known of it.
      since: status.lastFragmentAt ?? status.since,
      problem: { code: 'recorder-missing', detail: sentence, nextTryAt: null },
      notice: null,
      framesPerSecond: 0,
      bitsPerSecond: 0,
      detection: 'waiting',
    },
  };
}
