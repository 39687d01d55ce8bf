// The intake of images: the inbox between those who push and those who take in, and what both need.

import { join } from 'node:path';
import { avStills } from '../../adapters/av/stills.ts';
import { claimCheckInbox } from '../../adapters/claimcheck/inbox.ts';
import { kafkaAddress } from '../../adapters/kafka/address.ts';
import { consumeImages } from '../../adapters/kafka/images.ts';
import { kafkaInbox } from '../../adapters/kafka/inbox.ts';
import { sealer } from '../../adapters/system/sealer.ts';
import type { AcceptDeps } from '../../core/image/accept.ts';
import { watchBacklog } from '../../core/image/backlog.ts';
import { hourKeys } from '../../core/image/hour-keys.ts';
import { imageRows } from '../../core/image/image-rows.ts';
import { places } from '../../core/image/places.ts';
import { inboxPrefixes, maxDecodedBytes } from '../../core/image/pushed-image.ts';
import type { TakeInDeps } from '../../core/image/take-in.ts';
import type { CameraId } from '../../core/brand.ts';
import type { Running } from '../../core/leader.ts';
import type { Detector } from '../../core/ports/detector.ts';
import type { Inbox } from '../../core/ports/inbox.ts';
import { room } from '../../core/room.ts';
import { startImageRecords } from '../../workers/image-records.ts';
import { startIngest } from '../../workers/ingest.ts';
import { startLook } from '../../workers/look.ts';
import { lateDetector } from '../late-detector.ts';
import type { Settings } from '../settings.ts';
import { startDetector } from './eyes.ts';
import { measuredRows } from './figures.ts';
import type { House } from './house.ts';

const [inboxPrefix] = inboxPrefixes;
/** Where accepted images wait. */
export const inboxTopic = 'images.inbox';
/** Where integrators write images. */
export const imagesTopic = 'images';

export interface Intake extends AsyncDisposable {
  readonly intake: Pick<AcceptDeps, 'backlog' | 'hourKeys' | 'places'> &
    Pick<TakeInDeps, 'stills' | 'decoding' | 'rows'> & {
      readonly inbox: Inbox;
      readonly topic: string | null;
    };
}

/** Opens the inbox, and looks at how much waits in it. */
export async function openIntake(house: House, settings: Settings): Promise<Intake> {
  await using opening = new AsyncDisposableStack();
  const inbox = openInbox(house, settings);
  opening.defer(() => inbox.close());
  const backlog = watchBacklog({ ...house, inbox });
  opening.defer(() => backlog.stop());
  const running = opening.move();
  return {
    intake: {
      ...{ inbox, backlog, hourKeys: hourKeys({ ...house, sealer }), places: places(house) },
      ...{
        stills: avStills(),
        decoding: room(maxDecodedBytes),
        rows: measuredRows(imageRows(house), house.metrics),
      },
      topic: foreignTopic(house, settings)?.topic ?? null,
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Takes images out of the inbox. */
export function openIngest(house: House, { intake }: Intake): Running {
  house.metrics.ask('inbox', async (say) =>
    say('vedette_inbox_waiting_images', await intake.inbox.backlog(), {}),
  );
  return startIngest({ ...house, ...intake });
}

/** Takes in what integrators write to their topic; null where the queue is not Kafka. */
export function openImageRecords(house: House, settings: Settings, { intake }: Intake): Running | null {
  const wanted = foreignTopic(house, settings);
  if (wanted === null) return null;
  return startImageRecords(
    { ...house, ...intake },
    (onRecord) => consumeImages({ ...house, ...wanted, onRecord }),
    (reason) => house.metrics.counter('vedette_image_records_dropped_total', { reason }).add(),
  );
}

/** The detector for images: that of the cameras of this process, or one of its own, which is stopped with it. */
export function openDetector(
  house: House,
  settings: Settings,
  ofCameras: Promise<Detector> | null,
): { readonly detector: Detector; stop(): Promise<void> } {
  const size = { width: 512, height: 288 };
  const workers = settings.VEDETTE_DETECTOR_WORKERS;
  const ready = ofCameras ?? startDetector(settings, join(house.folder, 'models'), house);
  const detector = lateDetector(ready, size, workers);
  return { detector, stop: ofCameras === null ? () => detector.close() : async () => {} };
}

/** Looks at what was stored. */
export function openLook(
  house: House,
  { intake }: Intake,
  { detector, cut }: { readonly detector: Detector; readonly cut: (cameraId: CameraId) => void },
): Running {
  const onLooked = (outcome: 'done' | 'failed') =>
    house.metrics.counter('vedette_images_looked_total', { outcome }).add();
  return startLook({ ...house, ...intake, detector, onLooked }, cut);
}

function foreignTopic({ shared }: House, { VEDETTE_QUEUE_URL: url }: Settings) {
  if (shared === null || url === undefined) return null;
  const { connection, prefix, partitions = 12, replicas = null } = kafkaAddress(url);
  return { connection, topic: `${prefix}${imagesTopic}`, partitions, replicas };
}

function openInbox(house: House, settings: Settings): Inbox {
  const url = settings.VEDETTE_QUEUE_URL;
  if (house.shared === null || url === undefined) {
    return claimCheckInbox({ ...house, topic: inboxTopic, prefix: inboxPrefix });
  }
  const { connection, prefix, partitions, replicas } = kafkaAddress(url);
  return kafkaInbox({
    ...{ ...house, connection, topic: `${prefix}${inboxTopic}`, prefix: inboxPrefix },
    ...(partitions === undefined ? {} : { partitions }),
    ...(replicas === undefined ? {} : { replicas }),
  });
}
