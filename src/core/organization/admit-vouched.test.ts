// Providers: they let people into their own organization, and nowhere else.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { callerFor, openPeopleHouse, sessionOf } from '../../../test/houses/people.ts';
import { id, provider as providerRow } from '../../../test/houses/rows.ts';
import type { MemberId } from '../brand.ts';
import type { User } from '../ports/identity.ts';
import type { Vouched } from '../ports/single-sign-on.ts';
import { secret } from '../secret.ts';
import { admitVouched, type VouchedAccounts } from './admit-vouched.ts';
import { callerOf, organizationsOf } from './callers.ts';
import { invitationLifeMs } from './invitation.ts';
import { invite, listInvitations } from './invitations.ts';
import type { Organization } from './organization.ts';
import type { Provider } from './provider.ts';
import { addProvider, listProviders, newProvider, providerOfEmail, removeProvider } from './providers.ts';

async function house(t: TestContext) {
  const opened = await openPeopleHouse();
  t.after(() => opened.close());
  const of = await opened.organization();
  const admin = await opened.member(of, 'admin', { email: 'boss@acme.example' });
  const accounts = new Map<string, User>();
  return {
    ...opened,
    of,
    admin,
    accounts,
    async provider(change: Partial<Provider> = {}, owner: Organization = of): Promise<Provider> {
      const made = providerRow(owner, { domains: ['acme.example'], ...change });
      await opened.records.providers.insert(made);
      return made;
    },
    vouchedAccounts: {
      linked: async (userId) => [...accounts.values()].find(({ id }) => id === userId) ?? null,
      unlinked: async ({ name, email }) => {
        const known = accounts.get(email) ?? { id: `user ${accounts.size} of ${email}`, name, email };
        accounts.set(email, known);
        return known;
      },
    } satisfies VouchedAccounts,
  };
}

/** Whoever comes is this user. */
const only = (user: User): VouchedAccounts => ({ linked: async () => user, unlinked: async () => user });

const vouched = (change: Partial<Vouched> = {}): Vouched => ({
  subject: '42',
  email: 'Eve@Acme.example',
  isEmailVerified: true,
  name: 'Eve',
  sessionId: null,
  claims: {},
  ...change,
});

test('who is vouched for becomes a member with the default role, once', async (t) => {
  const deps = await house(t);
  const provider = await deps.provider({ defaultRole: 'viewer' });
  const admitted = await Promise.all(
    Array.from({ length: 5 }, () =>
      admitVouched(deps, { provider, vouched: vouched() }, deps.vouchedAccounts),
    ),
  );
  assert.equal(new Set(admitted.map(({ member }) => member.id)).size, 1);
  const [first] = admitted;
  assert.deepEqual([first?.user.email, first?.member.role], ['eve@acme.example', 'viewer']);
  assert.deepEqual(first?.member.siteIds, []);
  assert.equal((await deps.records.members.list(deps.of.id)).length, 2);
});

test('without a default role only members are let in, and nobody else leaves an account behind', async (t) => {
  const deps = await house(t);
  const provider = await deps.provider();
  const admitting = admitVouched(deps, { provider, vouched: vouched() }, deps.vouchedAccounts);
  await assert.rejects(admitting, { code: 'not-allowed' });
  assert.equal(deps.accounts.size, 0);
  const member = await deps.member(deps.of, 'owner', {
    userId: 'user 0 of eve@acme.example',
    email: 'eve@acme.example',
  });
  const admitted = await admitVouched(deps, { provider, vouched: vouched() }, deps.vouchedAccounts);
  assert.deepEqual(admitted.member, member);
});

const eveAddress = 'eve@acme.example';

test('who was invited comes in by the provider with the role and sites of the invitation, which is taken once', async (t) => {
  for (const defaultRole of [null, 'manager'] as const) {
    const deps = await house(t);
    const provider = await deps.provider({ defaultRole });
    const [gate] = [await deps.site(deps.of), await deps.site(deps.of)];
    const caller = callerFor(deps.admin);
    await invite(deps, caller, { email: eveAddress, role: 'owner', siteIds: [gate] });
    const come = () => admitVouched(deps, { provider, vouched: vouched() }, deps.vouchedAccounts);
    const admitted = await Promise.all(Array.from({ length: 5 }, come));
    assert.deepEqual(new Set(admitted.map(({ member }) => member.id)).size, 1);
    assert.equal(admitted.filter(({ isNew }) => isNew).length, 1);
    for (const { member } of admitted) assert.deepEqual([member.role, member.siteIds], ['owner', [gate]]);
    assert.deepEqual(await deps.records.invitations.list(deps.of.id), []);
    assert.equal((await come()).member.role, 'owner');
  }
});

test('by the provider, too, an invitation is worth what its sender could still give, where its sites are, for a week', async (t) => {
  const cases = {
    expired: async ({ clock }) => clock.advance(invitationLifeMs),
    demoted: async ({ records }, managerId) => records.members.update(managerId, { role: 'viewer' }),
    removed: async ({ records }, managerId) => records.members.delete(managerId),
    'above its sender': async ({ records, of }) => {
      const [invitation] = await records.invitations.list(of.id);
      assert.ok(invitation);
      await records.invitations.take(invitation.id);
      await records.invitations.insert({ ...invitation, role: 'admin' });
    },
    'of no site that is left': async ({ records, of }) => {
      const [invitation] = await records.invitations.list(of.id);
      assert.ok(invitation);
      await records.invitations.take(invitation.id);
      await records.invitations.insert({ ...invitation, siteIds: [id()] });
    },
  } satisfies Record<string, (deps: Awaited<ReturnType<typeof house>>, managerId: MemberId) => Promise<void>>;
  for (const [name, spoil] of Object.entries(cases)) {
    const deps = await house(t);
    const manager = await deps.member(deps.of, 'manager');
    const siteIds = [await deps.site(deps.of)];
    await invite(deps, callerFor(manager), { email: eveAddress, role: 'owner', siteIds });
    await spoil(deps, manager.id);
    const strict = await deps.provider();
    const come = (provider: Provider) =>
      admitVouched(deps, { provider, vouched: vouched() }, deps.vouchedAccounts);
    await assert.rejects(come(strict), { code: 'not-allowed', message: /not a member/ }, name);
    assert.equal(deps.accounts.size, 0, name);
    const lax = { ...strict, defaultRole: 'viewer' } as const;
    assert.deepEqual([(await come(lax)).member.role, (await come(lax)).member.siteIds], ['viewer', []], name);
    // Whoever is a member is invited no more.
    assert.deepEqual(await deps.records.invitations.list(deps.of.id), [], name);
  }
});

test('an invitation to another address or of another organization lets nobody in by the provider', async (t) => {
  const deps = await house(t);
  const provider = await deps.provider();
  const other = await deps.organization();
  const rival = callerFor(await deps.member(other, 'admin'));
  await invite(deps, rival, { email: eveAddress, role: 'manager', siteIds: [] });
  const caller = callerFor(deps.admin);
  await invite(deps, caller, { email: 'eva@acme.example', role: 'manager', siteIds: [] });
  await assert.rejects(admitVouched(deps, { provider, vouched: vouched() }, deps.vouchedAccounts), {
    code: 'not-allowed',
  });
  assert.equal(deps.accounts.size, 0);
  assert.equal((await listInvitations(deps, rival)).length, 1);
  assert.equal((await listInvitations(deps, caller)).length, 1);
});

test('where a claim tells roles, an invitation says the sites alone, and opens nothing to whom the claim gives no role', async (t) => {
  const deps = await house(t);
  const provider = await deps.provider({ roleClaim: 'role', roleByValue: { guest: 'viewer' } });
  const siteIds = [await deps.site(deps.of)];
  const caller = callerFor(deps.admin);
  await invite(deps, caller, { email: eveAddress, role: 'owner', siteIds });
  const come = (claims: Vouched['claims']) =>
    admitVouched(deps, { provider, vouched: vouched({ claims }) }, deps.vouchedAccounts);
  await assert.rejects(come({}), { code: 'not-allowed', message: /no role/ });
  assert.equal((await listInvitations(deps, caller)).length, 1);
  for (const _ of ['first', 'later']) {
    const { member } = await come({ role: 'guest' });
    assert.deepEqual([member.role, member.siteIds], ['viewer', siteIds]);
  }
  assert.deepEqual(await listInvitations(deps, caller), []);
});

test('a provider vouches for verified addresses of its own domains, and for nothing else', async (t) => {
  const deps = await house(t);
  const provider = await deps.provider({ defaultRole: 'manager' });
  const refused: Partial<Vouched>[] = [
    { email: null },
    { email: '' },
    { email: 'acme.example' },
    { email: 'eve@evil.example' },
    { email: 'eve@sub.acme.example' },
    { email: 'eve@notacme.example' },
    { email: 'eve@evil.example@acme.example' },
    { email: 'eve@acme.example, boss@acme.example' },
    { email: 'eve@acme.example\r\nBcc: boss@acme.example' },
    { isEmailVerified: false, claims: { email_verified: false } },
    { isEmailVerified: false, claims: { email_verified: 'false' } },
  ];
  for (const change of refused) {
    const admitting = admitVouched(deps, { provider, vouched: vouched(change) }, deps.vouchedAccounts);
    await assert.rejects(admitting, { code: 'not-allowed' }, JSON.stringify(change));
  }
  assert.equal(deps.accounts.size, 0);
  // Some providers never say whether they checked; for their own domain they are believed.
  const silent = vouched({ isEmailVerified: false, claims: {} });
  await admitVouched(deps, { provider, vouched: silent }, deps.vouchedAccounts);
});

test('a provider that asserts the admin of another organization opens nothing there', async (t) => {
  const deps = await house(t);
  const bank = await deps.organization();
  const victim = await deps.vouchedAccounts.unlinked({ name: 'Vic', email: 'vic@bank.example' });
  await deps.member(bank, 'admin', { userId: victim.id, email: victim.email });
  const evil = await deps.provider({ domains: ['evil.example'], defaultRole: 'manager' });
  const asserted = vouched({ email: victim.email });
  await assert.rejects(admitVouched(deps, { provider: evil, vouched: asserted }, deps.vouchedAccounts), {
    code: 'not-allowed',
  });
  assert.equal((await deps.records.members.ofUser(victim.id)).length, 1);
  // Even one that claimed the domain first gets a session of its own organization, whatever the session says.
  const claimed = { roleClaim: 'role', roleByValue: { chief: 'admin' } } as const;
  const squatter = await deps.provider({ domains: ['bank.example'], ...claimed });
  const chief = vouched({ email: victim.email, claims: { role: 'chief' } });
  const { user } = await admitVouched(deps, { provider: squatter, vouched: chief }, deps.vouchedAccounts);
  assert.equal(user.id, victim.id);
  for (const organizationId of [bank.id, deps.of.id, null]) {
    const session = sessionOf(user, { providerId: squatter.id, organizationId });
    assert.equal((await callerOf(deps, user, session))?.organizationId, deps.of.id);
    const organizations = await organizationsOf(deps, user, session);
    assert.deepEqual(
      organizations.map(({ organization }) => organization.id),
      [deps.of.id],
    );
  }
  // The victim's own sessions are as they were.
  const own = sessionOf(user, { organizationId: bank.id });
  assert.equal((await callerOf(deps, user, own))?.organizationId, bank.id);
});

test('the role of the claim is followed, the highest that is named, and admins only by name', async (t) => {
  const deps = await house(t);
  const provider = await deps.provider({
    roleClaim: 'groups',
    roleByValue: { chefs: 'admin', staff: 'manager', guests: 'viewer' },
    defaultRole: 'owner',
  });
  const roleOf = async (claims: Vouched['claims'], email = 'eve@acme.example') => {
    const { member } = await admitVouched(
      deps,
      { provider, vouched: vouched({ email, claims }) },
      deps.vouchedAccounts,
    );
    assert.equal((await deps.records.members.find(member.id))?.role, member.role);
    return member.role;
  };
  assert.equal(await roleOf({}), 'owner');
  assert.equal(await roleOf({ groups: 'staff' }), 'manager');
  assert.deepEqual(
    deps.published.splice(0).map(({ type }) => type),
    ['access-changed'],
  );
  assert.equal(await roleOf({ groups: ['guests', 'chefs', 7, null] }), 'admin');
  assert.equal(await roleOf({ groups: ['guests'] }), 'viewer');
  // Providers leave an empty list out: the role goes with the last group.
  assert.equal(await roleOf({}), 'owner');
  assert.equal(await roleOf({ groups: [] }), 'owner');
  assert.equal(await roleOf({ groups: ['nobody'] }), 'owner');
  for (const odd of ['constructor', '__proto__', 'toString', { chefs: true }, ['hasOwnProperty']]) {
    assert.equal(await roleOf({ groups: odd }), 'owner');
  }
  // A default stored as admin (an older program, a hand in the database) makes managers at most.
  const lax = await deps.provider({ domains: ['lax.example'], defaultRole: 'admin' });
  const admitted = await admitVouched(
    deps,
    { provider: lax, vouched: vouched({ email: 'a@lax.example' }) },
    deps.vouchedAccounts,
  );
  assert.equal(admitted.member.role, 'manager');
});

test('a claim does not take the last admin', async (t) => {
  const deps = await house(t);
  const provider = await deps.provider({ roleClaim: 'role', roleByValue: { guest: 'viewer' } });
  const boss = { id: deps.admin.userId, name: 'Boss', email: deps.admin.email };
  const asGuest = vouched({ email: boss.email, claims: { role: 'guest' } });
  const kept = await admitVouched(deps, { provider, vouched: asGuest }, only(boss));
  assert.equal(kept.member.role, 'admin');
  await deps.member(deps.of, 'admin');
  const demoted = await admitVouched(deps, { provider, vouched: asGuest }, only(boss));
  assert.equal(demoted.member.role, 'viewer');
});

test('whom the claim gives no role is turned away where there is none for everybody, and keeps none', async (t) => {
  const deps = await house(t);
  const provider = await deps.provider({ roleClaim: 'role', roleByValue: { staff: 'manager' } });
  const come = (claims: Vouched['claims']) =>
    admitVouched(deps, { provider, vouched: vouched({ claims }) }, deps.vouchedAccounts);
  await assert.rejects(come({}), { code: 'not-allowed' });
  assert.equal((await come({ role: 'staff' })).member.role, 'manager');
  for (const claims of [{}, { role: 'guest' }, { role: null }]) {
    await assert.rejects(come(claims), { code: 'not-allowed', message: /no role/ });
  }
});

test('a person is who the provider’s own name says: a new address changes nothing, and an old one is worth nothing to its next owner', async (t) => {
  const deps = await house(t);
  const provider = await deps.provider({ defaultRole: 'manager' });
  const come = (subject: string, email: string) =>
    admitVouched(deps, { provider, vouched: vouched({ subject, email }) }, deps.vouchedAccounts);
  const eve = await come('42', 'eve@acme.example');
  const married = await come('42', 'eve.smith@acme.example');
  assert.deepEqual([married.user.id, married.member.id], [eve.user.id, eve.member.id]);
  await assert.rejects(come('43', 'eve@acme.example'), { code: 'not-allowed', message: /somebody else/ });
  await deps.records.members.delete(eve.member.id);
  const next = await come('43', 'eve@acme.example');
  assert.equal(next.user.id, eve.user.id);
  assert.notEqual((await come('42', 'eve.smith@acme.example')).user.id, eve.user.id);
});

test('an account of another address is not let in, whatever made it', async (t) => {
  const deps = await house(t);
  const provider = await deps.provider({ defaultRole: 'viewer' });
  const other = { id: 'boss', name: 'Boss', email: 'boss@acme.example' };
  await assert.rejects(admitVouched(deps, { provider, vouched: vouched() }, only(other)), {
    code: 'not-allowed',
  });
});

test('a provider that was removed lets nobody in, and its sessions reach nothing', async (t) => {
  const deps = await house(t);
  const provider = await deps.provider({ defaultRole: 'viewer' });
  const { user } = await admitVouched(deps, { provider, vouched: vouched() }, deps.vouchedAccounts);
  const session = sessionOf(user, { providerId: provider.id, organizationId: deps.of.id });
  assert.notEqual(await callerOf(deps, user, session), null);
  const stranger = callerFor(await deps.member(await deps.organization(), 'admin'));
  await assert.rejects(removeProvider(deps, stranger, { providerId: provider.id }), { code: 'not-found' });
  await removeProvider(deps, callerFor(deps.admin), { providerId: provider.id });
  assert.equal(await callerOf(deps, user, session), null);
  assert.deepEqual(await organizationsOf(deps, user, session), []);
  await assert.rejects(admitVouched(deps, { provider, vouched: vouched() }, deps.vouchedAccounts), {
    code: 'not-allowed',
  });
});

test('an address finds its provider by its domain, which belongs to one provider of the installation', async (t) => {
  const deps = await house(t);
  const admin = callerFor(deps.admin);
  const { id: _, organizationId: __, createdAt: ___, ...input } = providerRow(deps.of);
  const domains = [' Acme.Example', 'acme.example', 'a.example'];
  const made = newProvider(deps.clock, admin, { ...input, domains, clientSecret: secret('s') });
  assert.deepEqual(made.domains, ['a.example', 'acme.example']);
  await addProvider(deps, admin, made);
  assert.equal((await providerOfEmail(deps, 'Eve@ACME.example'))?.id, made.id);
  for (const email of ['eve@b.example', 'eve', '', 'a.example', 'eve@x@a.example', 'eve@sub.a.example']) {
    assert.equal(await providerOfEmail(deps, email), null);
  }
  const rival = callerFor(await deps.member(await deps.organization(), 'admin'));
  const claim = newProvider(deps.clock, rival, { ...input, domains: ['a.example'] });
  await assert.rejects(addProvider(deps, rival, claim), { code: 'conflict' });
  await assert.rejects(addProvider(deps, rival, made), { code: 'not-found' });
  assert.deepEqual(await listProviders(deps, rival), []);
  assert.throws(() => newProvider(deps.clock, admin, { ...input, defaultRole: 'admin' }), {
    code: 'request-invalid',
  });
  for (const bad of [[], [''], ['a b'], ['@'], ['a@b.example']]) {
    assert.throws(() => newProvider(deps.clock, admin, { ...input, domains: bad }), {
      code: 'request-invalid',
    });
  }
  const manager = callerFor(await deps.member(deps.of, 'manager'));
  await assert.rejects(addProvider(deps, manager, made), { code: 'not-allowed' });
});
