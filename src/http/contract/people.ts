// People of an organization: members and invitations.

import { z } from 'zod';
import { email, id, name, time } from './common.ts';
import { password, role } from './session.ts';

/** Sites of one member at most. */
const siteIds = z.array(id).max(1_000);

export const Person = z.object({
  id,
  name: z.string(),
  email: z.string(),
  phone: z.string().nullable(),
  role,
  siteIds,
  createdAt: time,
  lastSeenAt: time.nullable(),
  hasSecondFactor: z.boolean(),
  isDisabled: z.boolean(),
});
export type Person = z.infer<typeof Person>;

export const PersonChange = z.object({ role: role.optional(), siteIds: siteIds.optional() });
export type PersonChange = z.infer<typeof PersonChange>;

export const Invitation = z.object({
  id,
  email: z.string(),
  role,
  siteIds,
  invitedBy: z.string(),
  createdAt: time,
  expiresAt: time,
});
export type Invitation = z.infer<typeof Invitation>;

/** `siteIds` counts for owners and viewers only. */
export const InvitationInput = z.object({ email, role, siteIds: siteIds.default([]) });
export type InvitationInput = z.infer<typeof InvitationInput>;

/** The link is shown this once. */
export const InvitationCreated = z.object({ invitation: Invitation, link: z.url(), wasMailed: z.boolean() });
export type InvitationCreated = z.infer<typeof InvitationCreated>;

export const linkToken = z.string().min(20).max(200);

/**
 * What somebody with the link may know. `provider` is the name of the organization's own sign-in for the address: signing
 * in there accepts the invitation, and no account is made here.
 */
export const InvitationPreview = z.object({
  organization: z.string(),
  email: z.string(),
  role,
  invitedBy: z.string(),
  expiresAt: time,
  provider: z.string().nullable(),
});
export type InvitationPreview = z.infer<typeof InvitationPreview>;

export const InvitationLook = z.object({ token: linkToken });

/** `account` makes one for the invited address; null where its owner is signed in. */
export const InvitationAcceptance = z.object({
  token: linkToken,
  account: z.object({ name, password }).nullable(),
});
export type InvitationAcceptance = z.infer<typeof InvitationAcceptance>;
