// Founding: a new organization with its first admin, site and perhaps camera, in the caller's transaction.

import type { OrganizationId } from '../brand.ts';
import { newId } from '../identifiers.ts';
import type { Clock } from '../ports/clock.ts';
import type { Events } from '../ports/events.ts';
import type { User } from '../ports/identity.ts';
import type { Tables } from '../ports/records.ts';
import type { Camera } from '../site/camera.ts';
import type { CameraPolicy } from '../site/camera-policy.ts';
import type { CameraSourceInput } from '../site/camera-source.ts';
import { newCamera } from '../site/cameras.ts';
import type { Site } from '../site/site.ts';
import { newSite } from '../site/sites.ts';
import { newMember } from './members.ts';
import { type Member, type Organization, openPolicy } from './organization.ts';

export interface FoundingInput {
  readonly organizationName: string;
  readonly siteName: string;
  readonly timeZone: string;
  readonly camera: { readonly name: string; readonly source: CameraSourceInput } | null;
}

export interface FoundingPlan {
  readonly organization: Organization;
  readonly site: Site;
  readonly camera: Camera | null;
}

/**
 * What is going to be stored. Checking everything before the account is made leaves no account behind when the
 * time zone is misspelt. Errors: `request-invalid`, `source-refused`.
 */
export function planFounding(
  deps: { clock: Clock; cameraPolicy: CameraPolicy },
  input: FoundingInput,
): FoundingPlan {
  const { clock } = deps;
  const organization: Organization = {
    id: newId<OrganizationId>(clock),
    name: input.organizationName,
    createdAt: clock.now(),
    policy: openPolicy,
  };
  const organizationId = organization.id;
  const site = newSite(clock, { organizationId, name: input.siteName, timeZone: input.timeZone });
  const camera =
    input.camera === null ? null : newCamera(deps, { organizationId, siteId: site.id, ...input.camera });
  return { organization, site, camera };
}

/** Stores the plan with `user` as its admin. The camera was sealed before: a transaction must not wait for keys. */
export async function found(
  { tx, clock }: { tx: Tables; clock: Clock },
  { organization, site, camera }: FoundingPlan,
  user: User,
): Promise<Member> {
  const place = { organizationId: organization.id, role: 'admin', siteIds: [] } as const;
  const member = newMember(clock, user, place);
  await tx.organizations.insert(organization);
  await tx.members.insert(member);
  await tx.sites.insert(site);
  if (camera !== null) await tx.cameras.insert(camera);
  return member;
}

/** After the transaction: tells of what is new. */
export function announceFounding(events: Events, { organization, site, camera }: FoundingPlan): void {
  const organizationId = organization.id;
  events.publish({ type: 'site-changed', organizationId, siteId: site.id });
  if (camera !== null) {
    events.publish({ type: 'camera-changed', organizationId, cameraId: camera.id, siteId: site.id });
  }
}
