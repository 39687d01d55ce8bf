// What every identity provider keeps: signing in, sessions and their ends.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { branded, type OrganizationId, type ProviderId } from '../brand.ts';
import { type Secret, secret } from '../secret.ts';
import type { Accounts } from './accounts.ts';
import type { Identity, Sessions, User } from './identity.ts';
import type { Passkeys } from './passkeys.ts';
import type { SecondFactor } from './second-factor.ts';
import type { TokenSigner } from './token-signer.ts';

/** All ports of one provider, as one process has them. */
export interface ProviderPorts {
  readonly identity: Identity;
  readonly sessions: Sessions;
  readonly accounts: Accounts;
  readonly secondFactor: SecondFactor;
  readonly passkeys: Passkeys;
  readonly signer: TokenSigner;
}

export interface ProviderUnderTest extends ProviderPorts {
  nowMs(): number;
  /** Lets this much time pass for it. */
  pass(ms: number): Promise<void>;
  /** Another process on the same accounts. */
  another(): Promise<ProviderPorts>;
  /** How long a session lives that nobody uses, and one that is in use. */
  readonly idleTimeoutMs: number;
  readonly absoluteTimeoutMs: number;
}

/** An end takes effect in every process within this. */
const endsWithinMs = 2_000;

export const password = secret('correct horse battery');
export const ada = { name: 'Ada', email: 'Ada@Example.org', password };

/** What a browser sends after answers with cookies: the newest of each, none that was cleared. */
export function browser(...answers: readonly Headers[]): Headers {
  const jar = new Map<string, string>();
  for (const cookie of answers.flatMap((headers) => headers.getSetCookie())) {
    const [pair = ''] = cookie.split(';');
    const [name = ''] = pair.split('=');
    if (/max-age=0/i.test(cookie)) jar.delete(name);
    else jar.set(name, pair);
  }
  return new Headers({ cookie: [...jar.values()].join('; '), 'user-agent': 'Firefox on Linux' });
}

/** Signs somebody in who has no second factor. */
export async function signedIn(
  { identity }: Pick<ProviderPorts, 'identity'>,
  credentials: { email: string; password: Secret } = ada,
): Promise<{ headers: Headers; user: User; sessionId: string }> {
  const result = await identity.signIn(credentials, browser());
  assert.equal(result.kind, 'signed-in');
  const headers = browser(result.headers);
  const found = await identity.session(headers);
  assert.ok(found);
  return { headers, user: found.user, sessionId: found.session.id };
}

const providerId = branded<ProviderId>('provider');
const organizationId = branded<OrganizationId>('organization');

/** Runs the suite; `open` gives a provider without accounts. */
export function identityContract(name: string, open: (t: TestContext) => Promise<ProviderUnderTest>): void {
  test(`${name}: who signs in is known until signing out, and then the cookie is worth nothing`, async (t) => {
    const provider = await open(t);
    const made = await provider.accounts.create(ada);
    const result = await provider.identity.signIn({ email: 'ada@EXAMPLE.org', password }, browser());
    assert.equal(result.kind, 'signed-in');
    assert.deepEqual(result.kind === 'signed-in' && result.user, made);
    const headers = browser(result.headers);
    const found = await provider.identity.session(headers);
    assert.deepEqual(found?.user, { id: made.id, name: 'Ada', email: 'ada@example.org' });
    assert.equal(found?.session.userAgent, 'Firefox on Linux');
    assert.equal(found?.session.isStrong, false);
    assert.equal(found?.session.organizationId, null);
    assert.equal(found?.session.provenAt, provider.nowMs());
    const cleared = await provider.identity.signOut(headers);
    assert.match(cleared.getSetCookie().join('\n'), /max-age=0/i);
    assert.equal(await provider.identity.session(headers), null);
    assert.equal(await provider.identity.session(browser(result.headers, cleared)), null);
  });

  test(`${name}: unknown, disabled, without a password or with another one: the answer is the same`, async (t) => {
    const { accounts, identity } = await open(t);
    await accounts.create(ada);
    const disabled = await accounts.create({ ...ada, email: 'disabled@example.org' });
    await accounts.setDisabled(disabled.id, true);
    await accounts.create({ ...ada, email: 'passwordless@example.org', password: null });
    const refusals = new Set<string>();
    for (const attempt of [
      { email: ada.email, password: secret('something else entirely') },
      { email: ada.email, password: secret('') },
      { email: ada.email, password: secret('x'.repeat(10_000)) },
      { email: 'nobody@example.org', password },
      { email: '', password },
      { email: 'disabled@example.org', password },
      { email: 'passwordless@example.org', password },
      { email: 'passwordless@example.org', password: secret('') },
    ]) {
      await assert.rejects(identity.signIn(attempt, browser()), (error: Error & { code?: string }) => {
        refusals.add(`${error.code}: ${error.message}`);
        return error.code === 'credentials-wrong';
      });
    }
    assert.equal(refusals.size, 1);
  });

  test(`${name}: signing in makes a new session, whatever cookie the browser came with`, async (t) => {
    const provider = await open(t);
    await provider.accounts.create(ada);
    const planted = await signedIn(provider);
    const again = await provider.identity.signIn(ada, planted.headers);
    assert.notEqual(browser(again.headers).get('cookie'), planted.headers.get('cookie'));
    assert.notEqual((await provider.identity.session(browser(again.headers)))?.session.id, planted.sessionId);
  });

  test(`${name}: nobody is known by no cookie, a made-up one, or a session's id`, async (t) => {
    const provider = await open(t);
    await provider.accounts.create(ada);
    const { headers, sessionId } = await signedIn(provider);
    const cookie = headers.get('cookie') ?? '';
    assert.ok(!cookie.includes(sessionId));
    const [cookieName = ''] = cookie.split('=');
    for (const forged of [
      '',
      `${cookieName}=`,
      `${cookieName}=${sessionId}`,
      `${cookie.slice(0, -6)}AAAAAA`,
      `${cookieName}=%E0%A4%A`,
    ]) {
      assert.equal(await provider.identity.session(new Headers({ cookie: forged })), null, forged);
    }
  });

  test(`${name}: a session that nobody uses ends, and use keeps it until it is too old`, async (t) => {
    const provider = await open(t);
    const { identity, idleTimeoutMs, absoluteTimeoutMs, nowMs, pass } = provider;
    await provider.accounts.create(ada);
    const idle = await signedIn(provider);
    const used = await signedIn(provider);
    const beganAt = nowMs();
    await pass(idleTimeoutMs - 120_000);
    assert.equal((await identity.session(used.headers))?.session.lastSeenAt, nowMs());
    await pass(120_000);
    assert.equal(await identity.session(idle.headers), null);
    assert.ok(await identity.session(used.headers));
    assert.deepEqual(
      (await provider.sessions.list(used.user.id)).map(({ id }) => id),
      [used.sessionId],
    );
    while (nowMs() + idleTimeoutMs / 2 < beganAt + absoluteTimeoutMs) {
      await pass(idleTimeoutMs / 2);
      assert.ok(await identity.session(used.headers));
    }
    const left = beganAt + absoluteTimeoutMs - nowMs();
    assert.equal((await identity.session(used.headers))?.session.expiresAt, beganAt + absoluteTimeoutMs);
    await pass(left - 1);
    assert.ok(await identity.session(used.headers));
    await pass(1);
    assert.equal(await identity.session(used.headers), null);
  });

  test(`${name}: proving again is noted, and needs the password`, async (t) => {
    const provider = await open(t);
    await provider.accounts.create(ada);
    const { headers, sessionId } = await signedIn(provider);
    const beganAt = provider.nowMs();
    await provider.pass(60_000);
    for (const wrong of [{ password: secret('something else') }, { code: '123456' }]) {
      await assert.rejects(provider.identity.prove(wrong, headers), { code: /-wrong$/ });
    }
    await assert.rejects(provider.identity.prove({ password }, browser()), { code: 'not-signed-in' });
    assert.equal((await provider.identity.session(headers))?.session.provenAt, beganAt);
    await provider.identity.prove({ password }, headers);
    const proved = await provider.identity.session(headers);
    assert.equal(proved?.session.provenAt, provider.nowMs());
    assert.equal(proved?.session.isStrong, false);
    await provider.pass(60_000);
    await provider.identity.proven(sessionId);
    const stronger = await provider.identity.session(headers);
    assert.equal(stronger?.session.provenAt, provider.nowMs());
    assert.equal(stronger?.session.isStrong, true);
  });

  test(`${name}: the chosen organization is remembered, by this session only`, async (t) => {
    const provider = await open(t);
    await provider.accounts.create(ada);
    const [one, other] = [await signedIn(provider), await signedIn(provider)];
    await provider.identity.choose(one.sessionId, organizationId);
    assert.equal((await provider.identity.session(one.headers))?.session.organizationId, organizationId);
    assert.equal((await provider.identity.session(other.headers))?.session.organizationId, null);
    await assert.rejects(provider.identity.choose('nothing', organizationId), { code: 'not-signed-in' });
  });

  test(`${name}: a provider's session is strong, bound to its organization, and ends by the provider's word`, async (t) => {
    const provider = await open(t);
    const user = await provider.accounts.create({ ...ada, password: null });
    const begin = async (subject: string, providerSessionId: string | null) =>
      browser(
        await provider.identity.signInFromProvider(
          { userId: user.id, providerId, organizationId, subject, providerSessionId },
          browser(),
        ),
      );
    const [first, second, other] = [
      await begin('ada', 's1'),
      await begin('ada', null),
      await begin('eve', 's2'),
    ];
    const found = await provider.identity.session(first);
    assert.equal(found?.session.isStrong, true);
    assert.equal(found?.session.providerId, providerId);
    assert.equal(found?.session.organizationId, organizationId);
    const end = (id: ProviderId, subject: string | null, providerSessionId: string | null) =>
      provider.sessions.endOfProvider({ providerId: id, subject, providerSessionId });
    assert.equal(await end(branded<ProviderId>('another'), 'ada', null), 0);
    assert.equal(await end(providerId, null, null), 0);
    assert.equal(await end(providerId, 'eve', 's1'), 0);
    assert.equal(await end(providerId, 'ada', 's1'), 1);
    assert.equal(await provider.identity.session(first), null);
    assert.ok(await provider.identity.session(second));
    const third = await begin('ada', 's3');
    assert.equal(await end(providerId, 'ada', 's9'), 1, 'a session whose name the provider never told');
    assert.equal(await provider.identity.session(second), null);
    assert.ok(await provider.identity.session(third));
    assert.equal(await end(providerId, null, 's3'), 1);
    assert.equal(await end(providerId, 'ada', null), 0);
    await begin('ada', 's4');
    assert.equal(await end(providerId, 'ada', null), 1);
    assert.ok(await provider.identity.session(other));
    await provider.accounts.setDisabled(user.id, true);
    await assert.rejects(begin('ada', null), { code: 'not-allowed' });
  });

  test(`${name}: sessions are listed newest first, and ended by their person only`, async (t) => {
    const provider = await open(t);
    await provider.accounts.create(ada);
    const eve = await provider.accounts.create({ ...ada, email: 'eve@example.org' });
    const old = await signedIn(provider);
    await provider.pass(1_000);
    const recent = await signedIn(provider);
    const listed = await provider.sessions.list(old.user.id);
    assert.deepEqual(
      listed.map(({ id }) => id),
      [recent.sessionId, old.sessionId],
    );
    assert.deepEqual(await provider.sessions.list(eve.id), []);
    await assert.rejects(provider.sessions.end(eve.id, old.sessionId), { code: 'not-found' });
    assert.ok(await provider.identity.session(old.headers));
    await provider.sessions.end(old.user.id, old.sessionId);
    assert.equal(await provider.identity.session(old.headers), null);
    await assert.rejects(provider.sessions.end(old.user.id, old.sessionId), { code: 'not-found' });
    assert.ok(await provider.identity.session(recent.headers));
  });

  test(`${name}: all sessions end, or all but one, and nobody else's`, async (t) => {
    const provider = await open(t);
    await provider.accounts.create(ada);
    await provider.accounts.create({ ...ada, email: 'eve@example.org' });
    const [kept, lost] = [await signedIn(provider), await signedIn(provider)];
    const eve = await signedIn(provider, { email: 'eve@example.org', password });
    await provider.sessions.endAll(kept.user.id, kept.sessionId);
    assert.ok(await provider.identity.session(kept.headers));
    assert.equal(await provider.identity.session(lost.headers), null);
    await provider.sessions.endAll(kept.user.id);
    assert.equal(await provider.identity.session(kept.headers), null);
    assert.ok(await provider.identity.session(eve.headers));
  });

  test(`${name}: what ends in one process ends in the others within two seconds`, async (t) => {
    const provider = await open(t);
    await provider.accounts.create(ada);
    const elsewhere = await provider.another();
    const { headers, user } = await signedIn(provider);
    assert.ok(await elsewhere.identity.session(headers));
    await provider.sessions.endAll(user.id);
    await provider.pass(endsWithinMs);
    assert.equal(await elsewhere.identity.session(headers), null);
  });
}
