// What a letter carries: the snapshot, the clips and the list of their hashes.

import type { CameraId, EpochMs, Sha256 } from '../brand.ts';
import { branded } from '../brand.ts';
import { errorCode, VedetteError } from '../errors.ts';
import { standing } from '../image/format/exif.ts';
import { inspect, type Layout } from '../image/format/inspect.ts';
import { codedAreas } from '../image/orientation.ts';
import type { Incident } from '../incident/incident.ts';
import { readImage } from '../incident/snapshot.ts';
import type { LetterAttachment } from '../ports/mailer.ts';
import type { Span } from '../ports/records.ts';
import type { Camera } from '../site/camera.ts';
import type { Site } from '../site/site.ts';
import { type AuthorityLetter, maxAttachedBytes } from './authority-letter.ts';
import { type Clip, type ClipDeps, clipBytes, planClip } from './clip.ts';
import { clipName } from './clip-name.ts';
import { type Areas, type MaskedClipDeps, maskedClipBytes, masksOfCamera } from './masked-clip.ts';

/** A camera of a letter and its clips: more than one where the picture's format changed. */
export interface CameraClips {
  readonly camera: Pick<Camera, 'id' | 'name' | 'organizationId'>;
  readonly clips: readonly Clip[];
  /** Privacy masks that are covered in them; none where it has none, or they were to be left off. */
  readonly areas: Areas;
}

export interface LetterFile extends LetterAttachment {
  readonly sha256: Sha256;
}

/** Clips of one camera in a letter: a camera whose format changes more often is being set up. */
const maxPartsPerCamera = 8;

/** The clips of these cameras; none of a camera that has no footage in the span. Errors: `request-invalid`. */
export async function planClips(
  deps: Pick<ClipDeps, 'records' | 'openFootage'>,
  cameras: readonly CameraClips['camera'][],
  { span, coverMasks }: Pick<AuthorityLetter, 'span' | 'coverMasks'>,
): Promise<readonly CameraClips[]> {
  const planned: CameraClips[] = [];
  for (const camera of cameras) {
    const areas = coverMasks ? await masksOfCamera(deps, camera.id) : [];
    planned.push({ camera, clips: await partsOf(deps, camera, span), areas });
  }
  return planned;
}

async function partsOf(
  deps: Pick<ClipDeps, 'records' | 'openFootage'>,
  camera: CameraClips['camera'],
  span: Span,
): Promise<readonly Clip[]> {
  const parts: Clip[] = [];
  let startAt: EpochMs | null = span.startAt;
  while (startAt !== null && startAt < span.endAt && parts.length < maxPartsPerCamera) {
    const clip: Clip | null = await planClip(deps, camera, { startAt, endAt: span.endAt }).catch(
      (error: unknown) => {
        if (errorCode(error) === 'not-found') return null;
        throw error;
      },
    );
    if (clip !== null) parts.push(clip);
    startAt = clip?.endsEarlyAt ?? null;
  }
  return parts;
}

/** Errors: `evidence-too-large`, with about how much would fit. */
export function requireFits(planned: readonly CameraClips[], pictureBytes: number, span: Span): void {
  const bytes = planned.flatMap(({ clips }) => clips).reduce((sum, clip) => sum + clip.sizeBytes, 0);
  if (bytes + pictureBytes <= maxAttachedBytes) return;
  const share = Math.max(0, maxAttachedBytes - pictureBytes) / bytes;
  const seconds = Math.floor(((span.endAt - span.startAt) * share) / 1000);
  const found = planned.filter(({ clips }) => clips.length > 0).length;
  const fits = found > 1 ? `about ${seconds} s of these cameras fit` : `about ${seconds} s fit`;
  const sentence = `The clips have ${megabytes(bytes)}, and a mail holds ${megabytes(maxAttachedBytes)}: ${fits}. Choose a shorter span or fewer cameras, or download the clips.`;
  throw new VedetteError('evidence-too-large', sentence, { fields: { to: sentence } });
}

/**
 * The picture of the incident, with the masks of today covered where that is wanted; null where it has none, it expired,
 * or its masks cannot be covered. Errors: `key-unavailable`, `encoder-missing`.
 */
export async function pictureOf(
  deps: MaskedClipDeps,
  incident: Incident,
  { coverMasks }: Pick<AuthorityLetter, 'coverMasks'>,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const image = incident.snapshotId === null ? null : await deps.records.images.find(incident.snapshotId);
  if (image === null) return null;
  try {
    const picture = await readImage(deps, image);
    const areas = coverMasks ? await masksOfCamera(deps, image.cameraId) : [];
    if (areas.length === 0) return picture;
    // Of a pushed image it says which way is up.
    const inspected = inspect(picture, 'image/jpeg');
    const layout: Pick<Layout, 'orientation'> = inspected.ok ? inspected.layout : {};
    return standing(await deps.masking.masker.jpeg(picture, codedAreas(areas, layout.orientation)), layout);
  } catch (error) {
    if (goneCodes.has(errorCode(error))) return null;
    throw error;
  }
}

const goneCodes: ReadonlySet<string> = new Set(['not-found', 'key-destroyed', 'footage-damaged']);

/**
 * All files of a letter, the list of hashes last. Errors: `footage-gone` (nothing is left), those of `clipBytes`,
 * `evidence-too-large`.
 */
export async function letterFiles(
  deps: MaskedClipDeps,
  given: {
    readonly site: Pick<Site, 'name' | 'timeZone'>;
    readonly planned: readonly CameraClips[];
    readonly picture: Uint8Array<ArrayBuffer> | null;
    readonly span: Span;
    readonly now: EpochMs;
    readonly signal: AbortSignal;
  },
): Promise<readonly LetterFile[]> {
  const { site, planned, picture, span, now, signal } = given;
  if (planned.every(({ clips }) => clips.length === 0)) throw new VedetteError('footage-gone');
  requireFits(planned, picture?.length ?? 0, span);
  const files: LetterFile[] = [];
  if (picture !== null) files.push(await file('snapshot.jpg', 'image/jpeg', picture));
  for (const { camera, clips, areas } of planned) {
    for (const clip of clips) {
      const isMasked = areas.length > 0;
      const name = unique(clipName(site, camera, clip.span.startAt, { isMasked }), files);
      const pieces = isMasked ? maskedClipBytes(deps, clip, areas, { now, signal }) : clipBytes(deps, clip);
      files.push(await file(name, 'video/mp4', await whole(pieces)));
    }
  }
  requireHeld(files);
  const list = files.map(({ sha256, fileName }) => `${sha256}  ${fileName}\n`).join('');
  files.push(await file('SHA256SUMS.txt', 'text/plain; charset=utf-8', new TextEncoder().encode(list)));
  return files;
}

/** Errors: `evidence-too-large`, as soon as it is too large for any mail; those of the pieces. */
async function whole(pieces: AsyncIterable<Uint8Array<ArrayBuffer>>): Promise<Uint8Array<ArrayBuffer>> {
  const kept: Uint8Array<ArrayBuffer>[] = [];
  let sizeBytes = 0;
  for await (const piece of pieces) {
    sizeBytes += piece.length;
    if (sizeBytes > maxAttachedBytes) throw tooLarge();
    kept.push(piece);
  }
  const bytes = new Uint8Array(sizeBytes);
  let at = 0;
  for (const piece of kept) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** What was encoded anew may have become larger than was foreseen. Errors: `evidence-too-large`. */
function requireHeld(files: readonly LetterFile[]): void {
  const sizeBytes = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (sizeBytes > maxAttachedBytes) throw tooLarge();
}

function tooLarge(): VedetteError {
  const sentence = `The clips have become larger than the ${megabytes(maxAttachedBytes)} that a mail holds. Choose a shorter span or fewer cameras, or download the clips.`;
  return new VedetteError('evidence-too-large', sentence);
}

async function file(
  fileName: string,
  mediaType: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<LetterFile> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return { fileName, mediaType, bytes, sha256: branded<Sha256>(digest.toHex()) };
}

/** Two cameras may have one name. */
function unique(name: string, files: readonly LetterFile[]): string {
  const taken = new Set(files.map(({ fileName }) => fileName));
  for (let number = 2; ; number += 1) {
    if (!taken.has(name)) return name;
    const next = name.replace(/( \(\d+\))?\.mp4$/, ` (${number}).mp4`);
    if (!taken.has(next)) return next;
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Those of these ids, in their order. */
export function camerasOf<T extends { readonly id: CameraId }>(
  all: readonly T[],
  ids: readonly CameraId[],
): readonly T[] {
  return ids.flatMap((id) => all.filter((camera) => camera.id === id));
}
