// What a letter carries: the snapshot, the clips and the list of their hashes.

import type { CameraId, EpochMs, Sha256 } from '../brand.ts';
import { branded } from '../brand.ts';
import { errorCode, VedetteError } from '../errors.ts';
import type { Incident } from '../incident/incident.ts';
import { readSnapshot } from '../incident/snapshot.ts';
import type { LetterAttachment } from '../ports/mailer.ts';
import type { Span } from '../ports/records.ts';
import type { Camera } from '../site/camera.ts';
import type { Site } from '../site/site.ts';
import { maxAttachedBytes } from './authority-letter.ts';
import { type Clip, type ClipDeps, clipBytes, planClip } from './clip.ts';
import { clipName } from './clip-name.ts';

/** A camera of a letter and its clips: more than one where the picture's format changed. */
export interface CameraClips {
  readonly camera: Pick<Camera, 'id' | 'name' | 'organizationId'>;
  readonly clips: readonly Clip[];
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
  span: Span,
): Promise<readonly CameraClips[]> {
  const planned: CameraClips[] = [];
  for (const camera of cameras) planned.push({ camera, clips: await partsOf(deps, camera, span) });
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

/** The picture of the incident; null where it has none, or it expired. Errors: `key-unavailable`. */
export async function pictureOf(deps: ClipDeps, incident: Incident): Promise<Uint8Array<ArrayBuffer> | null> {
  if (incident.snapshotId === null) return null;
  return readSnapshot(deps, incident).catch((error: unknown) => {
    if (errorCode(error) === 'not-found' || errorCode(error) === 'key-destroyed') return null;
    throw error;
  });
}

/**
 * All files of a letter, the list of hashes last. Errors: `footage-gone` (nothing is left), those of `clipBytes`,
 * `evidence-too-large`.
 */
export async function letterFiles(
  deps: ClipDeps,
  given: {
    readonly site: Pick<Site, 'name' | 'timeZone'>;
    readonly planned: readonly CameraClips[];
    readonly picture: Uint8Array<ArrayBuffer> | null;
    readonly span: Span;
  },
): Promise<readonly LetterFile[]> {
  const { site, planned, picture, span } = given;
  if (planned.every(({ clips }) => clips.length === 0)) throw new VedetteError('footage-gone');
  requireFits(planned, picture?.length ?? 0, span);
  const files: LetterFile[] = [];
  if (picture !== null) files.push(await file('snapshot.jpg', 'image/jpeg', picture));
  for (const { camera, clips } of planned) {
    for (const clip of clips) {
      const name = unique(clipName(site, camera, clip.span.startAt), files);
      files.push(await file(name, 'video/mp4', await whole(deps, clip)));
    }
  }
  const list = files.map(({ sha256, fileName }) => `${sha256}  ${fileName}\n`).join('');
  files.push(await file('SHA256SUMS.txt', 'text/plain; charset=utf-8', new TextEncoder().encode(list)));
  return files;
}

async function whole(deps: ClipDeps, clip: Clip): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(clip.sizeBytes);
  let at = 0;
  for await (const piece of clipBytes(deps, clip)) {
    // A header larger than was thought: what the row says of the fragments is never too small.
    if (at + piece.length > bytes.length) throw new VedetteError('footage-damaged');
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes.subarray(0, at);
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
