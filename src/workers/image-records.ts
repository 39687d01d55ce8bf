// Records of integrators on Kafka: whoever signed one is known, and it is taken in or put aside for them. What nobody known has
// signed is counted and dropped: kept, it would let strangers fill the disk.

import { claimKey, timeFault } from '../core/image/accept.ts';
import type { Accepted } from '../core/image/accepted.ts';
import { derivedId } from '../core/image/derived-id.ts';
import { sha256Of } from '../core/image/image-object.ts';
import { unnamedCamera } from '../core/image/pushed-cameras.ts';
import { maxRecordValueBytes, noSite, type QuarantineReason } from '../core/image/pushed-image.ts';
import { type RefusalReason, type Sender, type Senders, senders } from '../core/image/senders.ts';
import { refuse, takeIn, type TakeInDeps } from '../core/image/take-in.ts';
import { branded, type EpochMs, type ImageId, type SiteId } from '../core/brand.ts';
import { errorCode } from '../core/errors.ts';
import type { Running } from '../core/leader.ts';
import { reaches } from '../core/organization/access.ts';
import { readHeaders, type RecordHeaders, siteOf } from './image-record-headers.ts';
import { type Outcome, tally } from './image-record-tally.ts';

const encoder = new TextEncoder();

type Bytes = Uint8Array<ArrayBuffer>;

/** A record as it came, from whomever. */
export interface ForeignRecord {
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Bytes;
  /** Where it lies, for the log. */
  readonly partition: number;
  readonly offset: number;
}

type OnRecord = (record: ForeignRecord, signal: AbortSignal) => Promise<void>;

/** Hands records over, each at least once, and again where `onRecord` throws. */
export type ConsumeForeign = (onRecord: OnRecord) => Running;

/** Takes records in until stopped; `onDropped` is told why one was not. */
export function startImageRecords(
  deps: TakeInDeps,
  consume: ConsumeForeign,
  onDropped: (reason: RefusalReason) => void = () => {},
): Running {
  const who = senders(deps);
  const counting = tally(deps);
  const consuming = consume(async (record, signal) => {
    const outcome = await takeRecord(deps, who, record, signal);
    counting.note(outcome, record);
    if ('dropped' in outcome) onDropped(outcome.dropped);
  });
  return {
    async stop() {
      await consuming.stop();
      await counting.stop();
    },
  };
}

async function takeRecord(
  deps: TakeInDeps,
  who: Senders,
  { headers, value }: ForeignRecord,
  signal: AbortSignal,
): Promise<Outcome> {
  if (value.byteLength > maxRecordValueBytes) return { dropped: 'too-large' };
  const sent = await who.of(headers, value);
  if ('refusal' in sent) return { dropped: sent.refusal };
  const { sender, text } = sent;
  const said = readHeaders(headers);
  if ('wrong' in said) {
    const id = await derivedId<ImageId>('unreadable record', sender.id, text);
    const siteId = await allowedSite(deps, sender, siteOf(headers));
    const fault = { reason: 'wrong-headers', wrongHeader: said.wrong } as const;
    return { image: await refuse(deps, unreadable(deps, sender, { id, siteId }), value, fault) };
  }
  const accepted = await acceptedOf(deps, sender, said);
  const reason = await faultOf(deps, sender, accepted, text);
  if (reason === null) return { image: await takeIn(deps, timely(accepted), value, signal) };
  if (reason === 'site-not-allowed')
    return { image: await refuse(deps, { ...accepted, siteId: noSite }, value, { reason }) };
  if (reason !== 'key-reused') return { image: await refuse(deps, accepted, value, { reason }) };
  // Under an id of its own: the first image with this key has the other.
  const id = await derivedId<ImageId>('reused key', accepted.id, await sha256Of(encoder.encode(text)));
  return { image: await refuse(deps, { ...accepted, id }, value, { reason }) };
}

async function acceptedOf(
  { clock }: Pick<TakeInDeps, 'clock'>,
  { id: sourceId, organizationId }: Sender,
  said: RecordHeaders,
): Promise<Accepted> {
  const key = said['idempotency-key'];
  const cameraId = said['camera-id'];
  return {
    id: await derivedId<ImageId>('pushed image', organizationId, 'kafka', sourceId, key),
    ...{ organizationId, siteId: branded<SiteId>(said.site), way: 'kafka', pushedBy: sourceId },
    camera:
      cameraId === undefined
        ? { kind: 'name', name: said.camera ?? unnamedCamera }
        : { kind: 'id', id: branded(cameraId) },
    ...{ takenAt: branded<EpochMs>(said['taken-at']), receivedAt: clock.now() },
    ...{ mediaType: said['content-type'], strip: said.strip ?? false },
  };
}

function unreadable(
  { clock }: Pick<TakeInDeps, 'clock'>,
  { id: sourceId, organizationId }: Sender,
  { id, siteId }: { id: ImageId; siteId: SiteId },
): Accepted {
  const now = clock.now();
  return {
    ...{ id, organizationId, siteId, camera: { kind: 'name', name: unnamedCamera }, way: 'kafka' },
    ...{ pushedBy: sourceId, takenAt: now, receivedAt: now, mediaType: 'image/jpeg', strip: false },
  };
}

/** The site that a source names, if it may: the name of another's is nothing to be told to anybody. */
async function allowedSite(
  { places }: Pick<TakeInDeps, 'places'>,
  sender: Sender,
  siteId: SiteId | null,
): Promise<SiteId> {
  if (siteId === null || !reaches(sender, siteId)) return noSite;
  const site = await places.site(siteId);
  return site?.organizationId === sender.organizationId ? siteId : noSite;
}

/** Why an image is not looked at. Errors: those of the records and the cache. */
async function faultOf(
  { places, clock, cache }: Pick<TakeInDeps, 'places' | 'clock' | 'cache'>,
  sender: Sender,
  { id, siteId, takenAt }: Accepted,
  text: string,
): Promise<QuarantineReason | null> {
  if ((await allowedSite({ places }, sender, siteId)) === noSite) return 'site-not-allowed';
  if (timeFault(takenAt, clock.now()) !== null) return 'wrong-time';
  try {
    await claimKey(cache, id, text);
    return null;
  } catch (error) {
    if (errorCode(error) !== 'idempotency-mismatch') throw error;
    return 'key-reused';
  }
}

/** A clock that runs a little fast is not believed. */
function timely(accepted: Accepted): Accepted {
  return { ...accepted, takenAt: branded<EpochMs>(Math.min(accepted.takenAt, accepted.receivedAt)) };
}
