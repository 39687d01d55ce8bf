// Tells integrators when a camera stops recording and when it does again. What a camera does is known to its recorder alone,
// and told live: what was last made an event of is a row, written in one transaction with the event, so that neither a restart
// nor two processes tell it twice.

import type { CameraId } from '../core/brand.ts';
import { cameraEvent } from '../core/outgoing/compose.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Events } from '../core/ports/events.ts';
import type { Log } from '../core/ports/log.ts';
import type { Records } from '../core/ports/records.ts';
import type { CameraState, CameraStatus } from '../core/site/camera.ts';
import { wakeup } from '../core/wakeup.ts';

/** Recorders say what a camera does every 10 s: one that says nothing for this long is gone. */
const silentMs = 60_000;
const lookEveryMs = 10_000;

/** Null: it says nothing yet. */
const isOnlineIn = {
  starting: null,
  recording: true,
  receiving: true,
  offline: false,
  ended: false,
  disabled: false,
} as const satisfies Record<CameraState, boolean | null>;

interface Heard {
  /** Null: nothing since this began to listen. */
  readonly status: CameraStatus | null;
  readonly atMs: number;
}

/** Listens until stopped. Run it in one process at a time. */
export function startTellingOfCameras({
  records,
  events,
  clock,
  log,
  isDeaf = () => false,
}: {
  records: Pick<Records, 'toldCameras' | 'transaction'>;
  events: Events;
  clock: Clock;
  log: Log;
  /** Whether recorders cannot be heard just now, whatever they say. */
  isDeaf?: () => boolean;
}): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const bell = wakeup({ clock });
  const heard = new Map<CameraId, Heard>();
  let told: Map<CameraId, boolean> | null = null;

  const unsubscribe = events.subscribe((event) => {
    if (event.type !== 'camera-status') return;
    const { status } = event;
    const before = heard.get(status.cameraId)?.status?.state;
    heard.set(status.cameraId, { status, atMs: clock.monotonicMs() });
    if (before !== status.state) bell.call();
  });

  /** What was told before is listened for from now on: a recorder that died meanwhile says nothing. */
  async function remember(): Promise<Map<CameraId, boolean>> {
    const known = new Map(await records.toldCameras.list());
    for (const cameraId of known.keys()) {
      if (!heard.has(cameraId)) heard.set(cameraId, { status: null, atMs: clock.monotonicMs() });
    }
    return known;
  }

  async function look(): Promise<void> {
    told ??= await remember();
    // Nobody is silent whom nobody could hear.
    if (isDeaf()) for (const [id, { status }] of heard) heard.set(id, { status, atMs: clock.monotonicMs() });
    for (const [cameraId, { status, atMs }] of heard) {
      if (stopping.signal.aborted) return;
      const isSilent = clock.monotonicMs() - atMs >= silentMs;
      const isOnline = isSilent ? false : status === null ? null : isOnlineIn[status.state];
      if (isOnline !== null && told.get(cameraId) !== isOnline) {
        await tell(cameraId, isOnline, isSilent ? null : status);
        told.set(cameraId, isOnline);
      }
      // What is silent and told of is no more of interest until it speaks again.
      if (isSilent) heard.delete(cameraId);
    }
  }

  async function tell(cameraId: CameraId, isOnline: boolean, status: CameraStatus | null): Promise<void> {
    await records.transaction(async (tx) => {
      const camera = await tx.cameras.place(cameraId);
      if (camera === null) return tx.toldCameras.forget(cameraId);
      if (!(await tx.toldCameras.put(cameraId, isOnline))) return;
      await tx.outgoingEvents.add([cameraEvent({ clock }, camera, isOnline, status)]);
    });
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await look().catch((error: unknown) =>
        log.error('What cameras do could not be told to integrators; it is tried again', { error }),
      );
      if (!stopping.signal.aborted) await bell.wait(lookEveryMs);
    }
  }

  const running = run();
  return {
    async stop() {
      unsubscribe();
      stopping.abort();
      bell.call();
      await running;
    },
  };
}
