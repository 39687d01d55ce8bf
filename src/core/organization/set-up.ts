// Setting up: the first administrator, their organization, their first site and camera, exactly once.

import type { MemberId, OrganizationId } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import { newId } from '../identifiers.ts';
import type { Clock } from '../ports/clock.ts';
import type { Events } from '../ports/events.ts';
import type { User } from '../ports/identity.ts';
import type { Records } from '../ports/records.ts';
import type { Camera } from '../site/camera.ts';
import type { CameraPolicy } from '../site/camera-policy.ts';
import type { CameraSourceInput } from '../site/camera-source.ts';
import { newCamera } from '../site/cameras.ts';
import type { Site } from '../site/site.ts';
import { newSite } from '../site/sites.ts';
import type { Member, Organization } from './organization.ts';

export interface SetUpInput {
  readonly organizationName: string;
  readonly siteName: string;
  readonly timeZone: string;
  readonly camera: { readonly name: string; readonly source: CameraSourceInput } | null;
}

export interface SetUpPlan {
  readonly organization: Organization;
  readonly site: Site;
  readonly camera: Camera | null;
}

/** Whether nobody has set this installation up yet. */
export async function setupRequired({ records }: { records: Records }): Promise<boolean> {
  return (await records.organizations.count()) === 0;
}

/**
 * What is going to be stored. Checking everything before the account is made leaves no account behind when the
 * time zone is misspelt. Errors: `request-invalid`, `source-refused`.
 */
export function planSetUp(deps: { clock: Clock; cameraPolicy: CameraPolicy }, input: SetUpInput): SetUpPlan {
  const { clock } = deps;
  const organization = {
    id: newId<OrganizationId>(clock),
    name: input.organizationName,
    createdAt: clock.now(),
  };
  const site = newSite(clock, {
    organizationId: organization.id,
    name: input.siteName,
    timeZone: input.timeZone,
  });
  const camera =
    input.camera === null
      ? null
      : newCamera(deps, { organizationId: organization.id, siteId: site.id, ...input.camera });
  return { organization, site, camera };
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
  const { organization, site, camera } = plan;
  const member: Member = {
    id: newId<MemberId>(clock),
    organizationId: organization.id,
    userId: user.id,
    name: user.name,
    email: user.email,
    role: 'admin',
    createdAt: clock.now(),
  };
  // Keys may be a network away: a transaction must not wait for them.
  if (camera !== null) await records.cameras.seal(camera);
  await records.transaction(async (tx) => {
    if ((await tx.organizations.count()) > 0) throw new VedetteError('setup-done');
    await tx.organizations.insert(organization);
    await tx.members.insert(member);
    await tx.sites.insert(site);
    if (camera !== null) await tx.cameras.insert(camera);
  });
  events.publish({ type: 'site-changed', organizationId: organization.id, siteId: site.id });
  if (camera !== null) {
    events.publish({
      type: 'camera-changed',
      organizationId: organization.id,
      cameraId: camera.id,
      siteId: site.id,
    });
  }
  return member;
}
