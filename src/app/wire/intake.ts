// The intake of images: the inbox between those who push and those who take in, and what both need.

import { avStills } from '../../adapters/av/stills.ts';
import { claimCheckInbox } from '../../adapters/claimcheck/inbox.ts';
import { kafkaAddress } from '../../adapters/kafka/address.ts';
import { kafkaInbox } from '../../adapters/kafka/inbox.ts';
import type { AcceptDeps } from '../../core/image/accept.ts';
import { watchBacklog } from '../../core/image/backlog.ts';
import { hourKeys } from '../../core/image/hour-keys.ts';
import { imageRows } from '../../core/image/image-rows.ts';
import { places } from '../../core/image/places.ts';
import type { TakeInDeps } from '../../core/image/take-in.ts';
import type { Running } from '../../core/leader.ts';
import type { Inbox } from '../../core/ports/inbox.ts';
import { startIngest } from '../../workers/ingest.ts';
import type { Settings } from '../settings.ts';
import type { House } from './house.ts';

/** Where bodies wait in the blobs. What lies there and belongs to no message is swept away. */
export const inboxPrefix = 'images/http/inbox';
const topic = 'images.inbox';

export interface Intake extends AsyncDisposable {
  readonly intake: Pick<AcceptDeps, 'backlog' | 'hourKeys' | 'places'> &
    Pick<TakeInDeps, 'stills' | 'rows'> & { readonly inbox: Inbox };
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
      ...{ inbox, backlog, hourKeys: hourKeys(house), places: places(house) },
      ...{ stills: avStills(), rows: imageRows(house) },
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Takes images out of the inbox. */
export function openIngest(house: House, { intake }: Intake): Running {
  return startIngest({ ...house, ...intake });
}

function openInbox(house: House, settings: Settings): Inbox {
  const url = settings.VEDETTE_QUEUE_URL;
  if (house.shared === null || url === undefined) {
    return claimCheckInbox({ ...house, topic, prefix: inboxPrefix });
  }
  const { connection, prefix, partitions, replicas } = kafkaAddress(url);
  return kafkaInbox({
    ...{ ...house, connection, topic: `${prefix}${topic}`, prefix: inboxPrefix },
    ...(partitions === undefined ? {} : { partitions }),
    ...(replicas === undefined ? {} : { replicas }),
  });
}
