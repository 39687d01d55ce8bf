// Checking the footage: reads every row and every object, and says which invariants are broken.

import { branded, type CameraId, type EpochMs, type ImageId, type RecordingId } from '../brand.ts';
import { errorCode } from '../errors.ts';
import { inboxPrefixes } from '../image/pushed-image.ts';
import type { Keys } from '../ports/keys.ts';
import type { Records } from '../ports/records.ts';
import type { Finding } from './finding.ts';
import { type KeyTally, tallyKeys } from './invariant-keys.ts';
import { own } from './invariant-owners.ts';
import { checkObject, damagedFragments, type ObjectDeps } from './invariant-objects.ts';
import { checkPushedImages } from './invariant-pushed.ts';
import { checkTimeLine, type PlacedRecording, placeOf } from './invariant-time-line.ts';
import type { InitSegment, Recording } from './recording.ts';

/** Rows read at a time. */
const pageSize = 200;

/** Garbage that is looked at: more than a sweep ever leaves behind. */
const maxGarbage = 1_000_000;

export interface CheckOptions {
  /** Objects of recordings that are stored but have no row yet: recovery finishes them. */
  readonly openBlobKeys: Iterable<string>;
  /** Footage that ended before this may have expired (`expiredBefore(retention, 'idle', now)`). Default: none. */
  readonly expiredBefore?: EpochMs;
}

/** What a check looked at: a check of an empty store finds nothing wrong, and must not look like proof. */
export interface Looked {
  readonly cameras: number;
  readonly recordings: number;
  readonly images: number;
  /** Objects in the store, owned or not. */
  readonly objects: number;
  /** Bytes of objects that were read and hashed. */
  readonly bytes: number;
}

/** Findings one by one, as they are found; `looked` grows with them. */
export interface FootageCheck extends AsyncIterable<Finding> {
  readonly looked: Looked;
}

type CheckDeps = ObjectDeps & {
  readonly records: Records;
  /** Without them the keys of recordings are not tried. */
  readonly keys?: Pick<Keys, 'unwrap'>;
};

/**
 * Checks invariants I1 to I3 over all footage and images of a store that nobody writes to meanwhile. Bytes are read
 * in ranges; about 200 bytes of memory are taken for every recording. `hash` makes a running SHA-256. Where the
 * records are damaged it looks at what can be read of them, and judges nothing by what is missing there.
 */
export function checkFootage(deps: CheckDeps, options: CheckOptions): FootageCheck {
  const looked = { cameras: 0, recordings: 0, images: 0, objects: 0, bytes: 0 };
  return {
    looked,
    async *[Symbol.asyncIterator]() {
      const owners = new Map<string, string>();
      const timeLines = new Map<CameraId, PlacedRecording[]>();
      const keys = deps.keys === undefined ? null : tallyKeys(deps.keys);
      yield* whileReadable('cameras', checkCameras(deps, timeLines));
      const oldestOrdinary = yield* whileReadable(
        'recordings',
        checkRecordings(deps, looked, { owners, timeLines, keys }),
      );
      if (keys !== null) yield* keys.findings();
      const snapshotsRead = yield* whileReadable('images', checkImages(deps, looked, owners));
      const pushedRead = yield* whileReadable('pushed images', checkPushedImages(deps, looked, owners));
      const imagesRead = snapshotsRead === null || pushedRead === null ? null : true;
      looked.cameras = timeLines.size;
      if (oldestOrdinary === null || imagesRead === null) return countObjects(deps, looked);
      yield* whileReadable('garbage', checkOwnership(deps, looked, owners, new Set(options.openBlobKeys)));
      const excusedBefore = branded<EpochMs>(Math.max(options.expiredBefore ?? 0, oldestOrdinary));
      for (const [cameraId, placed] of timeLines) {
        yield* whileReadable('gaps', checkTimeLine(deps, cameraId, placed, excusedBefore));
      }
    },
  };
}

/** Passes on what `section` finds; null, and a finding of its own, where the rows it needs are damaged. */
async function* whileReadable<R>(
  rows: string,
  section: AsyncGenerator<Finding, R>,
): AsyncGenerator<Finding, R | null> {
  try {
    return yield* section;
  } catch (error) {
    if (errorCode(error) !== 'data-damaged') throw error;
    const problem = 'They cannot be read to their end, so what hangs on them was not checked.';
    yield { invariant: 'I1', subject: `the rows of ${rows}`, problem };
    return null;
  }
}

/** Every camera has a time line, also one without footage; and its password can be read. */
async function* checkCameras(
  { records, keys }: CheckDeps,
  timeLines: Map<CameraId, PlacedRecording[]>,
): AsyncGenerator<Finding, true> {
  for (const { id, source } of await records.cameras.all()) {
    timeLines.set(id, []);
    if (keys === undefined || source.kind !== 'rtsp' || source.password === null) continue;
    try {
      source.password.reveal();
    } catch (error) {
      const problem = `Its password cannot be read with this key file (${errorCode(error)}). Enter it again.`;
      yield { invariant: 'I1', subject: `camera ${id}`, problem };
    }
  }
  return true;
}

/** Only counts: whose objects they are cannot be told from damaged rows. */
async function countObjects({ blobs }: CheckDeps, looked: Counts): Promise<void> {
  for await (const _object of blobs.list('')) looked.objects += 1;
}

type Counts = { -readonly [Name in keyof Looked]: Looked[Name] };

/**
 * I1 of recordings. Returns the end of the oldest one that is not of an incident: a full disk overwrites the oldest
 * footage of all cameras first and spares what is held, so all that was overwritten ended before that. 0: none.
 */
async function* checkRecordings(
  deps: CheckDeps,
  looked: Counts,
  seen: {
    readonly owners: Map<string, string>;
    readonly timeLines: Map<CameraId, PlacedRecording[]>;
    readonly keys: KeyTally | null;
  },
): AsyncGenerator<Finding, number> {
  const { owners, timeLines, keys } = seen;
  const inits = initSegments(deps.records);
  let oldestOrdinary = Number.POSITIVE_INFINITY;
  for await (const recording of allRecordings(deps.records)) {
    const { id, cameraId, retentionClass, endAt } = recording;
    looked.recordings += 1;
    const subject = `recording ${id}`;
    if (retentionClass !== 'incident') oldestOrdinary = Math.min(oldestOrdinary, endAt);
    yield* own(owners, recording.blobKey, subject);
    await keys?.look(recording);
    const init = await inits(recording);
    if (init === null) {
      yield { invariant: 'I1', subject, problem: 'Its header is missing, so that it cannot be played.' };
    }
    yield* checkRecordingObject(deps, looked, recording);
    const timeLine = timeLines.get(cameraId) ?? [];
    timeLine.push(placeOf(recording, init));
    timeLines.set(cameraId, timeLine);
  }
  return oldestOrdinary === Number.POSITIVE_INFINITY ? 0 : oldestOrdinary;
}

async function* checkRecordingObject(
  deps: CheckDeps,
  looked: Counts,
  recording: Recording,
): AsyncGenerator<Finding> {
  const subject = `recording ${recording.id}`;
  const fragmentBytes = recording.fragments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (fragmentBytes !== recording.sizeBytes) {
    const problem = `Its fragments have ${fragmentBytes} bytes together instead of ${recording.sizeBytes}.`;
    yield { invariant: 'I1', subject, problem };
  }
  const { finding, bytes } = await checkObject(deps, { ...recording, subject });
  looked.bytes += bytes;
  if (finding === null) return;
  // Only where all its bytes could be read does it help to know where they are damaged.
  const damaged = bytes === recording.sizeBytes ? await damagedFragments(deps, recording) : [];
  const where = damaged.length === 0 ? '' : ` Damaged fragments: ${damaged.join(', ')}.`;
  yield { ...finding, problem: finding.problem + where };
}

async function* checkImages(
  deps: CheckDeps,
  looked: Counts,
  owners: Map<string, string>,
): AsyncGenerator<Finding, true> {
  let after: ImageId | null = null;
  for (;;) {
    const page = await deps.records.images.page(after, pageSize);
    for (const image of page) {
      looked.images += 1;
      const subject = `image ${image.id}`;
      yield* own(owners, image.blobKey, subject);
      const { finding, bytes } = await checkObject(deps, { ...image, subject });
      looked.bytes += bytes;
      if (finding !== null) yield finding;
    }
    const last = page.at(-1);
    if (last === undefined) return true;
    after = last.id;
  }
}

/** I2 of objects: each has an owner, is garbage, or open; and nothing that is owned is garbage. */
async function* checkOwnership(
  { records, blobs }: CheckDeps,
  looked: Counts,
  owners: ReadonlyMap<string, string>,
  open: ReadonlySet<string>,
): AsyncGenerator<Finding> {
  const garbage = new Set(await records.garbage.list(maxGarbage));
  for (const key of garbage) {
    const owner = owners.get(key);
    if (owner === undefined) continue;
    const problem = `It belongs to ${owner} and is listed as garbage: the next sweep would delete it.`;
    yield { invariant: 'I2', subject: `object ${key}`, problem };
  }
  for await (const { key, sizeBytes } of blobs.list('')) {
    looked.objects += 1;
    if (owners.has(key) || garbage.has(key) || open.has(key)) continue;
    // It waits to be taken in, and belongs to a message of the queue.
    if (inboxPrefixes.some((prefix) => key.startsWith(`${prefix}/`))) continue;
    const problem = `Nothing owns its ${sizeBytes} bytes, and it is not listed as garbage.`;
    yield { invariant: 'I2', subject: `object ${key}`, problem };
  }
}

async function* allRecordings(records: Records): AsyncGenerator<Recording> {
  let after: RecordingId | null = null;
  for (;;) {
    const page = await records.recordings.page(after, pageSize);
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

/** Looks a header up once: thousands of recordings share one. */
function initSegments(records: Records): (recording: Recording) => Promise<InitSegment | null> {
  const known = new Map<string, InitSegment | null>();
  return async ({ initSha256 }) => {
    const found = known.get(initSha256) ?? (await records.initSegments.find(initSha256));
    known.set(initSha256, found);
    return found;
  };
}
