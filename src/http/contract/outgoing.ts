// Events that go out to integrators: the shape of each type's data, which is that of the API, and of the CloudEvent around it.

import { z } from 'zod';
import { outgoingTypes, type OutgoingType } from '../../core/outgoing/event.ts';
import { CameraStatus } from './cameras.ts';
import { id, time } from './common.ts';
import { CameraImage, ImageStatus } from './images.ts';
import { Incident } from './incidents.ts';
import { arming, ArmedBy } from './sites.ts';

const ArmingChanged = z.object({
  siteId: id,
  siteName: z.string(),
  arming,
  /** What is in force until `effectiveAt`. */
  before: arming,
  at: time,
  /** The end of the exit delay. */
  effectiveAt: time,
  by: ArmedBy,
});

const CameraChanged = z.object({
  id,
  siteId: id,
  name: z.string(),
  state: CameraStatus.shape.state,
  /** Null where nothing is heard of its recorder. */
  since: time.nullable(),
  problem: z.object({ code: z.string(), detail: z.string() }).nullable(),
});

const AlarmChanged = z.object({
  id,
  siteId: id,
  /** Null: a test, or home automation. */
  incidentId: id.nullable(),
  device: z.object({ id, name: z.string(), kind: z.enum(['siren', 'light', 'sensor']).nullable() }),
  wanted: z.enum(['on', 'off']),
  state: z.enum(['waiting', 'acknowledged', 'failed', 'off']),
  /** When it goes off by itself; null where it is not wanted on. */
  offAt: time.nullable(),
  changedAt: time,
  problem: z.string().nullable(),
});

const EventsLost = z.object({
  count: z.int(),
  /** When the first and the last of them happened. */
  from: time,
  to: time,
});

const ImageDetected = ImageStatus.extend(CameraImage.pick({ detections: true, incidentId: true }).shape);

interface Outgoing {
  readonly data: z.ZodType;
  /** When it is sent, for the reference. */
  readonly when: string;
  /** What the subject names. */
  readonly subject: string;
}

/** Every type, with the shape of its data. */
export const outgoingEvents: Readonly<Record<OutgoingType, Outgoing>> = {
  'vedette.incident.opened.v1': { data: Incident, subject: 'incident', when: 'An incident was opened.' },
  'vedette.incident.changed.v1': {
    ...{ data: Incident, subject: 'incident' },
    when: 'Something of it changed but its state: a camera or sensor joined, its severity, its assignee, its end, its picture, whom it was escalated to. That somebody is still seen is no change.',
  },
  'vedette.incident.acknowledged.v1': {
    ...{ data: Incident, subject: 'incident' },
    when: 'Somebody takes care of it.',
  },
  'vedette.incident.resolved.v1': {
    ...{ data: Incident, subject: 'incident' },
    when: 'Somebody said what it was; `resolution` says it, too.',
  },
  'vedette.incident.reopened.v1': {
    ...{ data: Incident, subject: 'incident' },
    when: 'A resolved incident was opened again.',
  },
  'vedette.image.stored.v1': { data: ImageStatus, subject: 'image', when: 'A pushed image was stored.' },
  'vedette.image.quarantined.v1': {
    ...{ data: ImageStatus, subject: 'image' },
    when: 'A pushed image was put aside; `reason` says why.',
  },
  'vedette.image.detected.v1': {
    ...{ data: ImageDetected, subject: 'image' },
    when: 'Something was seen in a pushed image. Nothing is sent where nothing was.',
  },
  'vedette.image.destroyed.v1': {
    ...{ data: ImageStatus, subject: 'image' },
    when: 'A pushed image was destroyed, with its key.',
  },
  'vedette.arming.changed.v1': {
    ...{ data: ArmingChanged, subject: 'site' },
    when: 'A site was armed or disarmed; in force from `effectiveAt` on.',
  },
  'vedette.camera.online.v1': { data: CameraChanged, subject: 'camera', when: 'A camera records.' },
  'vedette.camera.offline.v1': {
    ...{ data: CameraChanged, subject: 'camera' },
    when: 'A camera records no more: it is away, was disabled, or its recorder was not heard of for a minute.',
  },
  'vedette.alarm.changed.v1': {
    ...{ data: AlarmChanged, subject: 'alarm' },
    when: 'A siren or light was switched on or off, said that it is, or failed.',
  },
  'vedette.events.lost.v1': {
    ...{ data: EventsLost, subject: 'organization' },
    when: 'So many events were dropped before they could be sent. Ask the API for what is true now.',
  },
};

/** The CloudEvent of a type. Consumers must bear attributes and fields that are not here: later versions add some. */
export function cloudEventSchema(type: OutgoingType) {
  return z.object({
    specversion: z.literal('1.0'),
    /** The same however often it comes: drop repeats by it. */
    id,
    /** The installation and the organization. */
    source: z.string(),
    type: z.literal(type),
    subject: id,
    time: z.iso.datetime(),
    datacontenttype: z.literal('application/json'),
    organization: id,
    site: id.optional(),
    camera: id.optional(),
    partitionkey: id,
    data: outgoingEvents[type].data,
  });
}

/** JSON Schema 2020-12 of every type, by its name. */
export function outgoingSchemas() {
  const definitions = outgoingTypes.map((type) => {
    const { $schema: _, ...schema } = z.toJSONSchema(cloudEventSchema(type), { io: 'input' });
    return [type, schema] as const;
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Events of Vedette',
    anyOf: outgoingTypes.map((type) => ({ $ref: `#/$defs/${type}` })),
    $defs: Object.fromEntries(definitions),
  };
}
