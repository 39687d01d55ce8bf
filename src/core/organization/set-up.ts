// Setting up: the first administrator, their organization, their first site and camera, exactly once.

import { VedetteError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Events } from '../ports/events.ts';
import type { User } from '../ports/identity.ts';
import type { Records } from '../ports/records.ts';
import type { CameraPolicy } from '../site/camera-policy.ts';
import { announceFounding, type FoundingInput, type FoundingPlan, found, planFounding } from './found.ts';
import type { Member } from './organization.ts';

export type SetUpInput = FoundingInput;
export type SetUpPlan = FoundingPlan;

/** Whether nobody has set this installation up yet. */
export async function setupRequired({ records }: { records: Records }): Promise<boolean> {
  return (await records.organizations.count()) === 0;
}

/** What is going to be stored, checked before the account is made. Errors: `request-invalid`, `source-refused`. */
export function planSetUp(deps: { clock: Clock; cameraPolicy: CameraPolicy }, input: SetUpInput): SetUpPlan {
  return planFounding(deps, input);
}

/**
 * Stores the plan with `user` as its administrator, in one transaction. Of many callers exactly one succeeds.
 * Errors: `setup-done`.
 */
export async function setUp(
  { records, clock, events }: { records: Records; clock: Clock; events: Events },
  plan: SetUpPlan,
  user: User,
): Promise<Member> {
  // Keys may be a network away: a transaction must not wait for them.
  if (plan.camera !== null) await records.cameras.seal(plan.camera);
  const member = await records.transaction(async (tx) => {
    if ((await tx.organizations.count()) > 0) throw new VedetteError('setup-done');
    return found({ tx, clock }, plan, user);
  });
  announceFounding(events, plan);
  return member;
}
