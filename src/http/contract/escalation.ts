// Escalation chains: who is told after whom.

import { z } from 'zod';
import { id } from './common.ts';
import { role } from './session.ts';

export const LevelTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('role'), role }),
  z.object({ kind: z.literal('member'), memberId: id }),
]);
export type LevelTarget = z.infer<typeof LevelTarget>;

export const Level = z.object({
  /** Time in ms after the level before was told. */
  afterMs: z.int().min(0).max(86_400_000),
  targets: z.array(LevelTarget).max(50),
});
export type Level = z.infer<typeof Level>;

export const ChainInput = z.object({ levels: z.array(Level).min(1).max(6) });
export type ChainInput = z.infer<typeof ChainInput>;

/** Whether an incident would be told to anybody. */
export const AlertReach = z.object({
  /** Sites at which nobody would be told. */
  untoldSiteIds: z.array(id),
  /** The newest incident, where each of its alerts failed. */
  lastFailed: id.nullable(),
});
export type AlertReach = z.infer<typeof AlertReach>;

export const Chain = z.object({
  levels: z.array(
    Level.extend({
      /** Who is on the level now, and over what they would be told first; null where nothing reaches them, or they chose other sites. */
      people: z.array(
        z.object({ id, name: z.string(), over: z.enum(['push', 'email', 'sms', 'voice']).nullable() }),
      ),
    }),
  ),
  from: z.enum(['site', 'organization', 'default']),
});
export type Chain = z.infer<typeof Chain>;
