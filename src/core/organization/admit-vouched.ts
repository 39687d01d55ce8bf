// Letting in whom a provider vouches for: into the provider's organization, and nowhere else.

import { VedetteError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Events } from '../ports/events.ts';
import type { User } from '../ports/identity.ts';
import type { Records, Tables } from '../ports/records.ts';
import type { Vouched } from '../ports/single-sign-on.ts';
import { invitationOf, redeemInvitation } from './accept-invitation.ts';
import { domainOf, plainAddress } from './address.ts';
import type { Invitation } from './invitation.ts';
import { isLastAdmin, join, keysOf, newMember, publishAccess } from './members.ts';
import { isAbove, type Member, type Role, reachesEverySite } from './organization.ts';
import type { Provider } from './provider.ts';

/** Where the accounts are that a provider's word may open. */
export interface VouchedAccounts {
  /** The account that the provider's name for the person is linked to; null where it is gone. Errors: `not-allowed`. */
  linked(userId: string): Promise<User | null>;
  /**
   * The account of an address that nothing links to the person yet: a new one, or one that nobody but a provider
   * opens, or one whose owner is here and asks for it. Never one that a stranger may have made. Errors: `not-allowed`.
   */
  unlinked(person: { name: string; email: string }): Promise<User>;
}

interface Word {
  readonly provider: Provider;
  readonly vouched: Vouched;
}

export interface Admitted {
  readonly user: User;
  readonly member: Member;
  /** Whether they became a member by this. */
  readonly isNew: boolean;
}

/**
 * The member whom a provider vouches for, made where there is none and the provider, or an invitation of its
 * organization for the address, says with which role; the invitation is taken then. A person is who the provider's own
 * name says (`subject`, OpenID Connect Core 1.0 §5.7); the address only finds the account at the first time. A role of
 * the claim is followed at every sign-in, except that the last admin stays one. Whoever is a member elsewhere gains
 * nothing there: the session is bound to the provider. Errors: `not-allowed`, `conflict` (too many members).
 */
export async function admitVouched(
  { records, clock, events }: { records: Records; clock: Clock; events: Events },
  word: Word,
  accounts: VouchedAccounts,
): Promise<Admitted> {
  const { provider, vouched } = word;
  const email = vouchedAddress(provider, vouched);
  const role = roleOf(provider, vouched.claims);
  const user = await accountOf({ records, clock }, word, { email, role }, accounts);
  const { before, member, madeKeys } = await records.transaction(async (tx) => {
    await mustExist(tx, provider);
    const before = await memberHere(tx, provider, user.id);
    await link(tx, word, user, before);
    if (before !== null) {
      const madeKeys = (await keysOf(tx, before)).length > 0;
      const member = provider.roleClaim === null ? before : await follow(tx, before, role);
      return { before, member, madeKeys };
    }
    const { organizationId } = provider;
    const invitation = await redeemInvitation(tx, clock, { organizationId, email });
    const made = newMember(clock, user, { organizationId, ...placeOf(provider, role, invitation) });
    await join(tx, made);
    return { before, member: made, madeKeys: false };
  });
  if (before !== null && before.role !== member.role) publishAccess(events, member, { madeKeys });
  return { user, member, isNew: before === null };
}

/**
 * Role and sites of somebody new. Where the provider tells roles by a claim, theirs is what it will be at every later
 * sign-in, and an invitation says the sites alone; elsewhere an invitation stands before the default. Errors:
 * `not-allowed`.
 */
function placeOf(
  provider: Provider,
  told: Role | null,
  invitation: Invitation | null,
): Pick<Member, 'role' | 'siteIds'> {
  const role = provider.roleClaim === null ? (invitation?.role ?? told) : told;
  if (role === null) throw notInvited(provider);
  return { role, siteIds: reachesEverySite(role) ? [] : (invitation?.siteIds ?? []) };
}

async function accountOf(
  { records, clock }: { records: Records; clock: Clock },
  { provider, vouched }: Word,
  { email, role }: { email: string; role: Role | null },
  accounts: VouchedAccounts,
): Promise<User> {
  await mustExist(records, provider);
  const linkedId = await records.providers.linkedUser(provider.id, vouched.subject);
  const linked = linkedId === null ? null : await accounts.linked(linkedId);
  if (linked !== null) return linked;
  // Before an account is made: who is turned away leaves nothing behind.
  if (role === null) {
    const { organizationId } = provider;
    const members = await records.members.list(organizationId);
    if (!members.some((member) => member.email === email)) {
      placeOf(provider, role, await invitationOf(records, clock, { organizationId, email }));
    }
  }
  const user = await accounts.unlinked({ name: nameOf(vouched, email), email });
  if (plainAddress(user.email) === email) return user;
  throw refused('The account has another e-mail address.');
}

async function memberHere(tx: Tables, { organizationId }: Provider, userId: string): Promise<Member | null> {
  const members = await tx.members.ofUser(userId);
  return members.find((member) => member.organizationId === organizationId) ?? null;
}

/** Addresses are given anew when people leave: who has one now is not who had it (OpenID Connect Core 1.0 §5.7). */
async function link(
  tx: Tables,
  { provider, vouched: { subject } }: Word,
  { id }: User,
  member: Member | null,
): Promise<void> {
  const known = await tx.providers.linkedSubject(provider.id, id);
  if (known === subject) return;
  if (known !== null && member !== null) {
    throw refused(
      'Your address belonged to somebody else of your organization. Ask an admin to remove that person first.',
    );
  }
  await tx.providers.link(provider.id, subject, id);
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

/**
 * The role by the provider's word: the highest that the claim names. Where it names none, or is left out (Keycloak
 * leaves empty lists out), the default; null where there is none.
 */
export function roleOf(
  { roleClaim, roleByValue, defaultRole }: Pick<Provider, 'roleClaim' | 'roleByValue' | 'defaultRole'>,
  claims: Vouched['claims'],
): Role | null {
  const claim = roleClaim !== null && Object.hasOwn(claims, roleClaim) ? claims[roleClaim] : undefined;
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

async function follow(tx: Tables, member: Member, role: Role | null): Promise<Member> {
  if (role === member.role || (await isLastAdmin(tx, member))) return member;
  if (role === null) throw refused('Your provider gives you no role here any more. Ask an admin.');
  const change = { role, siteIds: reachesEverySite(role) ? [] : member.siteIds };
  await tx.members.update(member.id, change);
  return { ...member, ...change };
}

function nameOf({ name }: Vouched, email: string): string {
  const told = (name ?? '').replace(/\p{C}+/gu, ' ').trim();
  return told === '' ? email.slice(0, email.indexOf('@')) : told.slice(0, maxNameLength);
}

/** As in the wire contract. */
const maxNameLength = 80;

function notInvited({ roleClaim }: Provider): VedetteError {
  return refused(
    roleClaim === null
      ? 'You are not a member of this organization. Ask an admin of it.'
      : 'Your provider gives you no role in this organization. Ask an admin of it.',
  );
}

function refused(sentence: string): VedetteError {
  return new VedetteError('not-allowed', sentence);
}
