// Everybody who could call: every role, every state of a session, machines, and strangers of every kind.

import { branded, type EpochMs } from '../../src/core/brand.ts';
import { type MachinePermission, machinePermissions } from '../../src/core/organization/access-key.ts';
import { type Role, reachesEverySite, roles } from '../../src/core/organization/organization.ts';
import { proofMs } from '../../src/http/limits.ts';
import type { House } from './http.ts';
import { makeKey, makePerson, makeTenant, type Tenant, vouchedFor } from './tenancy.ts';

export interface Guest {
  readonly name: string;
  readonly tenant: Tenant;
  /** Whether the objects that it asks for are within its reach; else they are somebody else's. */
  readonly atOwnObjects: boolean;
  readonly role: Role;
  /** What an access key may do; null for people. */
  readonly permissions: readonly MachinePermission[] | null;
  /** The code with which it is refused wherever not everybody may. */
  readonly refusal: string | null;
  /** Whether it is signed in, at least. */
  readonly isSomebody: boolean;
  /** Whether it belongs to an organization. */
  readonly isMember: boolean;
  /** Whether it has not proved for a while who it is. */
  readonly isStale: boolean;
  /** Asked for nothing about itself. */
  readonly onlyOrganization?: true;
  /** Who it is on the wire. */
  readonly headers: Record<string, string>;
  /** With which it signs in again. */
  readonly email: string | null;
}

export interface Guests {
  readonly all: readonly Guest[];
  /** Whose objects strangers ask for. */
  readonly victim: Tenant;
}

/** Makes three tenants and everybody. */
export async function inviteGuests(house: House): Promise<Guests> {
  const victim = await makeTenant(house, 'Alpha-tenant');
  const stranger = await makeTenant(house, 'Beta-tenant');
  const strict = await makeTenant(house, 'Gamma-tenant', true);
  const person = (tenant: Tenant, role: Role, site = tenant.site) =>
    makePerson(house, tenant, role, reachesEverySite(role) ? [] : [site.id]);
  const admin = await person(victim, 'admin');
  const base: Guest = {
    ...{ name: '', tenant: victim, atOwnObjects: true, role: 'admin', permissions: null, refusal: null },
    ...{ isSomebody: true, isMember: true, isStale: false, headers: {}, email: null },
  };
  const by = ({ cookie, email }: { cookie: string; email: string }) => ({ headers: { cookie }, email });
  const bearer = (key: string) => ({ headers: { authorization: `Bearer ${key}` }, email: null });
  const all: Guest[] = [];
  const come = (name: string, guest: Partial<Guest>) => void all.push({ ...base, name, ...guest });

  // Before time passes: what they proved is long ago then.
  const stale = await person(victim, 'admin');
  await house.deps.clock.advance(proofMs + 1);
  come('an admin who proved nothing lately', { isStale: true, ...by(stale) });

  come('nobody', { refusal: 'not-signed-in', isSomebody: false });
  for (const role of roles) {
    come(`${role}`, { role, ...by(await person(victim, role)) });
    come(`${role} of another organization`, {
      ...{ role, tenant: stranger, atOwnObjects: false },
      ...by(await person(stranger, role)),
    });
  }
  for (const role of ['owner', 'viewer'] as const) {
    come(`${role} of another site`, {
      role,
      atOwnObjects: false,
      ...by(await person(victim, role, victim.elsewhere)),
    });
  }

  const removed = await person(victim, 'manager');
  await house.deps.records.members.delete(removed.member.id);
  come('a member who was removed', { refusal: 'not-allowed', isMember: false, ...by(removed) });
  const disabled = await person(victim, 'admin');
  await house.deps.accounts.setDisabled(disabled.member.userId, true);
  come('a disabled account', { refusal: 'not-signed-in', isSomebody: false, ...by(disabled), email: null });
  const weak = await person(strict, 'admin');
  come('an admin without the second factor that the policy asks for', {
    ...{ tenant: strict, refusal: 'second-factor-required', ...by(weak) },
  });
  const strong = await person(strict, 'admin');
  const vouched = await vouchedFor(house, strict, strong.member);
  come('an admin vouched for by the provider', {
    ...{ tenant: strict, headers: { cookie: vouched }, onlyOrganization: true },
  });

  const { member } = admin;
  for (const permission of machinePermissions) {
    const others = machinePermissions.filter((each) => each !== permission);
    const [only, without] = [[permission], others];
    come(`a key with ${permission} only`, {
      permissions: only,
      ...bearer(await makeKey(house, victim, member, only)),
    });
    come(`a key with all but ${permission}`, {
      permissions: without,
      ...bearer(await makeKey(house, victim, member, without)),
    });
  }
  const all9 = machinePermissions;
  come('a key of another site', {
    ...{ permissions: all9, atOwnObjects: false },
    ...bearer(await makeKey(house, victim, member, all9, { siteIds: [victim.elsewhere.id] })),
  });
  const theirs = (await person(stranger, 'admin')).member;
  come('a key of another organization', {
    ...{ permissions: all9, tenant: stranger, atOwnObjects: false },
    ...bearer(await makeKey(house, stranger, theirs, all9)),
  });
  const nobody = { refusal: 'not-signed-in', isSomebody: false } as const;
  const expiresAt = branded<EpochMs>(house.deps.clock.now());
  come('an expired key', { ...nobody, ...bearer(await makeKey(house, victim, member, all9, { expiresAt })) });
  come('a key that nobody made', { ...nobody, ...bearer(`vdt_${'x'.repeat(43)}`) });
  come('a cookie beside a wrong key', {
    ...nobody,
    headers: { ...by(admin).headers, authorization: 'Bearer nonsense' },
  });
  come('a cookie that nobody signed', {
    ...nobody,
    headers: { cookie: `${admin.cookie.slice(0, -6)}AAAAAA` },
  });
  return { all, victim };
}

/** Signs in again whoever signed out. */
export async function revive(house: House, guest: Guest): Promise<void> {
  if (guest.email !== null) guest.headers.cookie = await house.signIn(guest.email);
}
