// Sources: a camera's stream, opened. Files are played in real time, and over again where they loop.

import { VedetteError } from '../../core/errors.ts';
import type { Pace } from '../../core/footage/pace.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Media, MediaInput, MediaLocation } from '../../core/ports/media.ts';
import type { CameraSource } from '../../core/site/camera.ts';
import { loop } from './loop.ts';
import { inRealTime } from './real-time.ts';
import { timely } from './timely.ts';

/** A camera that is silent for so long is opened again. Cameras send several pictures a second. */
export const sourceTimeoutMs = 10_000;

/** Beyond the source's own time-out, for a library that does not keep it. */
const watchdogMs = sourceTimeoutMs + 5_000;

/** How long an open source may give nothing before it is given up; null where a pause is its own business. */
export function silentMsOf({ kind }: CameraSource): number | null {
  return kind === 'file' ? null : watchdogMs;
}

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
  if (source.kind === 'pushed') throw new VedetteError('source-refused', 'Images are pushed to this camera.');
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

function locationOf(source: Exclude<CameraSource, { kind: 'demo' | 'pushed' }>): MediaLocation {
  if (source.kind === 'file') return { kind: 'file', path: source.path };
  const { url, username, password } = source;
  return { kind: 'rtsp', url, username, password, timeoutMs: sourceTimeoutMs };
}
