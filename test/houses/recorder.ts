// What the tests of the recorder share: packets, fragments, a camera that does as it is told, and a reader.

import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import {
  branded,
  type CameraId,
  type EpochMs,
  type OrganizationId,
  type SiteId,
} from '../../src/core/brand.ts';
import { VedetteError } from '../../src/core/errors.ts';
import { readFragment, type Sample } from '../../src/core/footage/cmaf.ts';
import { type InitSegment, type Recording, recordingKeyContext } from '../../src/core/footage/recording.ts';
import type { Blobs } from '../../src/core/ports/blobs.ts';
import type { Clock } from '../../src/core/ports/clock.ts';
import type { Keys } from '../../src/core/ports/keys.ts';
import type { Media, MediaInput, Packet } from '../../src/core/ports/media.ts';
import type { Span } from '../../src/core/ports/records.ts';
import type { Camera, CameraSource } from '../../src/core/site/camera.ts';
import { decryptFragment } from '../../src/recorder/spool/fragment-cipher.ts';
import type { CameraWatch, Watch } from '../../src/recorder/watch/watch.ts';
import type { TimedFragment } from '../../src/recorder/write/segmenter.ts';

export const testTimescale = 90_000;
export const framesPerSecond = 25;
const frameTicks = testTimescale / framesPerSecond;
export const always: Span = { startAt: branded<EpochMs>(0), endAt: branded<EpochMs>(8.64e15) };

/** ftyp-less init segment with one track, enough for `trackIdOf`. */
const initBytes = Uint8Array.fromHex(
  '0000006c6d6f6f76000000647472616b0000005c746b68640000000000000000000000000000000100'.padEnd(2 * 108, '0'),
);

export const testInit: InitSegment = {
  sha256: branded('ab'.repeat(32)),
  bytes: initBytes,
  codec: 'avc1.640028',
  width: 1920,
  height: 1080,
  timescale: testTimescale,
};

/** A camera that exists only on paper. */
export function testCamera(clock: Clock, source: CameraSource, number = 1): Camera {
  return {
    id: branded<CameraId>(`01a20128-8186-7ade-bad3-00000000000${number}`),
    organizationId: branded<OrganizationId>('01a20128-8186-7ade-bad3-aaaaaaaaaaaa'),
    siteId: branded<SiteId>('01a20128-8186-7ade-bad3-bbbbbbbbbbbb'),
    name: `Camera ${number}`,
    source,
    enabled: true,
    createdAt: clock.now(),
  };
}

/** A fragment that begins at `startMs`; its samples say which it is. */
export function testFragment(startMs: number, change: Partial<TimedFragment> = {}): TimedFragment {
  const samples: Sample[] = Array.from({ length: 50 }, (_, index) => ({
    data: new TextEncoder().encode(`${startMs}/${index}`.padEnd(40)),
    durationTicks: frameTicks,
    compositionOffsetTicks: 0,
    keyFrame: index === 0,
  }));
  return {
    init: testInit,
    startTicks: (startMs * testTimescale) / 1000,
    durationTicks: 50 * frameTicks,
    samples,
    sizeBytes: 2_000,
    begins: false,
    reasons: [],
    clockOffsetMs: 0,
    clockBackMs: 0,
    ...change,
  };
}

/** How a scripted source behaves; a test changes it while it runs. */
export interface Script {
  /** Opening fails with this. */
  refuses: VedetteError | null;
  /** Reading fails with this, once. */
  breaks: VedetteError | Error | null;
  /** Nothing comes any more. */
  isSilent: boolean;
  /** Closing ends no read that waits, and never comes to an end. */
  hangs: boolean;
  /** Packets until the source ends. */
  packetsLeft: number;
  readonly opened: number;
}

/** A media port that plays 25 pictures a second, a key frame each second, for as long as its script says. */
export function scriptedMedia(clock: Clock): Media & { script(url: string): Script } {
  const scripts = new Map<string, Script & { opened: number }>();
  const script = (url: string) => {
    const found = scripts.get(url) ?? newScript();
    scripts.set(url, found);
    return found;
  };
  return {
    script,
    async open(location, signal) {
      const own = script(location.kind === 'file' ? location.path : location.url);
      own.opened += 1;
      signal.throwIfAborted();
      if (own.refuses !== null) throw own.refuses;
      return scriptedInput(clock, own);
    },
    encoder: () => Promise.reject(new VedetteError('internal-error')),
  };
}

function newScript(): Script & { opened: number } {
  return {
    refuses: null,
    breaks: null,
    isSilent: false,
    hangs: false,
    packetsLeft: Number.POSITIVE_INFINITY,
    opened: 0,
  };
}

function scriptedInput(clock: Clock, script: Script): MediaInput {
  const closing = new AbortController();
  let index = 0;
  return {
    init: testInit,
    framesPerSecond,
    async read(): Promise<Packet | null> {
      do {
        await clock.sleep(1000 / framesPerSecond, closing.signal).catch(() => {});
      } while (script.isSilent && !closing.signal.aborted);
      if (script.isSilent && script.hangs) await new Promise(() => {});
      if (closing.signal.aborted || script.packetsLeft <= 0) return null;
      script.packetsLeft -= 1;
      if (script.breaks !== null) {
        const error = script.breaks;
        script.breaks = null;
        throw error;
      }
      const ticks = index * frameTicks;
      const keyFrame = index % framesPerSecond === 0;
      index += 1;
      const data = new TextEncoder().encode(`picture ${index}`);
      return { data, ptsTicks: ticks, dtsTicks: ticks, durationTicks: frameTicks, keyFrame };
    },
    decoder: () => Promise.reject(new VedetteError('internal-error', 'There is no decoder in this test.')),
    async close() {
      closing.abort();
      if (script.hangs) await new Promise(() => {});
    },
  };
}

/** A watch that looks at nothing. */
export function blindWatch(): Pick<Watch, 'camera'> {
  const eye: CameraWatch = {
    follow: () => {},
    wants: () => false,
    offer: async (picture) => picture.release(),
    end: async () => {},
    stop: async () => {},
    stats: () => ({
      framesDecoded: 0,
      framesDetected: 0,
      motionFraction: 0,
      detection: 'waiting',
      active: false,
    }),
  };
  return { camera: () => eye };
}

/** A disk that refuses to make durable, `fails` times from when it is set. Nothing else lets a test say that. */
export async function failingSync(t: TestContext, folder: string): Promise<{ fails: number }> {
  const disk = { fails: 0 };
  const handle = await open(join(folder, 'probe'), 'w');
  const prototype: FileHandle = Object.getPrototypeOf(handle);
  await handle.close();
  await rm(join(folder, 'probe'));
  const datasync = prototype.datasync;
  t.mock.method(prototype, 'datasync', function (this: FileHandle): Promise<void> {
    disk.fails -= 1;
    return disk.fails >= 0
      ? Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO' }))
      : datasync.call(this);
  });
  return disk;
}

/** Waits, without sleeping, until `condition` holds; disks and threads need real time. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`This did not come to pass: ${what}`);
    await setImmediate();
  }
}

/** All samples of a recording as stored: object fetched, hashes of the row taken for granted, decrypted, parsed. */
export async function samplesOf(
  { blobs, keys }: { blobs: Blobs; keys: Keys },
  recording: Recording,
): Promise<Sample[]> {
  const object = await blobs.get(recording.blobKey);
  const key = await keys.unwrap(recording.wrappedKey, recordingKeyContext(recording));
  let at = 0;
  return recording.fragments.flatMap(({ sizeBytes }, index) => {
    const stored = object.subarray(at, at + sizeBytes);
    at += sizeBytes;
    return readFragment(decryptFragment(key, index, stored)).samples;
  });
}

/** Asserts invariant I3 on the rows of a camera: between recordings there is nothing, or gaps that cover it exactly. */
export function unexplainedMs(recordings: readonly Span[], gaps: readonly Span[]): number {
  const spans = [...recordings, ...gaps].toSorted((a, b) => a.startAt - b.startAt);
  let unexplained = 0;
  for (const [index, span] of spans.entries()) {
    const previous = spans[index - 1];
    if (previous !== undefined) unexplained += Math.abs(span.startAt - previous.endAt);
  }
  return unexplained;
}
