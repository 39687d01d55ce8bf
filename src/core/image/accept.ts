// Accepting an image: checked at a glance, sealed and put into the inbox. Nothing is decoded, and no row is written.

import { branded, type EpochMs, type ImageId, type OrganizationId, type SiteId } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import { newId } from '../identifiers.ts';
import { type Caller, owned, ownedSite } from '../organization/access.ts';
import type { Cache } from '../ports/cache.ts';
import type { Clock } from '../ports/clock.ts';
import type { Inbox } from '../ports/inbox.ts';
import { type Accepted, type CameraName, sealAccepted } from './accepted.ts';
import type { Backlog } from './backlog.ts';
import { derivedId } from './derived-id.ts';
import { sniff } from './format/inspect.ts';
import type { HourKeys } from './hour-keys.ts';
import { sha256Of } from './image-object.ts';
import type { Places } from './places.ts';
import {
  type ImageMediaType,
  maxAheadMs,
  maxBehindMs,
  maxIdempotencyKeyLength,
  maxImageBytes,
  rememberKeyMs,
} from './pushed-image.ts';
import { unnamedCamera } from './pushed-cameras.ts';

export interface AcceptDeps {
  readonly inbox: Pick<Inbox, 'put'>;
  readonly backlog: Backlog;
  readonly hourKeys: HourKeys;
  readonly places: Places;
  readonly cache: Cache;
  readonly clock: Clock;
}

/** What an integrator says of an image; checked for form at the edge. */
export interface PushInput {
  /** Null where the camera says which. */
  readonly siteId: SiteId | null;
  readonly camera: CameraName | null;
  /** Null is now. */
  readonly takenAt: EpochMs | null;
  readonly strip: boolean;
  readonly idempotencyKey: string | null;
  readonly mediaType: ImageMediaType;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What is known of an image before it is taken in. */
export interface Received {
  readonly id: ImageId;
  readonly organizationId: OrganizationId;
  readonly siteId: SiteId;
  readonly receivedAt: EpochMs;
}

/**
 * Accepts an image over HTTP: durable when it resolves. The same idempotency key with the same image is the same image.
 * Errors: `request-invalid`, `not-found` (site or camera), `body-too-large`, `image-refused`, `idempotency-mismatch`,
 * `intake-busy`, and those of the inbox.
 */
export async function acceptImage(
  deps: AcceptDeps,
  caller: Caller,
  pushedBy: string,
  input: PushInput,
): Promise<Received> {
  const { clock, cache, hourKeys, inbox, backlog } = deps;
  checkFile(input);
  const receivedAt = clock.now();
  const { siteId, camera } = await placeOf(deps, caller, input);
  const takenAt = checkedTime(input.takenAt ?? receivedAt, receivedAt);
  const { organizationId } = caller;
  const { idempotencyKey, mediaType, strip, bytes } = input;
  const id = await idOf(deps, { organizationId, idempotencyKey });
  const received = { id, organizationId, siteId, receivedAt };
  if (idempotencyKey !== null) {
    const said = [siteId, JSON.stringify(camera), input.takenAt, strip, mediaType, await sha256Of(bytes)];
    await claimKey(cache, id, said.join('\n'));
    // In the inbox already: a repetition that would only be looked at in vain.
    const known = await findReceived(cache, id);
    if (known !== null) return known;
  }
  backlog.requireRoom();
  const accepted: Accepted = {
    ...{ ...received, camera, way: 'http', pushedBy, takenAt, mediaType, strip },
  };
  const sealed = await sealAccepted(hourKeys, accepted, bytes);
  await inbox.put({ id, ...sealed });
  backlog.noteOne();
  await cache.set(receivedKey(id), encoder.encode(JSON.stringify(received)), rememberKeyMs);
  return received;
}

/** What was accepted lately and may not be taken in yet; null where nothing is known. */
export async function findReceived(cache: Cache, id: ImageId): Promise<Received | null> {
  const bytes = await cache.get(receivedKey(id));
  // Our own process wrote it, with the same type.
  return bytes === null ? null : JSON.parse(new TextDecoder().decode(bytes));
}

const encoder = new TextEncoder();
const receivedKey = (id: ImageId) => `images/received/${id}`;

function checkFile({ bytes, mediaType, idempotencyKey }: PushInput): void {
  if (bytes.byteLength > maxImageBytes) {
    throw new VedetteError('body-too-large', `An image has at most ${maxImageBytes / 1e6} MB.`);
  }
  const sniffed = sniff(bytes);
  if (sniffed === null) {
    throw new VedetteError('image-refused', 'This is no JPEG, PNG or WebP image.');
  }
  if (sniffed !== mediaType) {
    throw new VedetteError('image-refused', `The request says ${mediaType}, but the image is ${sniffed}.`);
  }
  if (idempotencyKey !== null && !/^[\x21-\x7e]+$/.test(idempotencyKey)) throw wrongKey();
  if ((idempotencyKey?.length ?? 1) > maxIdempotencyKeyLength) throw wrongKey();
}

function wrongKey(): VedetteError {
  const sentence = `An Idempotency-Key has 1 to ${maxIdempotencyKeyLength} printable characters without spaces.`;
  return new VedetteError('request-invalid', sentence, { fields: { 'idempotency-key': sentence } });
}

/** Site and camera, if they are the caller's and belong together. */
async function placeOf(
  { places }: AcceptDeps,
  caller: Caller,
  { siteId, camera }: PushInput,
): Promise<{ siteId: SiteId; camera: CameraName }> {
  if (camera?.kind === 'id') {
    const place = owned(await places.camera(camera.id), caller);
    if (siteId !== null && siteId !== place.siteId) throw new VedetteError('not-found');
    return { siteId: place.siteId, camera };
  }
  if (siteId === null) {
    const sentence = 'Say which site the image is of.';
    throw new VedetteError('request-invalid', sentence, { fields: { siteId: sentence } });
  }
  // Of a site only its owner is asked here: the arming that keeps sites from `owned` is not read.
  const site = ownedSite(await places.site(siteId), caller);
  return { siteId: site.id, camera: camera ?? { kind: 'name', name: unnamedCamera } };
}

/** Whether an image says that it was taken too far ahead or behind. */
export function timeFault(takenAt: EpochMs, now: EpochMs): 'ahead' | 'behind' | null {
  if (takenAt > now + maxAheadMs) return 'ahead';
  return takenAt < now - maxBehindMs ? 'behind' : null;
}

/** March 1973: what is before it was said in seconds. */
const earliestMs = 100_000_000_000;

/** Errors: `request-invalid` where it lies too far ahead or behind. */
export function checkedTime(takenAt: EpochMs, now: EpochMs): EpochMs {
  const fault = timeFault(takenAt, now);
  if (fault === null) return branded<EpochMs>(Math.min(takenAt, now));
  const sentence =
    fault === 'ahead'
      ? 'The image says that it was taken in the future. Check the clock of its camera.'
      : takenAt < earliestMs
        ? 'Say takenAt in milliseconds since 1970. What was sent would lie before 1974: are these seconds?'
        : `The image is older than ${maxBehindMs / 86_400_000} days, after which images are destroyed.`;
  throw new VedetteError('request-invalid', sentence, { fields: { takenAt: sentence } });
}

async function idOf(
  { clock }: AcceptDeps,
  { organizationId, idempotencyKey }: { organizationId: OrganizationId; idempotencyKey: string | null },
): Promise<ImageId> {
  if (idempotencyKey === null) return newId<ImageId>(clock);
  return derivedId<ImageId>('pushed image', organizationId, 'http', idempotencyKey);
}

/**
 * Binds a key to what was sent with it first (draft-ietf-httpapi-idempotency-key-header §2.7), of many callers the first.
 * It says nothing of whether that arrived: who died before may try again. Errors: `idempotency-mismatch`.
 */
export async function claimKey(cache: Cache, id: ImageId, said: string): Promise<void> {
  const fingerprint = encoder.encode(await sha256Of(encoder.encode(said)));
  const name = `images/said/${id}`;
  if (await cache.setIfAbsent(name, fingerprint, rememberKeyMs)) return;
  const known = await cache.get(name);
  const isSame = known === null || known.every((byte, index) => byte === fingerprint[index]);
  if (!isSame) throw new VedetteError('idempotency-mismatch');
}
