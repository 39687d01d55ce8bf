// Single sign-on against a real provider on loopback, and against what a broken or hostile one does.

import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { SignJWT } from 'jose';
import { signInAtProvider, startOpenIdProvider } from '../../../test/servers/openid-provider.ts';
import { branded, type OrganizationId, type ProviderId } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import type { Provider } from '../../core/organization/provider.ts';
import type { Log } from '../../core/ports/log.ts';
import { singleSignOnContract } from '../../core/ports/single-sign-on.contract.ts';
import { secret } from '../../core/secret.ts';
import { manualClock } from '../memory/clock.ts';
import { guardedFetch } from '../outbound/fetch.ts';
import { openIdConnect } from './single-sign-on.ts';

const redirectUri = 'https://cams.example.org/api/v1/session/single-sign-on/callback';
const clientSecret = 'a-secret-of-the-client-and-nobody-else';
const client = {
  clientId: 'vedette',
  clientSecret,
  redirectUris: [redirectUri],
  postLogoutUris: ['https://cams.example.org/'],
};
const ada = { sub: 'ada-1', email: 'ada@example.org', email_verified: true, name: 'Ada', groups: ['guards'] };

/** A log that keeps its lines. */
function keptLog(lines: string[]): Log {
  const keep = (message: string, fields?: object) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const log: Log = { debug: keep, info: keep, warn: keep, error: keep, with: () => log };
  return log;
}

async function open(t: TestContext, { timeoutMs = 5_000 }: { timeoutMs?: number } = {}) {
  const server = await startOpenIdProvider({ clients: [client], people: [ada] });
  t.after(() => server.stop());
  const clock = manualClock(Date.now());
  const lines: string[] = [];
  const provider: Provider = {
    id: branded<ProviderId>('0190a000-0000-7000-8000-000000000001'),
    organizationId: branded<OrganizationId>('0190a000-0000-7000-8000-000000000002'),
    name: 'Acme',
    issuer: server.issuer,
    clientId: 'vedette',
    clientSecret: secret(clientSecret),
    domains: ['example.org'],
    roleClaim: null,
    roleByValue: {},
    defaultRole: null,
    createdAt: clock.now(),
  };
  const outbound = guardedFetch({ allowPrivateAddresses: true });
  const options = { clock, log: keptLog(lines), fetch: outbound, allowPrivateHosts: false, timeoutMs };
  const singleSignOn = openIdConnect(options);
  /** The whole way, by one browser. */
  const signOn = async ({ again = false, jar = new Map<string, string>(), as = provider } = {}) => {
    const { url, state } = await singleSignOn.begin(as, { redirectUri, again });
    const callbackUrl = await signInAtProvider(url, ada.email, { redirectUri, jar });
    return singleSignOn.finish(as, { callbackUrl, redirectUri, state });
  };
  return { server, clock, provider, singleSignOn, signOn, lines, options };
}

const failing = (sentence: RegExp) => (error: unknown) => {
  assert.ok(error instanceof VedetteError, String(error));
  assert.equal(error.code, 'provider-failed');
  assert.match(error.detail, sentence);
  return true;
};

const segment = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

singleSignOnContract('openid', async (t) => {
  const { server, singleSignOn, provider } = await open(t);
  return {
    singleSignOn,
    provider,
    redirectUri,
    person: { subject: ada.sub, email: ada.email, name: ada.name },
    signIn: (url) => signInAtProvider(url, ada.email, { redirectUri }),
    logoutToken: () => {
      const iat = Math.floor(Date.now() / 1000);
      const claims = { iss: server.issuer, aud: 'vedette', iat, jti: crypto.randomUUID(), sub: ada.sub };
      const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
      return server.sign({ header: { alg: 'RS256' }, claims: { ...claims, events } });
    },
    secrets: [clientSecret],
  };
});

test('the browser is sent with PKCE, state and nonce, and asked anew only where a proof is wanted', async (t) => {
  const { singleSignOn, provider } = await open(t);
  const { url, state } = await singleSignOn.begin(provider, { redirectUri, again: false });
  const sent = new URL(url).searchParams;
  assert.equal(sent.get('response_type'), 'code');
  assert.equal(sent.get('code_challenge_method'), 'S256');
  assert.equal(sent.get('state'), state.state);
  assert.equal(sent.get('nonce'), state.nonce);
  assert.equal(sent.get('redirect_uri'), redirectUri);
  assert.equal(sent.get('prompt'), null);
  assert.ok(!url.includes(state.codeVerifier) && !url.includes(clientSecret));
  const proof = await singleSignOn.begin(provider, { redirectUri, again: true });
  assert.equal(new URL(proof.url).searchParams.get('prompt'), 'login');
  assert.equal(new URL(proof.url).searchParams.get('max_age'), '0');
});

test('the claims of the ID token come along, and the session at the provider', async (t) => {
  const { server, signOn } = await open(t);
  server.setClient({ ...client, backChannelLogoutUri: 'http://127.0.0.1:9/' });
  const vouched = await signOn();
  assert.deepEqual(vouched.claims.groups, ['guards']);
  assert.ok(vouched.sessionId !== null);
});

test('a proof is not given by who is signed in at the provider already', async (t) => {
  const { clock, provider, singleSignOn, signOn } = await open(t);
  const jar = new Map<string, string>();
  await signOn({ jar });
  await clock.advance(5 * 60_000);
  const { url, state } = await singleSignOn.begin(provider, { redirectUri, again: true });
  const silent = new URL(url);
  silent.searchParams.delete('prompt');
  silent.searchParams.delete('max_age');
  const callbackUrl = await signInAtProvider(silent.href, 'nobody@example.org', { redirectUri, jar });
  const input = { callbackUrl, redirectUri, state };
  await assert.rejects(singleSignOn.finish(provider, input), failing(/does not say when|did not ask/));
});

test('a sign-in from five minutes ago is no proof', async (t) => {
  const { server, signOn } = await open(t);
  server.forge(({ header, claims }) => ({
    header,
    claims: { ...claims, auth_time: Math.floor(Date.now() / 1000) - 300 },
  }));
  await signOn();
  await assert.rejects(signOn({ again: true }), failing(/did not ask the person to sign in again/));
  server.forge(({ header, claims: { auth_time: _, ...claims } }) => ({ header, claims }));
  await assert.rejects(signOn({ again: true }), failing(/auth_time/));
});

test('a rotated key is found at once, and keys are remembered', async (t) => {
  const { server, clock, signOn } = await open(t);
  await signOn();
  await signOn();
  const asked = () => server.requests.filter((request) => request === 'GET /jwks').length;
  assert.equal(asked(), 1);
  await server.rotateKeys();
  await signOn();
  assert.equal(asked(), 2);
  await server.rotateKeys();
  await assert.rejects(signOn(), failing(/a key that it does not publish/));
  assert.equal(asked(), 2);
  await clock.advance(10_000);
  await signOn();
  assert.equal(asked(), 3);
});

test('what an issuer says is remembered for minutes, and not what failed', async (t) => {
  const { server, clock, singleSignOn, provider } = await open(t);
  const begin = () => singleSignOn.begin(provider, { redirectUri, again: false });
  const asked = () => server.requests.filter((request) => request.includes('openid-configuration')).length;
  await Promise.all([begin(), begin(), begin()]);
  assert.equal(asked(), 1);
  await clock.advance(11 * 60_000);
  server.behave('garbage');
  await assert.rejects(begin(), failing(/something else than OpenID Connect/));
  server.behave('normal');
  await begin();
  assert.equal(asked(), 3);
});

test('a token of another client is refused, also one that names both', async (t) => {
  const { server, signOn, lines } = await open(t);
  const changes = [
    { aud: 'another' },
    { aud: ['another', 'vedette'] },
    { aud: ['another', 'vedette'], azp: 'another' },
    { azp: 'another' },
  ];
  for (const change of changes) {
    server.forge(({ header, claims }) => ({ header, claims: { ...claims, ...change } }));
    await assert.rejects(signOn(), failing(/signed for another client/), JSON.stringify(change));
  }
  assert.equal(lines.length, changes.length);
  for (const line of lines) assert.doesNotMatch(line, /eyJ|a-secret/);
});

test('expired tokens and tokens of the future are refused, and small differences of clocks are not', async (t) => {
  const { server, clock, signOn } = await open(t);
  clock.step(45_000);
  await signOn();
  clock.step(-90_000);
  await signOn();
  clock.step(-60_000);
  await assert.rejects(signOn(), failing(/clocks differ by more than 60 seconds/));
  clock.step(105_000);
  await signOn();
  clock.step(2 * 3_600_000);
  await assert.rejects(signOn(), failing(/has expired/));
  clock.step(-2 * 3_600_000);
  const later = Math.floor(Date.now() / 1000) + 300;
  server.forge(({ header, claims }) => ({ header, claims: { ...claims, nbf: later } }));
  await assert.rejects(signOn(), failing(/not valid yet/));
});

test('a nonce, issuer or algorithm that is not the agreed one is refused', async (t) => {
  const { server, signOn } = await open(t);
  server.forge(({ header, claims }) => ({ header, claims: { ...claims, nonce: 'of-another-sign-in' } }));
  await assert.rejects(signOn(), failing(/token of another sign-in/));
  server.forge(({ header, claims }) => ({ header, claims: { ...claims, iss: 'https://evil.example' } }));
  await assert.rejects(signOn(), failing(/another issuer/));
  server.forge(({ claims }) => `${segment({ alg: 'none' })}.${segment(claims)}.`);
  await assert.rejects(signOn(), failing(/"none"/));
  server.forge(({ header, claims }) => `${segment({ ...header, alg: 'RS512' })}.${segment(claims)}.c2ln`);
  await assert.rejects(signOn(), failing(/"RS512"/));
  const shared = createSecretKey(Buffer.from(clientSecret));
  server.forge(({ claims }) => new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(shared));
  await assert.rejects(signOn(), failing(/not accepted/));
});

test('a token that was changed after it was signed, or signed by somebody else, is refused', async (t) => {
  const { server, signOn } = await open(t);
  const stranger = await startOpenIdProvider();
  t.after(() => stranger.stop());
  server.forge(({ header, claims }) => `${segment(header)}.${segment(claims)}.c2lnbmF0dXJl`);
  await assert.rejects(signOn(), failing(/signature is wrong/));
  server.forge((token) => stranger.sign(token));
  await assert.rejects(signOn(), failing(/signature is wrong/));
  server.forge(({ claims }) => stranger.sign({ header: { alg: 'RS256' }, claims }));
  await assert.rejects(signOn(), failing(/a key that it does not publish/));
});

test('a missing address is asked for, and who has none or an unverified one is said so', async (t) => {
  const { server, signOn } = await open(t);
  server.setClaimsInIdToken(false);
  const asked = await signOn();
  assert.equal(asked.email, ada.email);
  assert.equal(asked.isEmailVerified, true);
  assert.equal(asked.name, 'Ada');
  assert.equal(asked.claims.email, undefined);
  server.setPerson({ ...ada, email_verified: false });
  const unverified = await signOn();
  assert.equal(unverified.isEmailVerified, false);
  assert.equal(unverified.claims.email_verified, false);
  server.setClaimsInIdToken(true);
  server.setPerson({ ...ada, email_verified: 'true' });
  assert.equal((await signOn()).isEmailVerified, true);
  server.forge(({ header, claims }) => ({ header, claims: { ...claims, email: 'Ada@Example.ORG' } }));
  assert.equal((await signOn()).email, 'ada@example.org');
  server.forge(({ header, claims }) => ({
    header,
    claims: { ...claims, xms_edov: true, email_verified: undefined },
  }));
  assert.equal((await signOn()).isEmailVerified, false);
});

test('who gives up at the provider is not signed in', async (t) => {
  const { singleSignOn, provider } = await open(t);
  const { url, state } = await singleSignOn.begin(provider, { redirectUri, again: false });
  const callbackUrl = await signInAtProvider(url, 'nobody@example.org', { redirectUri });
  const input = { callbackUrl, redirectUri, state };
  await assert.rejects(singleSignOn.finish(provider, input), failing(/refused or given up/));
});

test('an answer of another issuer is refused before anything is exchanged', async (t) => {
  const { server, singleSignOn, provider } = await open(t);
  const { url, state } = await singleSignOn.begin(provider, { redirectUri, again: false });
  const callback = new URL(await signInAtProvider(url, ada.email, { redirectUri }));
  callback.searchParams.set('iss', 'https://evil.example');
  const input = { callbackUrl: callback.href, redirectUri, state };
  await assert.rejects(singleSignOn.finish(provider, input), failing(/./));
  assert.ok(!server.requests.includes('POST /token'));
});

test('a wrong client secret is said so', async (t) => {
  const { provider, signOn } = await open(t);
  const wrong = { ...provider, clientSecret: secret('wrong-secret-wrong-secret-wrong') };
  await assert.rejects(signOn({ as: wrong }), failing(/refuses the client id or the client secret/));
});

test('a provider that takes the secret in one form only is given it in that form', async (t) => {
  const { provider, options } = await open(t);
  const forms: string[] = [];
  const picky: typeof options.fetch = async (url, request) => {
    if (!url.endsWith('/token')) return options.fetch(url, request);
    const isBasic = request.headers.authorization?.startsWith('Basic ') === true;
    forms.push(isBasic ? 'basic' : 'post');
    return isBasic
      ? options.fetch(url, request)
      : Response.json({ error: 'invalid_client' }, { status: 401 });
  };
  const singleSignOn = openIdConnect({ ...options, fetch: picky });
  const { url, state } = await singleSignOn.begin(provider, { redirectUri, again: false });
  const callbackUrl = await signInAtProvider(url, ada.email, { redirectUri });
  await singleSignOn.finish(provider, { callbackUrl, redirectUri, state });
  assert.deepEqual(forms, ['post', 'basic']);
});

test('an answer to a sign-in of another browser is refused before anybody is asked', async (t) => {
  const { server, singleSignOn, provider } = await open(t);
  const { url } = await singleSignOn.begin(provider, { redirectUri, again: false });
  const { state } = await singleSignOn.begin(provider, { redirectUri, again: false });
  const callbackUrl = await signInAtProvider(url, ada.email, { redirectUri });
  const input = { callbackUrl, redirectUri, state };
  await assert.rejects(singleSignOn.finish(provider, input), failing(/belongs to another sign-in/));
  assert.ok(!server.requests.includes('POST /token'));
});

test('a provider that is down, slow or something else is said so', async (t) => {
  const { server, singleSignOn, provider, lines } = await open(t, { timeoutMs: 200 });
  server.behave('garbage');
  await assert.rejects(singleSignOn.check(provider), failing(/something else than OpenID Connect/));
  server.behave('hang');
  await assert.rejects(singleSignOn.check(provider), failing(/did not answer within 0.2 seconds/));
  await server.stop();
  await assert.rejects(
    singleSignOn.check(provider),
    failing(/at 127.0.0.1:\d+ does not answer: the connection/),
  );
  assert.equal(lines.length, 3);
});

test('an answer without end is cut off', async (t) => {
  const { server, singleSignOn, provider } = await open(t);
  server.behave('flood');
  await assert.rejects(singleSignOn.check(provider), failing(/answers without end/));
});

test('redirects are not followed', async (t) => {
  const { server, singleSignOn, provider } = await open(t);
  const inner = await startOpenIdProvider();
  t.after(() => inner.stop());
  server.behave(new URL('/.well-known/openid-configuration', inner.issuer));
  await assert.rejects(
    singleSignOn.check(provider),
    failing(/redirects to 127.0.0.1:\d+, which is not followed/),
  );
  assert.deepEqual(inner.requests, []);
});

test('an issuer that is not the one that answers is named', async (t) => {
  const { server, singleSignOn, provider } = await open(t);
  const port = new URL(server.issuer).port;
  const check = (issuer: string) => singleSignOn.check({ ...provider, issuer });
  await assert.rejects(check(`http://localhost:${port}`), failing(/calls itself "http:\/\/127.0.0.1:\d+"/));
  await assert.rejects(check(`${server.issuer}/realms/none`), failing(/status 404|something else/));
  await assert.rejects(check('http://login.example.org'), failing(/must be reached by https/));
  await assert.rejects(check('nonsense'), failing(/https:\/\//));
});

test('a provider inside is not reached where that is not allowed', async (t) => {
  const { server, provider, options } = await open(t);
  const guarded = openIdConnect({ ...options, fetch: guardedFetch({ allowPrivateAddresses: false }) });
  await assert.rejects(guarded.check(provider), failing(/not on the public internet/));
  assert.deepEqual(server.requests, []);
});

test('the end of the session is asked of the provider by client and return address', async (t) => {
  const { singleSignOn, provider } = await open(t);
  const url = await singleSignOn.endSessionUrl(provider, { returnTo: 'https://cams.example.org/' });
  const sent = new URL(url ?? '').searchParams;
  assert.equal(sent.get('client_id'), 'vedette');
  assert.equal(sent.get('post_logout_redirect_uri'), 'https://cams.example.org/');
  assert.ok((await fetch(url ?? '')).ok);
});
