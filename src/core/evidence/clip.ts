// A clip: the footage of a camera in a span as one MP4 file, copied without decoding it.

import { branded, type CameraId, type EpochMs, type OrganizationId, type RecordingId } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import { placeFragment } from '../footage/cmaf.ts';
import { type PlayableFragment, playableFragments, playsOn } from '../footage/footage.ts';
import { fragmentOpener, storedFragment } from '../footage/stored-fragment.ts';
import type { InitSegment } from '../footage/recording.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Keys } from '../ports/keys.ts';
import type { OpenFootage } from '../ports/open-footage.ts';
import type { Records, Span } from '../ports/records.ts';

/** Longest clip of one request, in ms: at 4 Mbit/s 300 MB, which a browser still keeps in one file. */
export const maxClipMs = 10 * 60_000;

export interface ClipDeps {
  readonly records: Records;
  readonly blobs: Blobs;
  readonly keys: Keys;
  readonly openFootage: OpenFootage;
}

/** What a clip will hold, before any of it is read. */
export interface Clip {
  readonly organizationId: OrganizationId;
  readonly cameraId: CameraId;
  /** Of the first fragment's beginning and the last one's end: whole fragments, so a little more than was asked for. */
  readonly span: Span;
  /** Left out between its fragments: there is no footage. */
  readonly skipped: readonly Span[];
  /** Where the picture's format changed and the file had to end, though there is more footage; else null. */
  readonly endsEarlyAt: EpochMs | null;
  /** Of the file, at most: padding of the encrypted fragments is counted, up to 16 bytes each. */
  readonly sizeBytes: number;
  readonly fragments: readonly PlayableFragment[];
}

/**
 * The clip of a camera's span, cut at fragments. One file has one header, so it ends where the picture's format
 * changes. Errors: `request-invalid` (longer than `maxClipMs`), `not-found` (no footage).
 */
export async function planClip(
  deps: Pick<ClipDeps, 'records' | 'openFootage'>,
  camera: { readonly id: CameraId; readonly organizationId: OrganizationId },
  span: Span,
): Promise<Clip> {
  if (span.endAt - span.startAt > maxClipMs) {
    const sentence = `Ask for at most ${maxClipMs / 60_000} minutes of footage in one clip.`;
    throw new VedetteError('request-invalid', sentence, { fields: { to: sentence } });
  }
  const all = await playableFragments(deps, camera.id, span);
  const [first] = all;
  if (first === undefined) {
    throw new VedetteError('not-found', 'There is no footage in this span. The time line says why.');
  }
  const changeAt = all.findIndex(({ init }) => init.sha256 !== first.init.sha256);
  const fragments = changeAt < 0 ? all : all.slice(0, changeAt);
  const last = fragments.at(-1) ?? first;
  return {
    organizationId: camera.organizationId,
    cameraId: camera.id,
    span: { startAt: whole(first.startAt), endAt: whole(endOf(last)) },
    skipped: skippedBetween(fragments),
    endsEarlyAt: changeAt < 0 ? null : whole(all[changeAt]?.startAt ?? endOf(last)),
    sizeBytes: fragments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) + headerAllowanceBytes,
    fragments,
  };
}

/** What a header takes, at most; it is read only when the clip is. */
const headerAllowanceBytes = 2_048;

/**
 * The bytes of the clip, piece by piece; nothing is read ahead. What was skipped takes no time in it. Errors:
 * `footage-gone` (it expired in the meantime), `footage-damaged`, `key-destroyed`, `key-unavailable`.
 */
export async function* clipBytes(deps: ClipDeps, clip: Clip): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  yield new Uint8Array((await clipHeader(deps, clip)).bytes);
  let sequence = 0;
  let decodeTimeTicks = 0;
  for await (const { bytes } of clipFragments(deps, clip)) {
    sequence += 1;
    decodeTimeTicks += placeFragment(bytes, { sequence, decodeTimeTicks });
    yield bytes;
  }
}

/** The fragments of a clip in the clear, as they were recorded; nothing is read ahead. Errors: those of `clipBytes`. */
export async function* clipFragments(
  deps: ClipDeps,
  clip: Clip,
): AsyncGenerator<{ readonly fragment: PlayableFragment; readonly bytes: Uint8Array<ArrayBuffer> }, void> {
  let recordingId: RecordingId | null = null;
  let open: Awaited<ReturnType<typeof fragmentOpener>> | null = null;
  for (const fragment of clip.fragments) {
    if (open === null || fragment.recordingId !== recordingId) {
      recordingId = fragment.recordingId;
      const wrappedKey = await wrappedKeyOf(deps, recordingId);
      open = await fragmentOpener(deps.keys, {
        id: recordingId,
        organizationId: clip.organizationId,
        wrappedKey,
      });
    }
    const stored = await storedFragment(deps, recordingId, fragment.index);
    yield { fragment, bytes: await open(fragment.index, stored) };
  }
}

async function wrappedKeyOf({ records, openFootage }: ClipDeps, id: RecordingId) {
  // Open first: one that is sealed between the two reads is then found at the second.
  const found = (await openFootage.find(id)) ?? (await records.recordings.find(id));
  if (found === null) throw new VedetteError('footage-gone');
  return found.wrappedKey;
}

/** The header of the recordings of a clip. Errors: `footage-gone`. */
export async function clipHeader(
  { records, openFootage }: Pick<ClipDeps, 'records' | 'openFootage'>,
  { cameraId, fragments }: Clip,
): Promise<InitSegment> {
  const sha256 = fragments[0]?.init.sha256;
  if (sha256 === undefined) throw new VedetteError('footage-gone');
  const open = (await openFootage.of(cameraId)).find(({ init }) => init.sha256 === sha256);
  const init = open?.init ?? (await records.initSegments.find(sha256));
  if (init === null) throw new VedetteError('footage-gone');
  return init;
}

function skippedBetween(fragments: readonly PlayableFragment[]): Span[] {
  return fragments.flatMap((next, index) => {
    const previous = fragments[index - 1];
    if (previous === undefined || playsOn(previous, next)) return [];
    const startAt = whole(endOf(previous));
    return next.startAt <= startAt ? [] : [{ startAt, endAt: whole(next.startAt) }];
  });
}

function endOf({ startAt, durationMs }: PlayableFragment): number {
  return startAt + durationMs;
}

function whole(at: number): EpochMs {
  return branded<EpochMs>(Math.round(at));
}
