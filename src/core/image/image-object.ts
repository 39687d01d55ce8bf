// The object of an image: sealed under a key of its own, which is destroyed with it, and read again.

import { branded, type ImageId, type Sha256 } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { HourKeys, KeyPlace } from './hour-keys.ts';
import type { ImageObject, PushedImage } from './pushed-image.ts';
import { openUnder, sealUnder } from './sealing.ts';

type Bytes = Uint8Array<ArrayBuffer>;
const text = { alphabet: 'base64url', omitPadding: true } as const;

export interface SealedImage {
  readonly bytes: Bytes;
  readonly object: ImageObject;
}

/** Seals an image for its place; nothing is stored yet. Errors: those of `Keys.wrap`. */
export async function sealImage(
  keys: HourKeys,
  place: KeyPlace,
  { id, folder, plain }: { id: ImageId; folder: string; plain: Bytes },
): Promise<SealedImage> {
  const hourKey = await keys.current(place);
  const raw = crypto.getRandomValues(new Uint8Array(32));
  const key = await imported(raw, 'encrypt');
  const [bytes, sealedKey] = await Promise.all([
    sealUnder(key, plain, context(place, id)),
    hourKey.seal(raw, keyContext(place, id)),
  ]);
  // Another name each time: what a crash left behind under the one before is garbage, and no conflict.
  const blobKey = `${folder}/${id}-${crypto.getRandomValues(new Uint8Array(6)).toHex()}`;
  return {
    bytes,
    object: {
      blobKey,
      sizeBytes: bytes.byteLength,
      sha256: await sha256Of(bytes),
      key: {
        hour: hourKey.hour,
        wrappedHourKey: hourKey.wrapped,
        sealedKey: sealedKey.toBase64(text),
      },
    },
  };
}

/** The bytes of an image. Errors: `not-found` (destroyed), `footage-damaged`, `key-destroyed`, `key-unavailable`. */
export async function readPushedImage(
  { blobs, hourKeys }: { blobs: Pick<Blobs, 'get'>; hourKeys: HourKeys },
  image: PushedImage,
): Promise<Bytes> {
  const { object, id } = image;
  if (object === null) throw new VedetteError('not-found', 'This image was destroyed.');
  const place = placeOf(image);
  const key = await imageKey(hourKeys, image, object);
  return openUnder(key, new Uint8Array(await blobs.get(object.blobKey)), context(place, id));
}

/** The key of an image. Errors: `footage-damaged`, `key-destroyed`, `key-unavailable`. */
export async function imageKey(
  keys: HourKeys,
  image: Pick<PushedImage, 'id' | 'state' | 'way' | 'organizationId'>,
  { key }: ImageObject,
): Promise<CryptoKey> {
  const place = placeOf(image);
  const hourKey = await keys.open(place, key);
  const sealed = Uint8Array.fromBase64(key.sealedKey, { alphabet: 'base64url' });
  return imported(await openUnder(hourKey, sealed, keyContext(place, image.id)), 'decrypt');
}

function placeOf({
  state,
  way,
  organizationId,
}: Pick<PushedImage, 'state' | 'way' | 'organizationId'>): KeyPlace {
  return { stage: state === 'quarantined' ? 'quarantine' : 'stored', way, organizationId };
}

function context({ stage, way, organizationId }: KeyPlace, id: ImageId): string {
  return `images/${way}/${stage}/${organizationId}/${id}`;
}

function keyContext(place: KeyPlace, id: ImageId): string {
  return `${context(place, id)}/key`;
}

function imported(raw: Bytes, usage: 'encrypt' | 'decrypt'): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, [usage]);
}

/** The hash of bytes. */
export async function sha256Of(bytes: Bytes): Promise<Sha256> {
  return branded<Sha256>(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).toHex());
}
