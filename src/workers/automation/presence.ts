// Who is before which camera, as live events tell it: they may be lost, so nobody is there longer than was said.

import type { CameraId, TrackId } from '../../core/brand.ts';
import type { ObjectKind } from '../../core/detection/detection.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { LiveEvent } from '../../core/ports/events.ts';

/** An episode is told of every few seconds, and ends within 30 s of blindness: after this nobody is there. */
export const presenceMs = 60_000;
/** Episodes at the same time in one installation: far above what cameras can see. */
const maxTracks = 10_000;

type PresenceEvent = Extract<LiveEvent, { readonly type: 'presence' }>;

export interface Presence {
  /** True where something came or left that was not known to be there. */
  see(event: PresenceEvent): boolean;
  isPresent(cameraId: CameraId, kind: ObjectKind): boolean;
  /** Forgets who was not seen for too long; true where somebody was. */
  expire(): boolean;
  /** Time in ms until somebody is forgotten; null where nobody is there. */
  nextMs(): number | null;
}

export function presence({ clock }: { clock: Clock }): Presence {
  const tracks = new Map<TrackId, { event: PresenceEvent; seenMs: number }>();
  return {
    see(event) {
      const { trackId, isThere } = event;
      const wasThere = tracks.delete(trackId);
      if (!isThere) return wasThere;
      if (tracks.size >= maxTracks) return false;
      // Deleted and set again: the order is that of the last time each was seen.
      tracks.set(trackId, { event, seenMs: clock.monotonicMs() });
      return !wasThere;
    },
    isPresent: (cameraId, kind) =>
      tracks.values().some(({ event }) => event.cameraId === cameraId && event.kind === kind),
    expire() {
      const before = tracks.size;
      for (const [trackId, { seenMs }] of tracks) {
        if (clock.monotonicMs() - seenMs < presenceMs) break;
        tracks.delete(trackId);
      }
      return tracks.size < before;
    },
    nextMs() {
      const [first] = tracks.values();
      return first === undefined ? null : Math.max(0, first.seenMs + presenceMs - clock.monotonicMs());
    },
  };
}
