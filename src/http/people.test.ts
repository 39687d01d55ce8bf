// People, invitations and the organization through the front door.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { cookieOf, type House, openHouse, password } from '../../test/houses/http.ts';
import { VedetteError } from '../core/errors.ts';
import { accessKeyPrefix } from '../core/organization/access-keys.ts';
import { invitationLifeMs } from '../core/organization/invitation.ts';
import { newMember } from '../core/organization/members.ts';
import type { LiveEvent } from '../core/ports/events.ts';
import { Problem } from './contract/common.ts';
import { AccessKey, Organization } from './contract/organization.ts';
import { paths } from './contract/paths.ts';
import { Invitation, InvitationCreated, InvitationPreview, Person } from './contract/people.ts';
import { Me } from './contract/session.ts';
import { Site } from './contract/sites.ts';
import { attempts, proofMs } from './limits.ts';

async function open(options: Parameters<typeof openHouse>[0] = {}) {
  const house = await openHouse(options);
  const cookie = await house.setUp();
  const [camera] = await house.deps.records.cameras.all();
  assert.ok(camera);
  const { organizationId, siteId } = camera;
  const invite = async (json: object, as = cookie) => {
    const response = await house.call('POST', paths.invitations, { cookie: as, json });
    assert.equal(response.status, 201, await response.clone().text());
    const { link, ...rest } = InvitationCreated.parse(await response.json());
    return { ...rest, link, token: new URL(link).hash.slice(1) };
  };
  return { house, cookie, organizationId, siteId, invite };
}

const account = { name: 'Bob', password: 'another horse battery' };

async function code(response: Promise<Response>): Promise<string> {
  return Problem.parse(await (await response).json()).code;
}

async function me(house: House, cookie: string): Promise<Me> {
  return Me.parse(await (await house.call('GET', paths.me, { cookie })).json());
}

test('who is invited gets a letter, looks, makes an account, and is in: once, at the sites that were meant', async () => {
  const { house, siteId, invite } = await open({ publicUrl: 'https://cams.example.org' });
  const made = await invite({ email: 'Bob@Example.org', role: 'owner', siteIds: [siteId] });
  assert.equal(made.wasMailed, true);
  assert.match(made.link, /^https:\/\/cams\.example\.org\/invitation#[\w-]{43}$/);
  const [letter] = house.letters;
  assert.equal(letter?.to, 'bob@example.org');
  assert.ok(letter.text.split('\n').includes(made.link));
  const { token } = made;
  const look = () => house.call('POST', paths.invitationLook, { json: { token } });
  const seen = InvitationPreview.parse(await (await look()).json());
  assert.deepEqual(
    [seen.organization, seen.email, seen.role, seen.invitedBy],
    ['Bakery', 'bob@example.org', 'owner', 'Ada'],
  );
  const accepted = await house.call('POST', paths.invitationAccept, { json: { token, account } });
  assert.equal(accepted.status, 204);
  const who = await me(house, cookieOf(accepted));
  assert.deepEqual([who.name, who.role, who.siteIds], ['Bob', 'owner', [siteId]]);
  assert.equal(await code(look()), 'invitation-invalid');
  const again = { token, account: { ...account, name: 'Eve' } };
  assert.equal(await code(house.call('POST', paths.invitationAccept, { json: again })), 'invitation-invalid');
});

test('without a mail server, or with one that refuses, the link is shown and nothing else is different', async () => {
  const without = await open({ sendsMail: false });
  assert.equal(
    (await without.invite({ email: 'bob@example.org', role: 'viewer', siteIds: [without.siteId] })).wasMailed,
    false,
  );
  const broken = await open();
  assert.ok(broken.house.deps.mailer);
  broken.house.deps.mailer.send = () => Promise.reject(new VedetteError('mail-failed'));
  const made = await broken.invite({ email: 'bob@example.org', role: 'manager' });
  assert.equal(made.wasMailed, false);
  const json = { token: made.token, account };
  assert.equal((await broken.house.call('POST', paths.invitationAccept, { json })).status, 204);
});

test('whoever has an account accepts signed in, as the invited address only, and the session is about the new organization', async () => {
  const { house, cookie, organizationId, invite } = await open();
  const { member, cookie: theirs } = await house.enrol('admin');
  const { token } = await invite({ email: member.email, role: 'manager' });
  const accept = (options: object) =>
    house.call('POST', paths.invitationAccept, { json: { token, account: null }, ...options });
  assert.equal(await code(accept({})), 'not-signed-in');
  assert.equal(await code(accept({ cookie })), 'not-allowed');
  assert.equal(await code(accept({ json: { token, account } })), 'conflict');
  assert.notEqual((await me(house, theirs)).organization.id, organizationId);
  assert.equal((await accept({ cookie: theirs })).status, 204);
  await house.deps.clock.advance(2_001);
  const who = await me(house, theirs);
  assert.deepEqual([who.organization.id, who.role, who.organizations.length], [organizationId, 'manager', 2]);
});

test('an invitation is worth nothing when it was withdrawn, has expired, or its sender was removed', async () => {
  const { house, cookie, organizationId, invite } = await open();
  const accept = (token: string) =>
    code(house.call('POST', paths.invitationAccept, { json: { token, account } }));
  const first = await invite({ email: 'a@example.org', role: 'manager' });
  const gone = await house.call('DELETE', paths.invitation(first.invitation.id), { cookie });
  assert.equal(gone.status, 204);
  assert.equal(await accept(first.token), 'invitation-invalid');
  const manager = await house.enrol('manager', { organizationId });
  const second = await invite(
    { email: 'b@example.org', role: 'viewer', siteIds: [(await sites(house, cookie))[0]?.id] },
    manager.cookie,
  );
  assert.equal((await house.call('DELETE', paths.person(manager.member.id), { cookie })).status, 204);
  assert.equal(await accept(second.token), 'invitation-invalid');
  const third = await invite({ email: 'c@example.org', role: 'manager' });
  const listed = async () =>
    z
      .array(Invitation)
      .parse(
        await (
          await house.call('GET', paths.invitations, { cookie: await house.signIn('ada@example.org') })
        ).json(),
      );
  assert.deepEqual(
    (await listed()).map(({ email }) => email),
    ['c@example.org'],
  );
  await house.deps.clock.advance(invitationLifeMs);
  assert.equal(await accept(third.token), 'invitation-invalid');
  assert.deepEqual(await listed(), []);
});

async function sites(house: House, cookie: string) {
  return z.array(Site).parse(await (await house.call('GET', paths.sites, { cookie })).json());
}

test('nobody invites, changes or removes above their own role, and the last admin stays', async () => {
  const { house, cookie, organizationId } = await open();
  const [ada] = await house.deps.records.members.list(organizationId);
  assert.ok(ada);
  const manager = await house.enrol('manager', { organizationId });
  const as = { cookie: manager.cookie };
  const invite = { email: 'x@example.org', role: 'admin' };
  assert.equal(await code(house.call('POST', paths.invitations, { ...as, json: invite })), 'not-allowed');
  assert.equal(
    await code(house.call('PATCH', paths.person(ada.id), { ...as, json: { role: 'manager' } })),
    'not-allowed',
  );
  assert.equal(
    await code(house.call('PATCH', paths.person(manager.member.id), { ...as, json: { role: 'admin' } })),
    'not-allowed',
  );
  assert.equal(await code(house.call('DELETE', paths.person(ada.id), as)), 'not-allowed');
  assert.equal(await code(house.call('DELETE', paths.personSessions(ada.id), as)), 'not-allowed');
  assert.equal((await house.call('GET', paths.me, { cookie })).status, 200);
  assert.equal(await code(house.call('DELETE', paths.person(ada.id), { cookie })), 'last-admin');
  assert.equal(
    await code(house.call('PATCH', paths.person(ada.id), { cookie, json: { role: 'manager' } })),
    'last-admin',
  );
});

test('people are listed with what matters for access, changed, signed out everywhere, and removed at once', async () => {
  const { house, cookie, organizationId, siteId } = await open();
  const events: LiveEvent[] = [];
  house.deps.events.subscribe((event) => events.push(event));
  await house.deps.clock.advance(1);
  const { member, cookie: theirs } = await house.enrol('viewer', { organizationId });
  await house.deps.clock.advance(1);
  const disabled = await house.enrol('viewer', { organizationId });
  await house.deps.accounts.setDisabled(disabled.member.userId, true);
  const list = z.array(Person).parse(await (await house.call('GET', paths.people, { cookie })).json());
  assert.deepEqual(
    list.map(({ role, siteIds, hasSecondFactor, isDisabled }) => [
      role,
      siteIds,
      hasSecondFactor,
      isDisabled,
    ]),
    [
      ['admin', [], false, false],
      ['viewer', [siteId], false, false],
      ['viewer', [siteId], false, true],
    ],
  );
  const patch = { cookie, json: { role: 'manager' } };
  const changed = Person.parse(await (await house.call('PATCH', paths.person(member.id), patch)).json());
  assert.deepEqual([changed.role, changed.siteIds], ['manager', []]);
  assert.equal((await me(house, theirs)).role, 'manager');
  assert.equal((await house.call('DELETE', paths.personSessions(member.id), { cookie })).status, 204);
  assert.equal(await code(house.call('GET', paths.sites, { cookie: theirs })), 'not-signed-in');
  const back = await house.signIn(member.email);
  assert.equal((await house.call('GET', paths.sites, { cookie: back })).status, 200);
  assert.equal((await house.call('DELETE', paths.person(member.id), { cookie })).status, 204);
  assert.equal(await code(house.call('GET', paths.sites, { cookie: back })), 'not-allowed');
  assert.equal(events.filter(({ type }) => type === 'access-changed').length, 3);
});

test('changes of people, rules and keys ask for a fresh proof, and looking does not', async () => {
  const { house, cookie } = await open();
  await house.deps.clock.advance(proofMs);
  const [member] = await house.deps.records.members.ofUser((await me(house, cookie)).userId);
  assert.ok(member);
  const asking: [string, string, object?][] = [
    ['POST', paths.invitations, { email: 'bob@example.org', role: 'manager' }],
    ['PATCH', paths.person(member.id), { role: 'viewer' }],
    ['PATCH', paths.organization, { name: 'Mine' }],
    ['POST', paths.accessKeys, { name: 'M', permissions: ['view'], siteIds: null, lifeDays: 1 }],
  ];
  for (const [method, path, json] of asking) {
    assert.equal(await code(house.call(method, path, { cookie, json })), 'proof-required', path);
  }
  for (const path of [
    paths.people,
    paths.invitations,
    paths.organization,
    paths.providers,
    paths.accessKeys,
  ]) {
    assert.equal((await house.call('GET', path, { cookie })).status, 200, path);
  }
  const proof = await house.call('POST', paths.proof, { cookie, json: { password } });
  assert.ok(proof.ok);
  const fresh = proof.headers.getSetCookie().length > 0 ? cookieOf(proof) : cookie;
  const json = { name: 'Bäckerei' };
  const renamed = await house.call('PATCH', paths.organization, { cookie: fresh, json });
  assert.equal(Organization.parse(await renamed.json()).name, 'Bäckerei');
  assert.equal((await house.call('PATCH', paths.organization, { cookie: fresh, json: {} })).status, 200);
});

test('whoever is signed out by a manager stays signed in where they work for others', async () => {
  const { house, cookie, organizationId } = await open();
  const { member, cookie: here } = await house.enrol('viewer', { organizationId });
  const other = await house.enrol('admin');
  const { records, clock, identity } = house.deps;
  const user = { id: member.userId, name: member.name, email: member.email };
  await clock.advance(1);
  const place = { organizationId: other.member.organizationId, role: 'manager', siteIds: [] } as const;
  await records.members.insert(newMember(clock, user, place));
  const there = await house.signIn(member.email);
  const session = await identity.session(new Headers({ cookie: there }));
  await identity.choose(session?.session.id ?? '', other.member.organizationId);
  assert.equal((await house.call('DELETE', paths.personSessions(member.id), { cookie })).status, 204);
  assert.equal(await code(house.call('GET', paths.sites, { cookie: here })), 'not-signed-in');
  assert.equal((await me(house, there)).organization.id, other.member.organizationId);
});

test('whoever signs themselves out everywhere stays signed in here', async () => {
  const { house, cookie } = await open();
  const elsewhere = await house.signIn('ada@example.org');
  const [ada] = await house.deps.records.members.ofUser((await me(house, cookie)).userId);
  assert.equal((await house.call('DELETE', paths.personSessions(ada?.id ?? ''), { cookie })).status, 204);
  assert.equal(await code(house.call('GET', paths.sites, { cookie: elsewhere })), 'not-signed-in');
  assert.equal((await house.call('GET', paths.sites, { cookie })).status, 200);
});

test('everybody is listed with one question for accounts, however many they are', async (t) => {
  const { house, cookie, organizationId } = await open();
  for (let i = 0; i < 5; i += 1) await house.enrol('manager', { organizationId });
  const [one, many] = [
    t.mock.method(house.deps.accounts, 'find'),
    t.mock.method(house.deps.accounts, 'findMany'),
  ];
  const list = z.array(Person).parse(await (await house.call('GET', paths.people, { cookie })).json());
  assert.equal(list.length, 6);
  assert.deepEqual([one.mock.callCount(), many.mock.callCount()], [0, 1]);
});

test('an address gets few letters whoever invites it, and no organization uses up the tries of another', async () => {
  const { house, invite } = await open();
  const other = await house.enrol('admin');
  const json = { email: 'bob@example.org', role: 'manager', siteIds: [] };
  const mailed: boolean[] = [];
  for (let i = 0; i < attempts.perAccount; i += 1) mailed.push((await invite(json)).wasMailed);
  assert.deepEqual(mailed.slice(0, 4), [true, true, true, false]);
  assert.equal(house.letters.filter(({ to }) => to === json.email).length, 3);
  const again = { cookie: await house.signIn('ada@example.org'), json };
  assert.equal(await code(house.call('POST', paths.invitations, again)), 'too-many-requests');
  assert.equal((await invite(json, other.cookie)).wasMailed, false);
});

test('nobody can make a rule that locks them out in the same moment', async () => {
  const { house, cookie } = await open();
  const json = { policy: { requireSecondFactor: true } };
  assert.equal(
    await code(house.call('PATCH', paths.organization, { cookie, json })),
    'second-factor-required',
  );
  assert.equal((await house.call('GET', paths.sites, { cookie })).status, 200);
});

test('a key is shown once, is known by its beginning, does what it may, and ends when it is revoked', async () => {
  const { house, cookie } = await open();
  const json = { name: 'Importer', permissions: ['view', 'arm'], siteIds: null, lifeDays: 30 };
  const response = await house.call('POST', paths.accessKeys, { cookie, json });
  const made = z.object({ accessKey: AccessKey, key: z.string() }).parse(await response.json());
  assert.ok(made.key.startsWith(accessKeyPrefix) && made.key.startsWith(made.accessKey.start));
  assert.equal(made.accessKey.createdBy, 'Ada');
  const listed = await (await house.call('GET', paths.accessKeys, { cookie })).text();
  assert.ok(!listed.includes(made.key));
  const headers = { authorization: `Bearer ${made.key}` };
  const [site] = z.array(Site).parse(await (await house.call('GET', paths.sites, { headers })).json());
  const arming = house.call('PUT', paths.arming(site?.id ?? ''), { headers, json: { arming: 'armed-away' } });
  assert.equal(Site.parse(await (await arming).json()).arming, 'armed-away');
  assert.equal(await code(house.call('GET', paths.people, { headers })), 'not-allowed');
  assert.equal(await code(house.call('GET', paths.account, { headers })), 'not-allowed');
  await house.call('DELETE', paths.accessKey(made.accessKey.id), { cookie });
  assert.equal(await code(house.call('GET', paths.sites, { headers })), 'not-signed-in');
});

test('who cannot join leaves neither account nor session behind', async () => {
  const { house, invite } = await open();
  const { token } = await invite({ email: 'bob@example.org', role: 'manager' });
  const { records, accounts } = house.deps;
  const transaction = records.transaction;
  Object.assign(records, { transaction: () => Promise.reject(new VedetteError('conflict', 'Too many.')) });
  const refused = await house.call('POST', paths.invitationAccept, { json: { token, account } });
  assert.equal(refused.status, 409);
  assert.deepEqual(refused.headers.getSetCookie(), []);
  assert.equal(await accounts.findByEmail('bob@example.org'), null);
  Object.assign(records, { transaction });
  const accepted = await house.call('POST', paths.invitationAccept, { json: { token, account } });
  assert.equal(accepted.status, 204);
});
