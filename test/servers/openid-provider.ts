// Starts a real OpenID Connect provider (npm oidc-provider) in this process, for tests of single sign-on.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  CompactSign,
  type CryptoKey,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
} from 'jose';
import Provider, {
  type Adapter,
  type AdapterPayload,
  type ClientMetadata,
  type Configuration,
} from 'oidc-provider';

/** Somebody who can sign in: their claims. `email` is what they type into the form. */
export interface ProviderPerson {
  readonly sub: string;
  readonly email: string;
  readonly [claim: string]: unknown;
}

export interface ProviderClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUris: readonly string[];
  readonly postLogoutUris?: readonly string[];
  readonly backChannelLogoutUri?: string;
  /** `client_secret_post` by default. */
  readonly authentication?: 'client_secret_post' | 'client_secret_basic';
}

/**
 * What the provider does with requests from now on: `hang` never answers, `garbage` answers with a page, `flood`
 * without end, a URL redirects everything there.
 */
export type Behaviour = 'normal' | 'hang' | 'garbage' | 'flood' | URL;

export interface ProviderUnderTest extends AsyncDisposable {
  readonly issuer: string;
  /** Registers a client, or changes it. */
  setClient(client: ProviderClient): void;
  /** Adds a person, or changes their claims. */
  setPerson(person: ProviderPerson): void;
  behave(how: Behaviour): void;
  /** Whether ID tokens carry the claims of all scopes (as by default), or only `userinfo` tells them. */
  setClaimsInIdToken(value: boolean): void;
  /** New signing keys; the old ones are published no more. */
  rotateKeys(): Promise<void>;
  /** Changes ID tokens on their way out. What it returns is signed with the current key, or sent as it is if a string. */
  forge(change: Forgery | null): void;
  /** Signs anything with the current key, as the provider would. */
  sign(token: Token): Promise<string>;
  /** Signs a person out of all their sessions here, and tells the clients over their back channels. */
  signOut(email: string): Promise<void>;
  /** Requests that arrived, as "GET /path". */
  readonly requests: readonly string[];
  stop(): Promise<void>;
}

export interface Token {
  readonly header: JWTHeaderParameters;
  readonly claims: Readonly<Record<string, unknown>>;
}

type Forgery = (token: Token) => Token | string | Promise<string>;

interface Key {
  readonly jwk: JWK & { kid: string };
  readonly privateKey: CryptoKey;
}

/** Starts one on a free port of 127.0.0.1. Its sign-in page is a form with an e-mail field and a button. */
export async function startOpenIdProvider(
  options: { clients?: readonly ProviderClient[]; people?: readonly ProviderPerson[] } = {},
): Promise<ProviderUnderTest> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  const store = new Map<string, AdapterPayload>();
  const people = new Map<string, ProviderPerson>();
  const requests: string[] = [];
  let behaviour: Behaviour = 'normal';
  let claimsInIdToken = true;
  let forge: Forgery | null = null;
  let key = await newKey();
  let provider = build();

  function build(): Provider {
    const made = new Provider(issuer, configuration({ store, people, key, claimsInIdToken }));
    made.use(async (context, next) => {
      await next();
      if (forge === null || typeof context.body?.id_token !== 'string') return;
      const token = context.body.id_token;
      const forged = await forge({
        header: { alg: 'RS256', ...decodeProtectedHeader(token) },
        claims: decodeJwt(token),
      });
      context.body = {
        ...context.body,
        id_token: typeof forged === 'string' ? forged : await sign(forged, key),
      };
    });
    return made;
  }

  const setClient = (client: ProviderClient) => store.set(`Client:${client.clientId}`, registration(client));
  const setPerson = (person: ProviderPerson) => people.set(person.email, person);
  options.clients?.forEach(setClient);
  options.people?.forEach(setPerson);

  server.on('request', (request, response) => {
    requests.push(`${request.method} ${request.url?.split('?')[0]}`);
    if (behaviour !== 'normal') return misbehave(behaviour, response);
    if (request.url?.startsWith('/sign-in/')) return void signInPage(provider, people, request, response);
    void provider.callback()(request, response);
  });
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    issuer,
    requests,
    setClient,
    setPerson,
    behave: (how) => {
      behaviour = how;
    },
    setClaimsInIdToken: (value) => {
      claimsInIdToken = value;
      provider = build();
    },
    rotateKeys: async () => {
      key = await newKey();
      provider = build();
    },
    forge: (change) => {
      forge = change;
    },
    sign: (token) => sign(token, key),
    signOut: (email) => signOut(provider, store, people.get(email)?.sub ?? email),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** The part of a browser: follows redirects and fills in the form, until it is sent to `redirectUri`. */
export async function signInAtProvider(
  url: string,
  email: string,
  { redirectUri, jar = new Map() }: { redirectUri: string; jar?: Map<string, string> },
): Promise<string> {
  let next = url;
  let form: string | null = null;
  for (let step = 0; step < 20; step += 1) {
    if (next.startsWith(redirectUri)) return next;
    const response: Response = await fetch(next, {
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form === null ? {} : { method: 'POST', body: new URLSearchParams({ email: form }) }),
    });
    form = null;
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const [name = '', value = ''] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    const location = response.headers.get('location');
    const page = await response.text();
    if (location !== null) next = new URL(location, next).href;
    else if (page.includes('name="email"')) form = email;
    else throw new Error(`The provider answered ${response.status}: ${page.slice(0, 2000)}`);
  }
  throw new Error('The provider redirects in circles.');
}

function configuration({
  store,
  people,
  key,
  claimsInIdToken,
}: {
  store: Map<string, AdapterPayload>;
  people: ReadonlyMap<string, ProviderPerson>;
  key: Key;
  claimsInIdToken: boolean;
}): Configuration {
  return {
    adapter: (model: string) => mapAdapter(model, store),
    clients: [],
    jwks: { keys: [key.jwk] },
    cookies: { keys: ['a secret of the test'] },
    // As large providers do: what is announced is more than what is good.
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'HS256'] },
    conformIdTokenClaims: !claimsInIdToken,
    claims: {
      openid: ['sub', 'groups', 'role'],
      email: ['email', 'email_verified'],
      profile: ['name'],
    },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: { enabled: true },
    },
    // Without its guard against loopback, which is where tests are.
    fetch: (url, { dispatcher: _, ...init }: RequestInit & { dispatcher?: unknown } = {}) => fetch(url, init),
    ttl: {
      Session: 3_600,
      Grant: 3_600,
      Interaction: 600,
      AccessToken: 600,
      IdToken: 600,
      AuthorizationCode: 60,
    },
    interactions: { url: (_, { uid }) => `/sign-in/${uid}` },
    findAccount: (_, sub) => {
      const person = [...people.values()].find((each) => each.sub === sub);
      if (person === undefined) return undefined;
      return { accountId: sub, claims: () => ({ ...person }) };
    },
    // Nobody is asked whether the client may know them: it is their own organization's.
    loadExistingGrant: async ({ oidc: { client, session, provider } }) => {
      if (client === undefined || session?.accountId === undefined) return undefined;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  };
}

function registration(client: ProviderClient): ClientMetadata {
  return {
    client_id: client.clientId,
    client_secret: client.clientSecret,
    redirect_uris: [...client.redirectUris],
    post_logout_redirect_uris: [...(client.postLogoutUris ?? [])],
    token_endpoint_auth_method: client.authentication ?? 'client_secret_post',
    ...(client.backChannelLogoutUri === undefined
      ? {}
      : { backchannel_logout_uri: client.backChannelLogoutUri, backchannel_logout_session_required: true }),
  };
}

/** Everything that the provider remembers, in one map that outlives its rebuilding. */
function mapAdapter(model: string, store: Map<string, AdapterPayload>): Adapter {
  const keyOf = (id: string) => `${model}:${id}`;
  const find = async (test: (payload: AdapterPayload) => boolean) =>
    [...store].find(([name, payload]) => name.startsWith(`${model}:`) && test(payload))?.[1];
  return {
    upsert: async (id, payload) => void store.set(keyOf(id), payload),
    find: async (id) => store.get(keyOf(id)),
    findByUid: (uid) => find((payload) => payload.uid === uid),
    findByUserCode: (userCode) => find((payload) => payload.userCode === userCode),
    consume: async (id) => {
      const payload = store.get(keyOf(id));
      if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000);
    },
    destroy: async (id) => void store.delete(keyOf(id)),
    revokeByGrantId: async (grantId) => {
      for (const [name, payload] of store) if (payload.grantId === grantId) store.delete(name);
    },
  };
}

async function signInPage(
  provider: Provider,
  people: ReadonlyMap<string, ProviderPerson>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method === 'POST') {
    const email = new URLSearchParams(await text(request)).get('email') ?? '';
    const person = people.get(email);
    const result =
      person === undefined
        ? { error: 'access_denied', error_description: 'Nobody has this address.' }
        : { login: { accountId: person.sub } };
    return provider.interactionFinished(request, response, result);
  }
  const fields = '<label>E-mail <input name="email" type="email" required autofocus></label>';
  const form = `<form method="post">${fields} <button>Sign in</button></form>`;
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end(`<!doctype html><html lang="en"><title>Provider</title><h1>Provider</h1>${form}</html>`);
}

async function signOut(provider: Provider, store: Map<string, AdapterPayload>, sub: string): Promise<void> {
  for (const [name, session] of store) {
    if (!name.startsWith('Session:') || session.accountId !== sub) continue;
    store.delete(name);
    for (const [clientId, { sid }] of Object.entries(session.authorizations ?? {})) {
      const client = await provider.Client.find(clientId);
      // Undocumented, and what its own end of session calls.
      const tell: unknown = client?.backchannelLogout;
      if (client?.backchannelLogoutUri !== undefined && typeof tell === 'function') {
        await tell.call(client, sub, sid);
      }
    }
  }
}

function misbehave(how: Exclude<Behaviour, 'normal'>, response: ServerResponse): void {
  if (how === 'hang') return;
  if (how === 'garbage') {
    response.setHeader('content-type', 'text/html');
    response.end('<h1>Welcome to nginx!</h1>');
  } else if (how === 'flood') {
    response.setHeader('content-type', 'application/json');
    const pour = () => {
      while (!response.destroyed && response.write(' '.repeat(64 * 1024)));
    };
    response.on('drain', pour);
    pour();
  } else {
    response.writeHead(302, { location: how.href }).end();
  }
}

async function newKey(): Promise<Key> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { jwk: { ...jwk, kid: crypto.randomUUID(), alg: 'RS256', use: 'sig' }, privateKey };
}

function sign({ header, claims }: Token, { privateKey, jwk }: Key): Promise<string> {
  return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ kid: jwk.kid, ...header })
    .sign(privateKey);
}
