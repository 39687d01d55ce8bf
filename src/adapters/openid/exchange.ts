// The exchange of the code for tokens, and openid-client set up for one operation.

import {
  allowInsecureRequests,
  authorizationCodeGrant,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  clockSkew,
  clockTolerance,
  customFetch,
  ResponseBodyError,
  type ServerMetadata,
  type TokenEndpointResponse,
  type TokenEndpointResponseHelpers,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import type { Provider } from '../../core/organization/provider.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { SignOnState } from '../../core/ports/single-sign-on.ts';
import { clockToleranceSeconds } from './failure.ts';
import type { ProviderFetch } from './requests.ts';

export type Tokens = TokenEndpointResponse & TokenEndpointResponseHelpers;

interface Reach {
  readonly clock: Pick<Clock, 'now'>;
  readonly fetch: ProviderFetch;
}

/** Changes the code for tokens; the library checks the ID token's claims (Core 1.0 §3.1.3.7), not its signature. */
export async function exchange(
  house: Reach,
  provider: Provider,
  metadata: ServerMetadata,
  callback: URL,
  state: SignOnState,
): Promise<{ tokens: Tokens; configuration: Configuration }> {
  const [first, second] = clientAuthentications(provider, metadata);
  const exchangeWith = async (authentication: ClientAuth) => {
    const configuration = configured(house, provider, metadata, authentication);
    const checks = {
      expectedState: state.state,
      expectedNonce: state.nonce,
      pkceCodeVerifier: state.codeVerifier,
      idTokenExpected: true,
    };
    return { tokens: await authorizationCodeGrant(configuration, callback, checks), configuration };
  };
  try {
    return await exchangeWith(first);
  } catch (error) {
    // Some take the secret in one form only, by client, and do not tell which. The code is not used up by this.
    if (second === null || !isClientRefused(error)) throw error;
    return await exchangeWith(second);
  }
}

/** Forms of the client secret in the order of trying. Without a word from the provider it is Basic (Discovery 1.0 §3). */
function clientAuthentications(
  { clientSecret }: Provider,
  { token_endpoint_auth_methods_supported: methods = ['client_secret_basic'] }: ServerMetadata,
): [ClientAuth, ClientAuth | null] {
  const post = methods.includes('client_secret_post') ? ClientSecretPost(clientSecret.reveal()) : null;
  const basic = methods.includes('client_secret_basic') ? ClientSecretBasic(clientSecret.reveal()) : null;
  return post === null ? [ClientSecretBasic(clientSecret.reveal()), null] : [post, basic];
}

function isClientRefused(error: unknown): boolean {
  if (error instanceof WWWAuthenticateChallengeError) return true;
  return error instanceof ResponseBodyError && error.error === 'invalid_client';
}

/** What openid-client needs for one operation: nothing of it is kept, so a new secret counts at once. */
export function configured(
  { clock, fetch }: Reach,
  provider: Provider,
  metadata: ServerMetadata,
  authentication: ClientAuth = () => {},
): Configuration {
  const client = {
    [clockSkew]: Math.round((clock.now() - Date.now()) / 1000),
    [clockTolerance]: clockToleranceSeconds,
  };
  const configuration = new Configuration(metadata, provider.clientId, client, authentication);
  configuration[customFetch] = fetch;
  // Which addresses may be http is decided in `providerFetch`, for each.
  allowInsecureRequests(configuration);
  return configuration;
}
