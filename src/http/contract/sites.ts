// Sites and their arming.

import { z } from 'zod';
import { id, name, time } from './common.ts';

export const arming = z.enum(['disarmed', 'armed-home', 'armed-away']);

export const Site = z.object({
  id,
  name: z.string(),
  timeZone: z.string(),
  arming,
  armingChangedAt: time,
  /** Unresolved incidents. */
  openIncidents: z.int(),
});
export type Site = z.infer<typeof Site>;

export const SiteInput = z.object({ name, timeZone: z.string().max(64) });
export type SiteInput = z.infer<typeof SiteInput>;

export const ArmingInput = z.object({ arming });
export type ArmingInput = z.infer<typeof ArmingInput>;
