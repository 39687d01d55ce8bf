// What every single sign-on keeps, seen from a browser that signs in at a provider.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { VedetteError } from '../errors.ts';
import type { Provider } from '../organization/provider.ts';
import type { SingleSignOn } from './single-sign-on.ts';

export interface SingleSignOnUnderTest {
  readonly singleSignOn: SingleSignOn;
  readonly provider: Provider;
  readonly redirectUri: string;
  /** Whom the provider knows, with a verified address. */
  readonly person: { readonly subject: string; readonly email: string; readonly name: string };
  /** A browser goes to `url` and signs in as `person`; resolves with the address that it is sent back to. */
  signIn(url: string): Promise<string>;
  /** A logout token for `person`, as the provider sends it. */
  logoutToken(): Promise<string>;
  /** Words that must not show in any error. */
  readonly secrets: readonly string[];
}

/** Runs the suite; `open` gives a provider that works. */
export function singleSignOnContract(
  name: string,
  open: (t: TestContext) => Promise<SingleSignOnUnderTest>,
): void {
  test(`${name}: who signs in at the provider is vouched for`, async (t) => {
    const { singleSignOn, provider, redirectUri, person, signIn } = await open(t);
    await singleSignOn.check(provider);
    for (const again of [false, true]) {
      const { url, state } = await singleSignOn.begin(provider, { redirectUri, again });
      const kept = JSON.parse(JSON.stringify(state));
      const callbackUrl = await signIn(url);
      const vouched = await singleSignOn.finish(provider, { callbackUrl, redirectUri, state: kept });
      assert.equal(vouched.subject, person.subject);
      assert.equal(vouched.email, person.email);
      assert.equal(vouched.isEmailVerified, true);
      assert.equal(vouched.name, person.name);
      assert.equal(vouched.claims.sub, person.subject);
    }
  });

  test(`${name}: nothing of a sign-in is used for another, and nothing twice`, async (t) => {
    const { singleSignOn, provider, redirectUri, signIn, secrets } = await open(t);
    const mine = await singleSignOn.begin(provider, { redirectUri, again: false });
    const theirs = await singleSignOn.begin(provider, { redirectUri, again: false });
    for (const part of ['state', 'nonce', 'codeVerifier'] as const) {
      assert.ok(mine.state[part].length >= 32, part);
      assert.notEqual(mine.state[part], theirs.state[part]);
      const callbackUrl = await signIn(mine.url);
      const state = { ...mine.state, [part]: theirs.state[part] };
      await assert.rejects(
        singleSignOn.finish(provider, { callbackUrl, redirectUri, state }),
        failed(secrets),
      );
    }
    const { url, state } = await singleSignOn.begin(provider, { redirectUri, again: false });
    const callbackUrl = await signIn(url);
    await singleSignOn.finish(provider, { callbackUrl, redirectUri, state });
    await assert.rejects(singleSignOn.finish(provider, { callbackUrl, redirectUri, state }), failed(secrets));
  });

  test(`${name}: a logout token names who signed out, and nothing else passes for one`, async (t) => {
    const { singleSignOn, provider, redirectUri, person, logoutToken, secrets } = await open(t);
    const logout = await singleSignOn.verifyLogout(provider, await logoutToken());
    assert.ok(logout.subject === person.subject || logout.sessionId !== null);
    const other = await singleSignOn.verifyLogout(provider, await logoutToken());
    assert.notEqual(logout.tokenId, other.tokenId);
    const { state } = await singleSignOn.begin(provider, { redirectUri, again: false });
    for (const nonsense of ['', 'x', 'a.b.c', 'e30.e30.', state.state]) {
      await assert.rejects(singleSignOn.verifyLogout(provider, nonsense), failed(secrets), nonsense);
    }
  });

  test(`${name}: the end of the session at the provider leads back`, async (t) => {
    const { singleSignOn, provider } = await open(t);
    const url = await singleSignOn.endSessionUrl(provider, { returnTo: 'https://cams.example.org/' });
    if (url === null) return;
    assert.ok(url.includes(encodeURIComponent('https://cams.example.org/')), url);
  });
}

/** A sentence for admins, without anything secret in it or in what the log gets. */
function failed(secrets: readonly string[]): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof VedetteError, String(error));
    assert.equal(error.code, 'provider-failed');
    for (let each: unknown = error; each instanceof Error; each = each.cause) {
      for (const secret of secrets) assert.ok(!each.message.includes(secret), each.message);
    }
    return true;
  };
}
