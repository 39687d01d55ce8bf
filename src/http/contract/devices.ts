// Devices of a site: sirens and lights that we switch, sensors that tell us.

import { z } from 'zod';
import { id, isPlainText, name, time } from './common.ts';
import { allowed } from './faults.ts';

export const maxDurationSeconds = 600;

const url = z
  .string()
  .trim()
  .max(2048)
  .refine((value) => /^https?:\/\//i.test(value) && URL.canParse(value))
  .register(allowed, { allowed: 'like https://host/path, with at most 2048 characters' });
const topic = z
  .string()
  .trim()
  .min(1)
  .max(512)
  .refine((value) => isPlainText(value) && !/[+#]/.test(value))
  .register(allowed, { allowed: 'a topic of MQTT, without + and #' });
const stateText = z
  .string()
  .min(1)
  .max(200)
  .refine(isPlainText)
  .register(allowed, { allowed: '1 to 200 characters, without line breaks' });

export const DeviceLink = z.discriminatedUnion('via', [
  /** `url` takes our commands; null for sensors. */
  z.object({ via: z.literal('webhook'), url: url.nullable().default(null) }),
  z.object({
    via: z.literal('mqtt'),
    /** Null for sensors. */
    commandTopic: topic.nullable().default(null),
    stateTopic: topic,
    /** Where the state is JSON: the name of the value that counts. */
    stateField: stateText.nullable().default(null),
    onText: stateText.default('ON'),
    offText: stateText.default('OFF'),
  }),
]);
export type DeviceLink = z.output<typeof DeviceLink>;

const armings = z
  .array(z.enum(['armed-home', 'armed-away']))
  .min(1)
  .max(2)
  .default(['armed-home', 'armed-away'])
  .transform((each) => [...new Set(each)]);
const shared = { name, enabled: z.boolean().default(true), link: DeviceLink, armings };

/** A siren or a light. */
const actuator = z.object({
  kind: z.enum(['siren', 'light']),
  ...shared,
  minimumSeverity: z.enum(['low', 'normal', 'high']).default('normal'),
  durationSeconds: z
    .int()
    .min(1)
    .max(maxDurationSeconds)
    .default(180)
    .register(allowed, { allowed: `1 to ${maxDurationSeconds} seconds` }),
});
const sensor = z.object({
  kind: z.literal('sensor'),
  ...shared,
  senses: z.enum(['opening', 'motion']),
  /** `entry`: whoever comes in here has time to disarm. */
  role: z.enum(['watch', 'entry']).default('watch'),
});

export const DeviceInput = z.discriminatedUnion('kind', [
  actuator.extend({ siteId: id }),
  sensor.extend({ siteId: id }),
]);
export type DeviceInput = z.input<typeof DeviceInput>;

/** All of it: what is left out is what a new device begins with. */
export const DeviceChange = z.discriminatedUnion('kind', [actuator, sensor]);
export type DeviceChange = z.input<typeof DeviceChange>;

export const sensorState = z.enum(['open', 'closed', 'motion', 'clear']);

export const Device = z.object({
  id,
  siteId: id,
  name: z.string(),
  kind: z.enum(['siren', 'light', 'sensor']),
  enabled: z.boolean(),
  via: z.enum(['webhook', 'mqtt']),
  /** Null for who may not manage devices: addresses and topics are secrets of a house. */
  link: DeviceLink.nullable(),
  armings: z.array(z.enum(['armed-home', 'armed-away'])),
  minimumSeverity: z.enum(['low', 'normal', 'high']).nullable(),
  durationSeconds: z.int().nullable(),
  senses: z.enum(['opening', 'motion']).nullable(),
  role: z.enum(['watch', 'entry']).nullable(),
  /**
   * What a sensor said last, or whether a siren or light says that it is on; null where nothing is known. `switching-off`:
   * it was told to go off, and has not said yet that it did.
   */
  state: z.enum(['open', 'closed', 'motion', 'clear', 'on', 'switching-off', 'off']).nullable(),
  createdAt: time,
  /** When it last answered or said something. */
  lastSeenAt: time.nullable(),
});
export type Device = z.infer<typeof Device>;

/** `signingSecret` is shown this once; null for devices over MQTT. */
export const DeviceCreated = Device.extend({ signingSecret: z.string().nullable() });
export type DeviceCreated = z.infer<typeof DeviceCreated>;

export const DeviceSecretInput = z.object({
  /** True: the one before counts for 24 hours more. False where it is known to others: it counts no longer. */
  keepPrevious: z.boolean().default(true),
});
export type DeviceSecretInput = z.input<typeof DeviceSecretInput>;

/** `signingSecret` is shown this once; `previousUntil` is null where the one before counts no longer. */
export const DeviceSecret = z.object({ signingSecret: z.string(), previousUntil: time.nullable() });
export type DeviceSecret = z.infer<typeof DeviceSecret>;

export const DeviceQuery = z.object({ siteId: id.optional() });

export const DeviceTestResult = z.object({
  outcome: z.enum(['acknowledged', 'failed']),
  problem: z.string().nullable(),
});
export type DeviceTestResult = z.infer<typeof DeviceTestResult>;

export const SensorEventInput = z.object({
  state: sensorState,
  /** When it happened; left out: when it was sent. At most a day ago, at most a minute ahead. */
  at: time.optional(),
});
export type SensorEventInput = z.input<typeof SensorEventInput>;

export const SensorEventResult = z.object({
  /** It was said before, and changed nothing. */
  repeated: z.boolean(),
  /** The incident it opened or belongs to. */
  incidentId: id.nullable(),
});
export type SensorEventResult = z.infer<typeof SensorEventResult>;
