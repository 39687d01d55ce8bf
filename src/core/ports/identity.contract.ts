// What every identity provider keeps.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { secret } from '../secret.ts';
import type { Identity } from './identity.ts';

const password = secret('correct horse battery');
const person = { name: 'Ada', email: 'Ada@Example.org', password };
const address = 'ada@example.org';
const nobody = new Headers();
const callers = 6;

/** What a browser sends back of the cookies in an answer. */
export function cookiesOf(headers: Headers): Headers {
  const pairs = headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
  return new Headers({ cookie: pairs.join('; ') });
}

/** Runs the suite; `open` gives a provider without accounts. */
export function identityContract(name: string, open: (t: TestContext) => Promise<Identity>): void {
  accountContract(name, open);
  sessionContract(name, open);
}

function accountContract(name: string, open: (t: TestContext) => Promise<Identity>): void {
  test(`${name}: an address has one account, whatever its case and however many ask at once`, async (t) => {
    const identity = await open(t);
    const made = await Promise.allSettled(Array.from({ length: callers }, () => identity.createUser(person)));
    assert.equal(made.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const refused of made.filter((outcome) => outcome.status === 'rejected')) {
      assert.equal(refused.reason.code, 'conflict');
    }
    await assert.rejects(identity.createUser({ ...person, email: 'ADA@example.ORG' }), { code: 'conflict' });
    const other = await identity.createUser({ ...person, email: 'eve@example.org' });
    assert.equal(other.email, 'eve@example.org');
  });

  test(`${name}: a short or endless password is refused with the field at fault, and makes no account`, async (t) => {
    const identity = await open(t);
    for (const weak of ['', 'short', 'x'.repeat(10_000)]) {
      await assert.rejects(identity.createUser({ ...person, password: secret(weak) }), (error) => {
        assert.ok(error instanceof Error && 'code' in error && 'fields' in error);
        assert.deepEqual([error.code, Object.keys(Object(error.fields))], ['request-invalid', ['password']]);
        return true;
      });
    }
    assert.equal((await identity.createUser(person)).email, address);
  });

  test(`${name}: an unknown account and a wrong password get the same answer, without the password`, async (t) => {
    const identity = await open(t);
    await identity.createUser(person);
    const answers = new Set<string>();
    for (const [email, given] of [
      [person.email, 'something else'],
      ['nobody@example.org', 'something else'],
      [person.email, ''],
      [person.email, 'x'.repeat(10_000)],
    ] as const) {
      const signingIn = identity.signIn({ email, password: secret(given) }, nobody);
      await assert.rejects(signingIn, (error) => {
        assert.ok(error instanceof Error && 'code' in error);
        answers.add(`${error.code}: ${error.message}`);
        return true;
      });
    }
    assert.equal(answers.size, 1);
    assert.match([...answers].join(), /^credentials-wrong: /);
    assert.doesNotMatch([...answers].join(), /something else/);
  });
}

function sessionContract(name: string, open: (t: TestContext) => Promise<Identity>): void {
  test(`${name}: who signs in is known by the cookie until signing out, for every copy of it`, async (t) => {
    const identity = await open(t);
    const made = await identity.createUser(person);
    assert.deepEqual([made.name, made.email], ['Ada', address]);
    const { user, headers } = await identity.signIn({ email: address, password }, nobody);
    assert.deepEqual(user, made);
    const session = cookiesOf(headers);
    assert.deepEqual(await identity.user(session), made);
    const cleared = await identity.signOut(new Headers(session));
    assert.match(cleared.getSetCookie().join('\n'), /Max-Age=0|Expires=Thu, 01 Jan 1970/i);
    assert.equal(await identity.user(session), null);
    // Twice does no harm.
    await identity.signOut(session);
  });

  test(`${name}: each sign-in is a session of its own`, async (t) => {
    const identity = await open(t);
    const made = await identity.createUser(person);
    const signIn = async () =>
      cookiesOf((await identity.signIn({ email: address, password }, nobody)).headers);
    const sessions = await Promise.all(Array.from({ length: callers }, signIn));
    assert.equal(new Set(sessions.map((session) => session.get('cookie'))).size, callers);
    const [first = nobody, ...rest] = sessions;
    await identity.signOut(first);
    assert.equal(await identity.user(first), null);
    for (const session of rest) assert.deepEqual(await identity.user(session), made);
  });

  test(`${name}: without a cookie, or with one that is forged, there is nobody`, async (t) => {
    const identity = await open(t);
    await identity.createUser(person);
    const { headers } = await identity.signIn({ email: address, password }, nobody);
    const cookie = cookiesOf(headers).get('cookie') ?? '';
    assert.notEqual(cookie, '');
    const [cookieName = '', value = ''] = cookie.split(/=(.*)/s);
    const forged = [
      '',
      'x',
      value.slice(0, -8),
      `${value.slice(0, 4)}AAAA${value.slice(8)}`,
      '%',
      'a.b.c',
      '\u00ff',
    ];
    assert.equal(await identity.user(nobody), null);
    for (const text of forged) {
      assert.equal(await identity.user(new Headers({ cookie: `${cookieName}=${text}` })), null, text);
    }
    for (const text of [cookieName, ';;;', `other=1; ${cookieName}`]) {
      assert.equal(await identity.user(new Headers({ cookie: text })), null, text);
    }
  });

  test(`${name}: the session cookie is out of reach of scripts and of other sites`, async (t) => {
    const identity = await open(t);
    await identity.createUser(person);
    const { headers } = await identity.signIn({ email: address, password }, nobody);
    assert.ok(headers.getSetCookie().length > 0);
    for (const cookie of headers.getSetCookie()) {
      assert.match(cookie, /HttpOnly/i);
      assert.match(cookie, /SameSite=(Lax|Strict)/i);
      assert.doesNotMatch(cookie, /correct|battery/);
    }
  });
}
