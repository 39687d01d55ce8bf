// Channels: where alerts go.

import { z } from 'zod';
import { email, id, name, time } from './common.ts';
import { allowed } from './faults.ts';

/** Kinds of channels: those of people are `push`, `sms` and `voice`, and e-mail is of both. */
export const channelKind = z.enum(['email', 'webhook', 'push', 'sms', 'voice', 'mqtt']);
export type ChannelKind = z.infer<typeof channelKind>;

export const ChannelInput = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('email'), name, address: email }),
  z.object({
    kind: z.literal('webhook'),
    name,
    url: z
      .url({ protocol: /^https?$/ })
      .max(2048)
      .register(allowed, { allowed: 'like https://example.org/path, with at most 2048 characters' }),
  }),
  z.object({
    kind: z.literal('mqtt'),
    name,
    topic: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .regex(/^[^\p{Cc}#+$][^\p{Cc}#+]*$/u)
      .register(allowed, { allowed: 'a topic like kitchen or house/kitchen, without + and #' }),
  }),
]);
export type ChannelInput = z.infer<typeof ChannelInput>;

export const Channel = z.object({
  id,
  name: z.string(),
  kind: channelKind,
  /** The e-mail address, the webhook's address or the whole topic. */
  address: z.string(),
  createdAt: time,
});
export type Channel = z.infer<typeof Channel>;

/** Shown once, when a webhook is made: receivers check the signature with it. */
export const ChannelCreated = Channel.extend({ signingSecret: z.string().nullable() });
export type ChannelCreated = z.infer<typeof ChannelCreated>;

export const ChannelTestResult = z.object({
  outcome: z.enum(['handed-over', 'failed']),
  problem: z.string().nullable(),
});
export type ChannelTestResult = z.infer<typeof ChannelTestResult>;
