// Single sign-on by OpenID Connect: openid-client speaks with the provider, jose verifies what it signs.

import { compactVerify, decodeJwt, errors as jose } from 'jose';
import {
  buildAuthorizationUrl,
  buildEndSessionUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  fetchUserInfo,
  type IDToken,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  type UserInfoResponse,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import type { Provider } from '../../core/organization/provider.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { ProviderLogout, SignOnState, SingleSignOn, Vouched } from '../../core/ports/single-sign-on.ts';
import { configured, exchange, type Tokens } from './exchange.ts';
import { clockToleranceSeconds, explained, outline, outOfTime, providerFailed } from './failure.ts';
import { acceptedAlgorithms, type Issuers, openIssuers } from './issuers.ts';
import { readLogout } from './logout-token.ts';
import { vouched } from './person.ts';
import { defaultTimeoutMs, type OutboundFetch, type ProviderFetch, providerFetch } from './requests.ts';

export interface OpenIdConnectOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** How providers are reached; it guards the inner network. See `OutboundFetch`. */
  readonly fetch: OutboundFetch;
  /** Lets providers be reached by http. Whether `fetch` reaches inner hosts is its own matter. */
  readonly allowPrivateHosts: boolean;
  /** For one request and its answer. */
  readonly timeoutMs?: number;
}

interface House {
  readonly clock: Clock;
  readonly fetch: ProviderFetch;
  readonly issuers: Issuers;
}

/** Marks the nonce of who was asked to prove anew: the provider signs it, so no silent sign-in passes for a proof. */
const proofMark = 'proof.';

/** Providers that speak OpenID Connect Core 1.0: authorization code with PKCE, a client secret, signed ID tokens. */
export function openIdConnect(options: OpenIdConnectOptions): SingleSignOn {
  const { clock, log, allowPrivateHosts, timeoutMs = defaultTimeoutMs } = options;
  const fetch = providerFetch({ fetch: options.fetch, allowPrivateHosts, timeoutMs });
  const house = { clock, fetch, issuers: openIssuers({ clock, fetch, allowPrivateHosts }) };
  const told = async <T>(provider: Provider, what: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      const failure = explained(error, hostOf(provider));
      const { id: providerId, organizationId } = provider;
      log.warn(`A sign-in provider failed: ${what}.`, {
        providerId,
        organizationId,
        reason: failure.detail,
        outline: outline(failure.cause ?? error),
      });
      throw failure;
    }
  };
  return {
    check: (provider) =>
      told(provider, 'check', async () => void (await house.issuers.anew(provider.issuer))),
    begin: (provider, how) => told(provider, 'begin', () => begin(house, provider, how)),
    finish: (provider, input) => told(provider, 'finish', () => finish(house, provider, input)),
    verifyLogout: (provider, token) => told(provider, 'logout', () => verifyLogout(house, provider, token)),
    endSessionUrl: (provider, { returnTo }) =>
      told(provider, 'end of session', async () => {
        const { metadata } = await house.issuers.known(provider.issuer);
        if (metadata.end_session_endpoint === undefined) return null;
        // Cognito has a name of its own for it; others ignore what they do not know (Core 1.0 §3.1.2.1).
        const parameters = { post_logout_redirect_uri: returnTo, logout_uri: returnTo };
        return buildEndSessionUrl(configured(house, provider, metadata), parameters).href;
      }),
  };
}

async function begin(
  { clock, fetch, issuers }: House,
  provider: Provider,
  { redirectUri, again }: { redirectUri: string; again: boolean },
): Promise<{ url: string; state: SignOnState }> {
  const { metadata } = await issuers.known(provider.issuer);
  const state: SignOnState = {
    state: randomState(),
    nonce: `${again ? proofMark : ''}${randomNonce()}`,
    codeVerifier: randomPKCECodeVerifier(),
    startedAt: clock.now(),
  };
  const url = buildAuthorizationUrl(configured({ clock, fetch }, provider, metadata), {
    redirect_uri: redirectUri,
    scope: 'openid email profile',
    state: state.state,
    nonce: state.nonce,
    code_challenge: await calculatePKCECodeChallenge(state.codeVerifier),
    code_challenge_method: 'S256',
    ...(again ? { prompt: 'login', max_age: '0' } : {}),
  });
  return { url: url.href, state };
}

async function finish(
  house: House,
  provider: Provider,
  input: { callbackUrl: string; redirectUri: string; state: SignOnState },
): Promise<Vouched> {
  const answer = URL.parse(input.callbackUrl, input.redirectUri);
  if (answer?.searchParams.get('state') !== input.state.state) {
    throw providerFailed('This answer belongs to another sign-in. Begin again in this browser.');
  }
  // The provider compares the address with the one it was given, whatever a proxy made of it.
  const callback = new URL(input.redirectUri);
  callback.search = answer.search;
  const { metadata } = await house.issuers.known(provider.issuer);
  const { tokens, configuration } = await exchange(house, provider, metadata, callback, input.state);
  const claims = tokens.claims();
  if (claims === undefined || tokens.id_token === undefined) {
    throw providerFailed(
      `The provider at ${hostOf(provider)} sent no ID token. Allow the scope "openid" there.`,
    );
  }
  await verified(house.issuers, provider, tokens.id_token);
  checkClaims(claims, provider, input.state, house.clock);
  const hasEmail = typeof claims.email === 'string';
  const asked = hasEmail || metadata.userinfo_endpoint === undefined;
  const userInfo = asked ? null : await personOf(configuration, tokens, claims, provider);
  return vouched(claims, userInfo);
}

/** The header of a token whose signature is the provider's. A key that is not known is asked for once. */
async function verified(issuers: Issuers, provider: Provider, token: string) {
  const options = { algorithms: [...acceptedAlgorithms] };
  try {
    return await compactVerify(token, (await issuers.known(provider.issuer)).key, options);
  } catch (error) {
    if (!(error instanceof jose.JWKSNoMatchingKey)) throw error;
    const anew = await issuers.anewForKey(provider.issuer);
    if (anew === null) throw error;
    return await compactVerify(token, anew.key, options);
  }
}

/** What the library leaves to its caller: tokens from the future, a foreign `azp`, and proofs that are none. */
function checkClaims(claims: IDToken, provider: Provider, state: SignOnState, clock: Clock): void {
  const who = `The provider at ${hostOf(provider)}`;
  if (claims.iat > clock.now() / 1000 + clockToleranceSeconds) throw providerFailed(outOfTime(who));
  if (claims.azp !== undefined && claims.azp !== provider.clientId) {
    throw providerFailed(`${who} sent a token that is signed for another client.`);
  }
  if (!state.nonce.startsWith(proofMark)) return;
  if (claims.auth_time === undefined) {
    throw providerFailed(
      `${who} does not say when the person signed in. Add the claim auth_time to the ID tokens of this client.`,
    );
  }
  if (claims.auth_time < state.startedAt / 1000 - clockToleranceSeconds) {
    throw providerFailed(`${who} did not ask the person to sign in again.`);
  }
}

async function personOf(
  configuration: Configuration,
  tokens: Tokens,
  { sub }: IDToken,
  provider: Provider,
): Promise<UserInfoResponse> {
  try {
    return await fetchUserInfo(configuration, tokens.access_token, sub);
  } catch (error) {
    if (!(error instanceof WWWAuthenticateChallengeError)) throw error;
    const advice = 'Put the e-mail address into the ID tokens of this client.';
    throw providerFailed(`The provider at ${hostOf(provider)} does not tell who signed in. ${advice}`);
  }
}

async function verifyLogout(house: House, provider: Provider, token: string): Promise<ProviderLogout> {
  const { clock, issuers } = house;
  const { metadata } = await issuers.known(provider.issuer);
  const expected = {
    issuer: metadata.issuer,
    clientId: provider.clientId,
    now: clock.now(),
    host: hostOf(provider),
  };
  // Read before it is verified: what is not for us makes nobody ask the provider for keys.
  const claims = decodeJwt(token);
  readLogout({ header: {}, claims }, expected);
  const { protectedHeader: header } = await verified(issuers, provider, token);
  return readLogout({ header: { ...header }, claims }, expected);
}

function hostOf({ issuer }: Provider): string {
  return URL.parse(issuer)?.host ?? 'this address';
}
