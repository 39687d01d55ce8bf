// What is said of an image that was accepted: written beside its sealed bytes, and read by who takes it in.

import {
  branded,
  type CameraId,
  type EpochMs,
  type ImageId,
  type OrganizationId,
  type SiteId,
} from '../brand.ts';
import { VedetteError } from '../errors.ts';
import type { HourKey, HourKeys, KeyPlace } from './hour-keys.ts';
import { type ImageMediaType, imageMediaTypes, type Way, ways } from './pushed-image.ts';
import { openUnder } from './sealing.ts';

/** Which camera an image is of: one that is there, or by the name that its integrator gives it. */
export type CameraName =
  | { readonly kind: 'id'; readonly id: CameraId }
  | { readonly kind: 'name'; readonly name: string };

export interface Accepted {
  readonly id: ImageId;
  readonly organizationId: OrganizationId;
  readonly siteId: SiteId;
  readonly camera: CameraName;
  readonly way: Way;
  /** The access key or the source. */
  readonly pushedBy: string;
  readonly takenAt: EpochMs;
  readonly receivedAt: EpochMs;
  readonly mediaType: ImageMediaType;
  readonly strip: boolean;
}

type Bytes = Uint8Array<ArrayBuffer>;
type Headers = Readonly<Record<string, string>>;

/** Seals an accepted image for the inbox: what is said of it can be read, and not changed. Errors: `Keys.wrap`. */
export async function sealAccepted(
  keys: HourKeys,
  accepted: Accepted,
  plain: Bytes,
): Promise<{ headers: Headers; body: Bytes }> {
  const about = JSON.stringify(accepted);
  const hourKey = await keys.current(inboxPlace(accepted));
  const body = await hourKey.seal(plain, about);
  return { headers: { about, key: writeKey(hourKey) }, body };
}

/** What is said of an item. Errors: `request-invalid` (not one of ours). */
export function readAccepted({ about = '' }: Headers): Accepted {
  try {
    const accepted = acceptedOf(JSON.parse(about));
    if (accepted !== null) return accepted;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw new VedetteError('request-invalid', 'This is not an accepted image.');
}

/** The image itself. Errors: `footage-damaged` (or what is said of it was changed), `key-destroyed`, `key-unavailable`. */
export async function openAccepted(
  keys: HourKeys,
  { about = '', key = '' }: Headers,
  body: Bytes,
): Promise<Bytes> {
  const place = inboxPlace(readAccepted({ about }));
  return openUnder(await keys.open(place, readKey(key)), body, about);
}

function inboxPlace({ way, organizationId }: Accepted): KeyPlace {
  return { stage: 'inbox', way, organizationId };
}

function writeKey({ hour, wrapped }: HourKey): string {
  return `${hour}.${wrapped.epoch}.${wrapped.ciphertext}`;
}

function readKey(text: string): Parameters<HourKeys['open']>[1] {
  const [, hour, epoch, ciphertext = ''] = /^(\d{1,10})\.(\d{1,10})\.(.+)$/s.exec(text) ?? [];
  return { hour: Number(hour), wrappedHourKey: { epoch: Number(epoch), ciphertext } };
}

/** Parsed by hand: the core has no schemas, and this is read a thousand times a second. */
function acceptedOf(value: unknown): Accepted | null {
  if (!isObject(value)) return null;
  const { id, organizationId, siteId, pushedBy, takenAt, receivedAt, strip } = value;
  const { camera: saidCamera, way: saidWay, mediaType: saidType } = value;
  const camera = cameraOf(saidCamera);
  const way = ways.find((each) => each === saidWay);
  const mediaType = imageMediaTypes.find((each) => each === saidType);
  if (camera === null || way === undefined || mediaType === undefined) return null;
  if (typeof id !== 'string' || typeof organizationId !== 'string' || typeof siteId !== 'string') return null;
  if (typeof pushedBy !== 'string' || typeof strip !== 'boolean') return null;
  if (!isTime(takenAt) || !isTime(receivedAt)) return null;
  return {
    ...{ id: branded<ImageId>(id), organizationId: branded<OrganizationId>(organizationId) },
    ...{ siteId: branded<SiteId>(siteId), camera, way, pushedBy, mediaType, strip },
    ...{ takenAt: branded<EpochMs>(takenAt), receivedAt: branded<EpochMs>(receivedAt) },
  };
}

function cameraOf(value: unknown): CameraName | null {
  if (!isObject(value)) return null;
  const { kind, id, name } = value;
  if (kind === 'id' && typeof id === 'string') return { kind, id: branded<CameraId>(id) };
  return kind === 'name' && typeof name === 'string' ? { kind, name } : null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
