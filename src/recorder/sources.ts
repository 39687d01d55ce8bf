// Sources: a camera's stream, opened. Files are played in real time, and over again where they loop.

import { VedetteError } from '../core/errors.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Media, MediaInput, MediaLocation, Packet } from '../core/ports/media.ts';
import type { CameraSource } from '../core/site/camera.ts';
import type { Pace } from './anchor.ts';

/** A camera that is silent for so long is opened again. Cameras send several pictures a second. */
export const sourceTimeoutMs = 10_000;
/** Opening may take longer: it has to wait for a key frame. */
export const openTimeoutMs = 30_000;
/** Timers are not more exact than this; sleeping for less costs more than it brings. */
const leastSleepMs = 4;
/** A pause in a file that is longer is not waited for. */
const longestPauseMs = 10_000;

export interface SourceDeps {
  readonly media: Media;
  readonly clock: Clock;
  readonly openDemo: (signal: AbortSignal) => Promise<MediaInput>;
}

/**
 * Opens the main stream of a camera; `signal` interrupts the opening and the waiting of the input's `read`.
 * Errors: those of `Media.open`; `source-timeout` where it takes longer than `openTimeoutMs`.
 */
export async function openSource(
  deps: SourceDeps,
  source: CameraSource,
  pace: Pace,
  signal: AbortSignal,
): Promise<MediaInput> {
  if (source.kind === 'demo') return timely(deps.clock, signal, deps.openDemo);
  const location = locationOf(source);
  const openOne = () => timely(deps.clock, signal, (limit) => deps.media.open(location, limit));
  const input = await openOne();
  if (source.kind === 'rtsp') return input;
  const endless = source.loop ? loop(input, openOne) : input;
  return pace === 'real' ? inRealTime(endless, deps.clock, signal) : endless;
}

/** Opens the smaller stream of a camera that has one. Errors: as `openSource`. */
export async function openSubstream(
  { media, clock }: Pick<SourceDeps, 'media' | 'clock'>,
  source: CameraSource & { kind: 'rtsp' },
  signal: AbortSignal,
): Promise<MediaInput> {
  const location = locationOf({ ...source, url: source.substreamUrl ?? source.url });
  return timely(clock, signal, (limit) => media.open(location, limit));
}

function locationOf(source: Exclude<CameraSource, { kind: 'demo' }>): MediaLocation {
  if (source.kind === 'file') return { kind: 'file', path: source.path };
  const { url, username, password } = source;
  return { kind: 'rtsp', url, username, password, timeoutMs: sourceTimeoutMs };
}

async function timely(
  clock: Clock,
  signal: AbortSignal,
  open: (signal: AbortSignal) => Promise<MediaInput>,
): Promise<MediaInput> {
  const limit = new AbortController();
  const done = new AbortController();
  const either = AbortSignal.any([signal, limit.signal]);
  const late = new VedetteError('source-timeout', 'The camera did not send a picture in time.');
  clock.sleep(openTimeoutMs, AbortSignal.any([signal, done.signal])).then(
    () => limit.abort(late),
    () => {},
  );
  const opening = open(either);
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(either.reason);
  either.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([opening, aborted.promise]);
  } catch (error) {
    // An opening that comes to something after all is of no use to anyone.
    opening.then((input) => input.close()).catch(() => {});
    throw error;
  } finally {
    // A composite signal with a listener lives as long as what it is composed of: as long as the camera.
    either.removeEventListener('abort', onAbort);
    done.abort();
  }
}

/** Plays an input over and over: each time its timestamps go on where they ended. */
function loop(first: MediaInput, openAgain: () => Promise<MediaInput>): MediaInput {
  const { init, framesPerSecond } = first;
  const usualTicks = Math.max(1, Math.round(init.timescale / (framesPerSecond || 25)));
  let input = first;
  let closed = false;
  let shiftTicks: number | null = 0;
  let nextTicks = 0;
  let isEmpty = true;

  async function again(): Promise<void> {
    await input.close();
    input = await openAgain();
    if (closed) await input.close();
    if (input.init.sha256 !== init.sha256) {
      throw new VedetteError('source-corrupt', 'The file was replaced by another one; opening it again.');
    }
    isEmpty = true;
    shiftTicks = null;
  }

  function shifted(packet: Packet): Packet {
    shiftTicks ??= nextTicks - packet.dtsTicks;
    const dtsTicks = packet.dtsTicks + shiftTicks;
    nextTicks = dtsTicks + (packet.durationTicks || usualTicks);
    return shiftTicks === 0 ? packet : { ...packet, dtsTicks, ptsTicks: packet.ptsTicks + shiftTicks };
  }

  return {
    init,
    framesPerSecond,
    async read() {
      for (;;) {
        const packet = await input.read();
        if (packet !== null) {
          isEmpty = false;
          return shifted(packet);
        }
        if (closed || isEmpty) return null;
        await again();
      }
    },
    decoder: (options) => first.decoder(options),
    async close() {
      closed = true;
      await input.close();
    },
  };
}

/** Holds each packet back until its time has come, as a camera would. */
function inRealTime(input: MediaInput, clock: Clock, signal: AbortSignal): MediaInput {
  const { timescale } = input.init;
  let originMs: number | null = null;
  let closed = false;
  const closing = new AbortController();
  const stopped = AbortSignal.any([signal, closing.signal]);
  return {
    init: input.init,
    framesPerSecond: input.framesPerSecond,
    async read() {
      const packet = await input.read();
      if (packet === null) return null;
      const mediaMs = (packet.dtsTicks * 1000) / timescale;
      const nowMs = clock.monotonicMs();
      originMs ??= nowMs - mediaMs;
      const waitMs = originMs + mediaMs - nowMs;
      if (waitMs > longestPauseMs || waitMs < -longestPauseMs) originMs = nowMs - mediaMs;
      else if (waitMs > leastSleepMs) await clock.sleep(waitMs, stopped).catch(() => {});
      return closed || signal.aborted ? null : packet;
    },
    decoder: (options) => input.decoder(options),
    async close() {
      closed = true;
      closing.abort();
      await input.close();
    },
  };
}
