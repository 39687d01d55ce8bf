// Single sign-on through the door, with a real OpenID Connect provider.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { z } from 'zod';
import { type Browser, letterTo, openBrowser, tokenIn } from '../../test/houses/browser.ts';
import { type House, openHouse, password } from '../../test/houses/http.ts';
import {
  organization as organizationRow,
  provider as providerRow,
  site as siteRow,
} from '../../test/houses/rows.ts';
import { signInAtProvider, startOpenIdProvider } from '../../test/servers/openid-provider.ts';
import { newMember } from '../core/organization/members.ts';
import type { Role } from '../core/organization/organization.ts';
import { secret } from '../core/secret.ts';
import { Account, DeviceSession } from './contract/account.ts';
import { Problem } from './contract/common.ts';
import { paths, problemCookie } from './contract/paths.ts';
import { InvitationCreated, InvitationPreview } from './contract/people.ts';
import { Me, SignedOut, SingleSignOnAnswer } from './contract/session.ts';
import { proofMs, signOnMs } from './limits.ts';

const origin = 'http://localhost:8080';
/** Where all callbacks begin; each provider has its own. */
const callbacks = `${origin}${paths.singleSignOnCallback('')}`;
const problemName = problemCookie(false);
const eve = 'eve@acme.example';
const person = { sub: 'eve', email: eve, email_verified: true, name: 'Eve' };

/** A house with the organization Acme, whose people sign in at a provider of their own. */
async function open(t: TestContext, change: { defaultRole?: Role | null } = {}) {
  const openId = await startOpenIdProvider({ people: [person] });
  t.after(() => openId.stop());
  // The provider lives in this moment, and so must the clock that checks its tokens.
  const house = await openHouse({ nowMs: Date.now() });
  await house.setUp();
  const acme = { ...organizationRow(), name: 'Acme' };
  await house.deps.records.organizations.insert(acme);
  const provider = providerRow(acme, {
    name: 'Acme ID',
    issuer: openId.issuer,
    clientId: 'vedette',
    clientSecret: secret('the secret of the client'),
    domains: ['acme.example'],
    roleClaim: 'role',
    roleByValue: { boss: 'admin' },
    defaultRole: change.defaultRole === undefined ? 'manager' : change.defaultRole,
  });
  await house.deps.records.providers.insert(provider);
  openId.setClient({
    clientId: 'vedette',
    clientSecret: 'the secret of the client',
    redirectUris: [`${origin}${paths.singleSignOnCallback(provider.id)}`],
    postLogoutUris: [`${origin}/`],
  });
  return { house, openId, acme, provider };
}

/** Where the callback of the house leads: the address, after the person signed in at the provider. */
async function begin(browser: Browser, returnTo = '/', jar = new Map<string, string>()): Promise<string> {
  const path = `${paths.singleSignOn}?returnTo=${encodeURIComponent(returnTo)}`;
  const response = await browser.call('POST', path, { email: eve });
  assert.equal(response.status, 200);
  const { url } = SingleSignOnAnswer.parse(await response.json());
  return pathOf(await signInAtProvider(url, eve, { redirectUri: callbacks, jar }));
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}

/** Comes back; gives where it leads to, and the sentence that a page would show. */
async function comeBack(browser: Browser, path: string): Promise<{ location: string; sentence: string }> {
  const response = await browser.call('GET', path);
  assert.equal(response.status, 303);
  const sentence = decodeURIComponent(browser.jar.get(problemName) ?? '');
  browser.jar.delete(problemName);
  return { location: response.headers.get('location') ?? '', sentence };
}

async function meOf(browser: Browser): Promise<Me> {
  const response = await browser.call('GET', paths.me);
  assert.equal(response.status, 200);
  return Me.parse(await response.json());
}

async function signedIn(house: House): Promise<Browser> {
  const browser = openBrowser(house);
  const { location, sentence } = await comeBack(browser, await begin(browser));
  assert.deepEqual([location, sentence], ['/', '']);
  return browser;
}

test('who signs in at the provider of their organization is in, with its role, and where they wanted to go', async (t) => {
  const { house, acme } = await open(t);
  const browser = openBrowser(house);
  const { location } = await comeBack(browser, await begin(browser, '/cameras/1?day=2#now'));
  assert.equal(location, '/cameras/1?day=2#now');
  const me = await meOf(browser);
  assert.deepEqual(
    [me.email, me.role, me.organization.id, me.needsSecondFactor],
    [eve, 'manager', acme.id, false],
  );
});

test('nowhere but on a page of this server does a sign-in end', async (t) => {
  const { house } = await open(t);
  const browser = openBrowser(house);
  for (const returnTo of [
    '/.//evil.example',
    '/x/..//evil.example',
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    'evil',
    '/\t/evil.example',
    '',
  ]) {
    const path = `${paths.singleSignOn}?returnTo=${encodeURIComponent(returnTo)}`;
    assert.equal(await browser.problem('POST', path, { email: eve }), 'request-invalid', returnTo);
  }
});

test('an answer counts once, in the browser that began, in time, and two tabs do not disturb each other', async (t) => {
  const { house } = await open(t);
  const browser = openBrowser(house);
  const [one, two] = [await begin(browser), await begin(browser)];
  assert.equal((await comeBack(browser, one)).location, '/');
  assert.equal((await comeBack(browser, two)).location, '/');
  const replayed = await comeBack(browser, one);
  assert.equal(replayed.location, '/sign-in?problem=link-invalid');
  assert.match(replayed.sentence, /Begin again/);
  const victim = openBrowser(house);
  const ofAttacker = await begin(browser);
  assert.equal((await comeBack(victim, ofAttacker)).location, '/sign-in?problem=link-invalid');
  await begin(victim);
  assert.equal((await comeBack(victim, ofAttacker)).location, '/sign-in?problem=link-invalid');
  assert.equal(await victim.problem('GET', paths.me), 'not-signed-in');
  const late = await begin(browser);
  await house.deps.clock.advance(signOnMs);
  assert.equal((await comeBack(browser, late)).location, '/sign-in?problem=link-invalid');
});

test('tokens for another client, of another time, with another nonce or signature sign nobody in', async (t) => {
  const { house, openId } = await open(t);
  const now = () => Math.floor(Date.now() / 1000);
  const forgeries = {
    audience: { aud: 'another-client' },
    issuer: { iss: 'https://evil.example' },
    expired: { iat: now() - 7_200, exp: now() - 3_600 },
    future: { iat: now() + 3_600, exp: now() + 7_200 },
    nonce: { nonce: 'of-another-sign-in' },
  };
  for (const [name, claims] of Object.entries(forgeries)) {
    openId.forge(({ header, claims: real }) => ({ header, claims: { ...real, ...claims } }));
    const browser = openBrowser(house);
    const { location, sentence } = await comeBack(browser, await begin(browser));
    assert.equal(location, '/sign-in?problem=provider-failed', name);
    assert.match(sentence, /provider at 127\.0\.0\.1/, name);
    assert.equal(await browser.problem('GET', paths.me), 'not-signed-in', name);
  }
  openId.forge(({ header, claims }) => ({ header, claims: { ...claims, iat: now() + 30 } }));
  await signedIn(house);
  openId.forge(null);
  await openId.rotateKeys();
  await house.deps.clock.advance(10_000);
  await signedIn(house);
});

test('who is not invited is turned away and leaves nothing behind; the page has the sentence, the address only a code', async (t) => {
  const { house } = await open(t, { defaultRole: null });
  const browser = openBrowser(house);
  const { location, sentence } = await comeBack(browser, await begin(browser));
  assert.equal(location, '/sign-in?problem=not-allowed');
  assert.match(sentence, /no role in this organization/);
  assert.equal(await house.deps.accounts.findByEmail(eve), null);
});

/** A code at Acme for what another provider asked: its authorization endpoint sends browsers there. */
async function stolenAnswer(house: House, { victim, attacker }: { victim: Browser; attacker: Browser }) {
  const other = await startOpenIdProvider({ people: [person] });
  const mallory = { ...organizationRow(), name: 'Mallory Ltd' };
  await house.deps.records.organizations.insert(mallory);
  const evil = providerRow(mallory, { issuer: other.issuer, domains: ['mallory.example'] });
  await house.deps.records.providers.insert(evil);
  const beginAt = async (browser: Browser, email: string) => {
    const response = await browser.call('POST', paths.singleSignOn, { email });
    return new URL(SingleSignOnAnswer.parse(await response.json()).url);
  };
  const asked = await beginAt(victim, 'x@mallory.example');
  const sent = await beginAt(attacker, eve);
  sent.searchParams.set('state', asked.searchParams.get('state') ?? '');
  const back = pathOf(await signInAtProvider(sent.href, eve, { redirectUri: callbacks }));
  return { back, evil, other };
}

test('the answer of one provider is not taken for that of another, and its code stays here', async (t) => {
  const { house } = await open(t);
  const [victim, attacker] = [openBrowser(house), openBrowser(house, '203.0.113.9')];
  const { back, evil, other } = await stolenAnswer(house, { victim, attacker });
  t.after(() => other.stop());
  const { location, sentence } = await comeBack(victim, back);
  assert.equal(location, '/sign-in?problem=link-invalid');
  assert.match(sentence, /another provider/);
  // The state is spent: the same answer at the address of the other provider finds nothing either.
  const moved = back.replace(/callback\/[^?]+/, `callback/${evil.id}`);
  assert.equal((await comeBack(victim, moved)).location, '/sign-in?problem=link-invalid');
  assert.equal(await attacker.problem('GET', paths.me), 'not-signed-in');
});

test('an account that somebody made under the address beforehand does not come in with its owner', async (t) => {
  const { house, acme } = await open(t);
  await house.deps.accounts.create({ name: 'Mallory', email: eve, password: secret(password) });
  const browser = openBrowser(house);
  const { location, sentence } = await comeBack(browser, await begin(browser));
  assert.equal(location, '/sign-in?problem=not-allowed');
  assert.match(sentence, /opens without Acme ID/);
  assert.deepEqual(await house.deps.records.members.list(acme.id), []);
});

test('nor does it where a manager made the account a member before: no role of the provider is given to it', async (t) => {
  const { house, openId, acme } = await open(t);
  openId.setPerson({ ...person, role: 'boss' });
  const { accounts, records, clock } = house.deps;
  const made = await accounts.create({ name: 'Mallory', email: eve, password: secret(password) });
  const place = { organizationId: acme.id, role: 'manager', siteIds: [] } as const;
  await records.members.insert(newMember(clock, made, place));
  const attacker = openBrowser(house, '203.0.113.9');
  await attacker.call('POST', paths.session, { email: eve, password });
  const browser = openBrowser(house);
  assert.equal((await comeBack(browser, await begin(browser))).location, '/sign-in?problem=not-allowed');
  assert.equal((await meOf(attacker)).role, 'manager');
});

test('an invitation makes no account at the domain of a provider, whosever provider and whosever invitation', async (t) => {
  const { house, acme } = await open(t);
  for (const organizationId of [acme.id, undefined]) {
    const { cookie } = await house.enrol('admin', organizationId === undefined ? {} : { organizationId });
    const json = { email: eve, role: 'manager', siteIds: [] };
    const made = await house.call('POST', paths.invitations, { cookie, json });
    const token = InvitationCreated.parse(await made.json()).link.split('#')[1] ?? '';
    const account = { name: 'Eve', password };
    const refused = await house.call('POST', paths.invitationAccept, { json: { token, account } });
    assert.equal(refused.status, 403);
  }
  assert.equal(await house.deps.accounts.findByEmail(eve), null);
});

test('who is invited to the organization of the provider is told to sign in there, and is in with the role and sites of the invitation', async (t) => {
  const { house, acme, provider } = await open(t);
  await house.deps.records.providers.delete(provider.id);
  // The rule that locked people out: no claim, and only members.
  const strict = { ...provider, roleClaim: null, defaultRole: null };
  await house.deps.records.providers.insert(strict);
  const site = siteRow(acme);
  await house.deps.records.sites.insert(site);
  const { cookie } = await house.enrol('admin', { organizationId: acme.id });
  const json = { email: eve, role: 'viewer', siteIds: [site.id] };
  const made = await house.call('POST', paths.invitations, { cookie, json });
  const token = InvitationCreated.parse(await made.json()).link.split('#')[1] ?? '';
  const browser = openBrowser(house);
  const look = await browser.call('POST', paths.invitationLook, { token });
  assert.equal(InvitationPreview.parse(await look.json()).provider, 'Acme ID');
  const account = { name: 'Eve', password };
  const refused = await browser.call('POST', paths.invitationAccept, { token, account });
  assert.match(Problem.parse(await refused.json()).detail, /Sign in with Acme ID: that accepts/);
  assert.equal((await comeBack(browser, await begin(browser))).location, '/');
  const { role, siteIds, organization } = await meOf(browser);
  assert.deepEqual([role, siteIds, organization.id], ['viewer', [site.id], acme.id]);
  assert.equal(await browser.problem('POST', paths.invitationLook, { token }), 'invitation-invalid');
  assert.equal((await meOf(await signedIn(house))).role, 'viewer');
});

test('an invitation elsewhere does not offer the provider, which opens its own organization only', async (t) => {
  const { house } = await open(t);
  const { cookie } = await house.enrol('admin');
  const json = { email: eve, role: 'manager', siteIds: [] };
  const made = await house.call('POST', paths.invitations, { cookie, json });
  const token = InvitationCreated.parse(await made.json()).link.split('#')[1] ?? '';
  const look = await house.call('POST', paths.invitationLook, { json: { token } });
  assert.equal(InvitationPreview.parse(await look.json()).provider, null);
  const account = { name: 'Eve', password };
  const refused = await house.call('POST', paths.invitationAccept, { json: { token, account } });
  assert.match(Problem.parse(await refused.json()).detail, /invited at another address/);
});

test('an account that a provider made is its owner’s by mail once no provider has the domain, and not before', async (t) => {
  const { house, provider } = await open(t);
  const { userId } = await meOf(await signedIn(house));
  const stranger = openBrowser(house);
  const ask = () => stranger.call('POST', paths.passwordReset, { email: eve });
  await ask();
  assert.match((await letterTo(house, eve)).text, /sign in with your organization/);
  await house.deps.records.providers.delete(provider.id);
  await ask();
  const token = tokenIn(await letterTo(house, eve, ({ subject }) => subject.startsWith('A new password')));
  const finish = () => stranger.call('POST', paths.passwordResetFinish, { token, password });
  // Connected again in between: the link is older than the provider.
  await house.deps.records.providers.insert(provider);
  assert.equal((await finish()).status, 403);
  assert.equal((await house.deps.accounts.find(userId))?.hasPassword, false);
  await house.deps.records.providers.delete(provider.id);
  assert.equal((await finish()).status, 204);
  assert.equal((await stranger.call('POST', paths.session, { email: eve, password })).status, 200);
  const { userId: own, role } = await meOf(stranger);
  assert.deepEqual([own, role], [userId, 'manager']);
  // An account with a password is linked by its owner alone, to whatever provider comes.
  await house.deps.records.providers.insert(provider);
  const anew = openBrowser(house);
  assert.match((await comeBack(anew, await begin(anew))).sentence, /opens without Acme ID/);
});

test('whoever has an account of their own links it themselves, signed in to it, and is one person from then on', async (t) => {
  const { house, acme } = await open(t);
  const own = await house.deps.accounts.create({ name: 'Eve', email: eve, password: secret(password) });
  const browser = openBrowser(house);
  await browser.call('POST', paths.session, { email: eve, password });
  await house.deps.clock.advance(proofMs);
  assert.equal((await comeBack(browser, await begin(browser))).location, '/sign-in?problem=not-allowed');
  assert.equal((await browser.call('POST', paths.proof, { password })).status, 204);
  assert.equal((await comeBack(browser, await begin(browser))).location, '/');
  const me = await meOf(browser);
  assert.deepEqual([me.userId, me.organization.id], [own.id, acme.id]);
  assert.equal((await house.deps.sessions.list(own.id)).length, 1);
  assert.equal((await meOf(await signedIn(house))).userId, own.id);
});

test('somebody new who comes back in two tabs at the same time is one account and one member', async (t) => {
  const { house, acme } = await open(t);
  const [one, two] = [openBrowser(house), openBrowser(house)];
  const answers = await Promise.all([comeBack(one, await begin(one)), comeBack(two, await begin(two))]);
  assert.ok(answers.every(({ location }) => location === '/'));
  assert.equal((await house.deps.records.members.list(acme.id)).length, 1);
});

test('a disabled account does not come in by its provider', async (t) => {
  const { house } = await open(t);
  const browser = await signedIn(house);
  await house.deps.accounts.setDisabled((await meOf(browser)).userId, true);
  assert.equal(await browser.problem('GET', paths.me), 'not-signed-in');
  const again = openBrowser(house);
  assert.match((await comeBack(again, await begin(again))).sentence, /disabled/);
});

test('a session of a provider does not change what the provider manages, and sees no other way in', async (t) => {
  const { house, acme } = await open(t);
  const browser = await signedIn(house);
  const account = Account.parse(await (await browser.call('GET', paths.account)).json());
  assert.deepEqual([account.isManaged, account.hasPassword], [true, false]);
  const refused: [string, string, unknown?][] = [
    ['PATCH', paths.account, { name: 'Boss' }],
    ['POST', paths.accountEmail, { email: 'eve@example.org' }],
    ['PUT', paths.accountPassword, { current: password, next: password }],
    ['POST', paths.secondFactor],
    ['POST', paths.secondFactorConfirm, { code: '123456' }],
    ['DELETE', paths.secondFactor],
    ['POST', paths.passkeyOptions],
    ['POST', paths.passkeys, { name: 'Phone', answer: {} }],
    ['POST', paths.proof, { password }],
    ['PUT', paths.sessionOrganization, { organizationId: acme.id }],
  ];
  for (const [method, path, json] of refused) {
    assert.equal(await browser.problem(method, path, json), 'not-allowed', `${method} ${path}`);
  }
  const { userId } = await meOf(browser);
  await house.deps.accounts.setPassword(userId, secret(password));
  const own = openBrowser(house);
  await own.call('POST', paths.session, { email: eve, password });
  const sessions = z
    .array(DeviceSession)
    .parse(await (await browser.call('GET', paths.accountSessions)).json());
  assert.deepEqual(
    sessions.map(({ isThis }) => isThis),
    [true],
  );
  assert.equal((await browser.call('DELETE', paths.accountSessions)).status, 204);
  assert.equal((await own.call('GET', paths.me)).status, 200);
  assert.equal((await browser.call('PATCH', paths.account, { phone: '+4930123456' })).status, 200);
});

test('a proof at the provider is one of the same person, asked for by this session', async (t) => {
  const { house, openId } = await open(t);
  const browser = await signedIn(house);
  openId.setPerson({ ...person, sub: 'bob', email: 'bob@acme.example' });
  const bob = await house.deps.accounts.create({ name: 'Bob', email: 'bob@acme.example', password: null });
  const prove = async (email: string) => {
    const response = await browser.call('POST', `${paths.singleSignOnProof}?returnTo=/proven`);
    const { url } = SingleSignOnAnswer.parse(await response.json());
    return comeBack(browser, pathOf(await signInAtProvider(url, email, { redirectUri: callbacks })));
  };
  // As much as the clocks of both may differ: the provider's stands still for this test.
  await house.deps.clock.advance(20_000);
  const { location, sentence } = await prove('bob@acme.example');
  assert.equal(location, '/proven?problem=not-allowed');
  assert.match(sentence, /Somebody else/);
  const before = (await meOf(browser)).provenUntil;
  assert.equal((await prove(eve)).location, '/proven');
  assert.ok((await meOf(browser)).provenUntil > before);
  assert.deepEqual(await house.deps.records.members.ofUser(bob.id), []);
});

test('signing out says where the provider’s own session ends, and ends this one even if the provider is gone', async (t) => {
  const { house, openId } = await open(t);
  const browser = await signedIn(house);
  const { endSessionUrl } = SignedOut.parse(await (await browser.call('DELETE', paths.session)).json());
  assert.ok(endSessionUrl?.startsWith(`${openId.issuer}/session/end?`), `${endSessionUrl}`);
  assert.equal(await browser.problem('GET', paths.me), 'not-signed-in');
  const again = await signedIn(house);
  openId.behave('garbage');
  await house.deps.clock.advance(600_000);
  assert.deepEqual(await (await again.call('DELETE', paths.session)).json(), { endSessionUrl: null });
  assert.equal(await again.problem('GET', paths.me), 'not-signed-in');
});

test('whom the provider signs out is out here, in every browser, and nobody else', async (t) => {
  const { house, openId, provider } = await open(t);
  const [one, two] = [await signedIn(house), await signedIn(house)];
  const logout = await openId.sign({
    header: { alg: 'RS256', typ: 'logout+jwt' },
    claims: {
      iss: openId.issuer,
      aud: 'vedette',
      sub: 'eve',
      iat: Math.floor(Date.now() / 1000),
      exp: Math.floor(Date.now() / 1000) + 60,
      jti: crypto.randomUUID(),
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    },
  });
  const local = openBrowser(house);
  await local.call('POST', paths.session, { email: 'ada@example.org', password });
  const told = await house.call('POST', paths.providerLogout(provider.id), {
    body: new URLSearchParams({ logout_token: logout }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  assert.equal(told.status, 200);
  for (const ended of [one, two]) assert.equal(await ended.problem('GET', paths.me), 'not-signed-in');
  assert.equal((await local.call('GET', paths.me)).status, 200);
});

test('an address without a provider, and one whose provider hangs, are told in words', async (t) => {
  const { house, openId } = await open(t);
  const browser = openBrowser(house);
  assert.equal(await browser.problem('POST', paths.singleSignOn, { email: 'a@example.org' }), 'not-found');
  openId.behave('garbage');
  assert.equal(await browser.problem('POST', paths.singleSignOn, { email: eve }), 'provider-failed');
});

test('with https the cookies of a sign-in travel over https only, and no other host sets them', async (t) => {
  const openId = await startOpenIdProvider({ people: [person] });
  t.after(() => openId.stop());
  const house = await openHouse({ nowMs: Date.now(), publicUrl: 'https://cams.example.org' });
  const acme = organizationRow();
  await house.deps.records.organizations.insert(acme);
  const provider = providerRow(acme, { issuer: openId.issuer, domains: ['acme.example'] });
  await house.deps.records.providers.insert(provider);
  const headers = { host: 'cams.example.org' };
  const begun = await house.call('POST', paths.singleSignOn, { json: { email: eve }, headers });
  const failed = await house.call('GET', paths.singleSignOnCallback(provider.id), { headers });
  for (const [response, name] of [
    [begun, '__Host-vedette.single_sign_on'],
    [failed, problemCookie(true)],
  ] as const) {
    const [cookie = ''] = response.headers.getSetCookie();
    assert.ok(cookie.startsWith(`${name}=`), cookie);
    assert.match(cookie, /; Path=\/;.*; Secure$/);
    assert.doesNotMatch(cookie, /Domain/i);
  }
});
