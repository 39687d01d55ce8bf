// Letting in whom a provider vouches for: into the provider's organization, and nowhere else.

import { VedetteError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Events } from '../ports/events.ts';
import type { User } from '../ports/identity.ts';
import type { Records, Tables } from '../ports/records.ts';
import type { Vouched } from '../ports/single-sign-on.ts';
import { domainOf, plainAddress } from './address.ts';
import { isLastAdmin, join, keysOf, newMember, publishAccess } from './members.ts';
import { isAbove, type Member, type Role, reachesEverySite } from './organization.ts';
import type { Provider } from './provider.ts';

/** The account of the address: the one there is, or a new one without a password. */
export type MakeAccount = (person: { name: string; email: string }) => Promise<User>;

/**
 * The member whom a provider vouches for, made where there is none and the provider says with which role. A role of
 * the claim is followed at every sign-in, except that the last admin stays one. Whoever is a member elsewhere gains
 * nothing there: the session is bound to the provider. Errors: `not-allowed`, `conflict` (too many members).
 */
export async function admitVouched(
  { records, clock, events }: { records: Records; clock: Clock; events: Events },
  { provider, vouched }: { provider: Provider; vouched: Vouched },
  makeAccount: MakeAccount,
): Promise<{ user: User; member: Member }> {
  const email = vouchedAddress(provider, vouched);
  const claimed = claimedRole(provider, vouched.claims);
  const role = claimed ?? capped(provider.defaultRole);
  await mustBeWelcome(records, provider, email, role);
  const user = await makeAccount({ name: nameOf(vouched, email), email });
  if (plainAddress(user.email) !== email) throw refused('The account has another e-mail address.');
  const { before, member, madeKeys } = await records.transaction(async (tx) => {
    await mustExist(tx, provider);
    const members = await tx.members.ofUser(user.id);
    const before = members.find(({ organizationId }) => organizationId === provider.organizationId) ?? null;
    if (before !== null) {
      const madeKeys = (await keysOf(tx, before)).length > 0;
      return { before, member: await follow(tx, before, claimed), madeKeys };
    }
    if (role === null) throw notInvited();
    const { organizationId } = provider;
    const made = newMember(clock, user, { organizationId, role, siteIds: [] });
    await join(tx, made);
    return { before, member: made, madeKeys: false };
  });
  if (before !== null && before.role !== member.role) publishAccess(events, member, { madeKeys });
  return { user, member };
}

/** Before an account is made: who is turned away leaves nothing behind. */
async function mustBeWelcome(
  records: Records,
  provider: Provider,
  email: string,
  role: Role | null,
): Promise<void> {
  await mustExist(records, provider);
  if (role !== null) return;
  const members = await records.members.list(provider.organizationId);
  if (!members.some((member) => member.email === email)) throw notInvited();
}

async function mustExist({ providers }: Tables, { id, organizationId }: Provider): Promise<void> {
  if ((await providers.organizationOf(id)) === organizationId) return;
  throw refused('This sign-in was removed. Ask an admin of your organization.');
}

/**
 * The address, of a domain that is the provider's. A provider that does not say whether it checked the mailbox is
 * believed for its own domains (some never say); one that says it did not is not.
 */
function vouchedAddress(provider: Provider, { email, isEmailVerified, claims }: Vouched): string {
  const domain = email === null ? null : domainOf(email);
  if (email === null || domain === null)
    throw refused('The provider did not tell your e-mail address. Its admin can change that.');
  if (!provider.domains.includes(domain)) {
    throw refused(`Addresses at ${domain} do not sign in with ${provider.name}.`);
  }
  if (!isEmailVerified && claims.email_verified !== undefined && claims.email_verified !== null) {
    throw refused('The provider has not verified your e-mail address. Verify it there first.');
  }
  return plainAddress(email);
}

/** The highest role that the claim names; the default where it names none; null where there is no claim. */
export function claimedRole(
  provider: Pick<Provider, 'roleClaim' | 'roleByValue' | 'defaultRole'>,
  claims: Vouched['claims'],
): Role | null {
  const { roleClaim, roleByValue, defaultRole } = provider;
  if (roleClaim === null || !Object.hasOwn(claims, roleClaim)) return null;
  const claim = claims[roleClaim];
  const values: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  let highest: Role | null = null;
  for (const value of values) {
    if (typeof value !== 'string' || !Object.hasOwn(roleByValue, value)) continue;
    const role = roleByValue[value];
    if (role !== undefined && (highest === null || isAbove(role, highest))) highest = role;
  }
  return highest ?? capped(defaultRole);
}

/** Admins are named by a claim, never by default. */
function capped(role: Role | null): Role | null {
  return role === 'admin' ? 'manager' : role;
}

async function follow(tx: Tables, member: Member, claimed: Role | null): Promise<Member> {
  if (claimed === null || claimed === member.role || (await isLastAdmin(tx, member))) return member;
  const change = { role: claimed, siteIds: reachesEverySite(claimed) ? [] : member.siteIds };
  await tx.members.update(member.id, change);
  return { ...member, ...change };
}

function nameOf({ name }: Vouched, email: string): string {
  const told = (name ?? '').replace(/\p{C}+/gu, ' ').trim();
  return told === '' ? email.slice(0, email.indexOf('@')) : told.slice(0, maxNameLength);
}

/** As in the wire contract. */
const maxNameLength = 80;

function notInvited(): VedetteError {
  return refused('You are not a member of this organization. Ask for an invitation.');
}

function refused(sentence: string): VedetteError {
  return new VedetteError('not-allowed', sentence);
}
