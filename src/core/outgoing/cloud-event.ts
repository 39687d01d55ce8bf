// An outgoing event as a CloudEvent 1.0 in a record of Kafka: structured, so that a record is whole wherever it is copied to,
// with the headers of the binary mode beside it, so that it can be chosen without being read.

import type { OrganizationId } from '../brand.ts';
import type { OutgoingEvent } from './event.ts';

export interface EventRecord {
  /** Its partition: records of one site, and so of one incident, keep their order. */
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Puts records where an organization's events go. Durable when it resolves; all of them or, where it throws, perhaps some. */
export interface EventSink {
  /** Organizations with one topic are told together. */
  topicOf(organizationId: OrganizationId): string;
  /** Errors: `queue-unavailable`, `queue-refused`. */
  publish(topic: string, records: readonly EventRecord[]): Promise<void>;
  close(): Promise<void>;
}

/** CloudEvents 1.0, Kafka protocol binding §3.3. `publicUrl` has no slash at its end. */
export function cloudEvent(event: OutgoingEvent, publicUrl: string): EventRecord {
  const key = event.siteId ?? event.organizationId;
  const attributes = {
    specversion: '1.0',
    id: event.id,
    source: `${publicUrl}/organizations/${event.organizationId}`,
    type: event.type,
    subject: event.subject,
    time: new Date(event.at).toISOString(),
    datacontenttype: 'application/json',
    // Extension attributes: lower-case letters and digits only (CloudEvents §3.1). An absent one is left out.
    organization: event.organizationId,
    ...(event.siteId === null ? {} : { site: event.siteId }),
    ...(event.cameraId === null ? {} : { camera: event.cameraId }),
    partitionkey: key,
  };
  const headers = Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [`ce_${name}`, value]),
  );
  return {
    key,
    value: `${JSON.stringify(attributes).slice(0, -1)},"data":${event.data}}`,
    headers: { 'content-type': 'application/cloudevents+json; charset=UTF-8', ...headers },
  };
}
