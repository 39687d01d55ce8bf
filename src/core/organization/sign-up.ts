// Signing up: somebody new makes an organization of their own, where the settings allow it.

import { VedetteError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Events } from '../ports/events.ts';
import type { User } from '../ports/identity.ts';
import type { Records } from '../ports/records.ts';
import type { CameraPolicy } from '../site/camera-policy.ts';
import { announceFounding, type FoundingInput, type FoundingPlan, found, planFounding } from './found.ts';
import type { Member } from './organization.ts';

/** What is going to be stored, checked before the account is made. Errors: `request-invalid`. */
export function planSignUp(
  deps: { clock: Clock; cameraPolicy: CameraPolicy },
  input: Omit<FoundingInput, 'camera'>,
): FoundingPlan {
  return planFounding(deps, { ...input, camera: null });
}

/**
 * Stores the plan with `user` as its admin, in one transaction. One account makes one organization this way.
 * Errors: `not-ready` (nobody has set the installation up: the first administrator comes first), `conflict` (the
 * account belongs to an organization already).
 */
export async function signUp(
  { records, clock, events }: { records: Records; clock: Clock; events: Events },
  plan: FoundingPlan,
  user: User,
): Promise<Member> {
  const member = await records.transaction(async (tx) => {
    if ((await tx.organizations.count()) === 0) {
      throw new VedetteError('not-ready', 'This server is not set up yet. Its operator has the setup link.');
    }
    if ((await tx.members.ofUser(user.id)).length > 0) {
      throw new VedetteError('conflict', 'You belong to an organization already. Sign in instead.');
    }
    return found({ tx, clock }, plan, user);
  });
  announceFounding(events, plan);
  return member;
}
