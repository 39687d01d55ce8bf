// My alerts: what I want to be told, when, over what, and my browsers.

import { z } from 'zod';
import { code } from './account.ts';
import { id, name, time } from './common.ts';
import { allowed } from './faults.ts';

export const personalKind = z.enum(['push', 'email', 'sms', 'voice']);
export type PersonalKind = z.infer<typeof personalKind>;
export const severity = z.enum(['low', 'normal', 'high']);

/** Minutes of a day; over midnight where `to` is not after `from`. */
const minute = z.int().min(0).max(1440).register(allowed, { allowed: 'a minute of the day, 0 to 1440' });
export const MinuteSpan = z.object({ from: minute, to: minute });
export type MinuteSpan = z.infer<typeof MinuteSpan>;
const spans = z.array(MinuteSpan).max(4);
const weekday = z.literal([1, 2, 3, 4, 5, 6, 7]);

export const Wishes = z.object({
  /** In the order in which they are tried; none tells me nothing. */
  channels: z.array(personalKind).max(4),
  /** Told of every incident as it opens, whatever the escalation chain says. */
  atOnce: z.boolean(),
  /** Null for every site I reach. */
  siteIds: z.array(id).max(1000).nullable(),
  minimumSeverity: severity,
  timeZone: z.string().max(64),
  /** By ISO weekday, 1 for Monday; null for always. */
  hours: z.object({ 1: spans, 2: spans, 3: spans, 4: spans, 5: spans, 6: spans, 7: spans }).nullable(),
  quiet: MinuteSpan.extend({ highBreaksThrough: z.boolean() }).nullable(),
  digest: z.object({
    every: z.enum(['none', 'daily', 'weekly']),
    hour: z.int().min(0).max(23),
    weekday,
  }),
});
export type Wishes = z.infer<typeof Wishes>;

/** What a kind of channel is for me: `reason` says why it does not reach me, and what to do. */
export const PersonalChannel = z.object({
  kind: personalKind,
  /** Where it goes, in words: an address, a number, how many browsers. */
  detail: z.string(),
  isReady: z.boolean(),
  reason: z.string().nullable(),
});
export type PersonalChannel = z.infer<typeof PersonalChannel>;

export const MyAlerts = z.object({
  wishes: Wishes,
  channels: z.array(PersonalChannel),
  phone: z.object({ number: z.string().nullable(), isProven: z.boolean() }),
  /** When it is my turn in the escalation chains of my sites, where nobody before me reacts. */
  turn: z.object({
    sites: z.int(),
    /** Of those, the ones whose chain has me on a level. */
    onChain: z.int(),
    /** Shortest and longest time in ms; null on no chain. */
    firstMs: z.int().nullable(),
    lastMs: z.int().nullable(),
  }),
  /** The key that browsers subscribe with, base64url. */
  pushKey: z.string(),
});
export type MyAlerts = z.infer<typeof MyAlerts>;

export const PushDevice = z.object({ id, name: z.string(), endpoint: z.string(), createdAt: time });
export type PushDevice = z.infer<typeof PushDevice>;

export const PushDeviceInput = z.object({
  name: name.optional(),
  endpoint: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .register(allowed, { allowed: 'the address that a browser gives for push messages' }),
  keys: z.object({ p256dh: z.string().max(200), auth: z.string().max(100) }),
});
export type PushDeviceInput = z.infer<typeof PushDeviceInput>;

export const PhoneCodeInput = z.object({ kind: z.enum(['sms', 'voice']) });
export const PhoneProofInput = z.object({ code });
export const PersonalTestInput = z.object({ kind: personalKind });
