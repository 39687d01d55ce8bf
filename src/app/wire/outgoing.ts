// Events for integrators: written by every process where they are wanted, sent by the one that leads.

import { kafkaAddress } from '../../adapters/kafka/address.ts';
import { kafkaEventSink } from '../../adapters/kafka/event-sink.ts';
import { VedetteError } from '../../core/errors.ts';
import type { Running } from '../../core/leader.ts';
import { tellingRecords } from '../../core/outgoing/telling-records.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Records } from '../../core/ports/records.ts';
import { startSendingEvents } from '../../workers/send-events.ts';
import { startTellingOfCameras } from '../../workers/tell-cameras.ts';
import type { Settings } from '../settings.ts';
import { given } from './engines.ts';
import type { House } from './house.ts';
import type { Lead } from './tending.ts';

/** Of a topic that we make: as many consumers of a group can share it. */
const partitions = 12;

/** `records` as they are, or such that write events. */
export function recordsWithEvents(
  records: Records,
  { clock }: { clock: Clock },
  settings: Settings,
): Records {
  return settings.VEDETTE_EVENTS === 'off' ? records : tellingRecords(records, clock);
}

/** Events go out over Kafka: without one nobody could read them. Errors: `settings-invalid`. */
export function mustHaveKafka(settings: Settings): void {
  if (settings.VEDETTE_EVENTS === 'off' || settings.VEDETTE_QUEUE_URL !== undefined) return;
  const sentence =
    'VEDETTE_EVENTS needs Kafka as VEDETTE_QUEUE_URL. Without it, webhooks tell others what happens';
  throw new VedetteError('settings-invalid', `A setting is wrong. ${sentence}.`, {
    fields: { VEDETTE_EVENTS: sentence },
  });
}

/** Sends what waits, and tells when cameras come and go. */
export async function openOutgoing(
  house: House & { readonly isDeaf?: () => boolean },
  settings: Settings,
  { publicUrl, lead }: { readonly publicUrl: string; readonly lead: Lead },
): Promise<Running> {
  const { VEDETTE_EVENTS: events } = settings;
  if (events === 'off') return { stop: async () => {} };
  return lead('events', () => {
    const address = kafkaAddress(given(settings, 'VEDETTE_QUEUE_URL'));
    const sink = kafkaEventSink({
      ...{ connection: address.connection, prefix: address.prefix, log: house.log },
      ...{ partitions: address.partitions ?? partitions, replicas: address.replicas ?? null },
      perOrganization: events === 'topic-per-organization',
    });
    const cameras = startTellingOfCameras(house);
    const sending = startSendingEvents({ ...house, sink }, { publicUrl });
    return {
      stop: async () => {
        await Promise.all([cameras.stop(), sending.stop()]);
        await sink.close();
      },
    };
  });
}
