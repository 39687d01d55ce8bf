// Issuers: their metadata and keys, read from them and remembered for minutes.

import { createLocalJWKSet, type JWTVerifyGetKey } from 'jose';
import { allowInsecureRequests, customFetch, discovery, type ServerMetadata } from 'openid-client';
import { z } from 'zod';
import type { Clock } from '../../core/ports/clock.ts';
import { explained, providerFailed } from './failure.ts';
import { type ProviderFetch, providerUrl } from './requests.ts';

/** A withdrawn key or a moved address counts no longer than this. */
const rememberedMs = 10 * 60_000;
/** Unknown keys make the issuer be asked again, at most this often: logout tokens come from anybody. */
const unknownKeyPauseMs = 10_000;
/** Issuers in memory. */
const maxIssuers = 1_000;

/** Signatures that only the provider can make. Those with the client secret are none of them. */
export const acceptedAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

const KeySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(200) });

export interface Issuer {
  readonly metadata: ServerMetadata;
  readonly key: JWTVerifyGetKey;
}

export interface Issuers {
  /** As remembered, else as read now. Errors: `provider-failed`. */
  known(issuer: string): Promise<Issuer>;
  /** As read now. Errors: `provider-failed`. */
  anew(issuer: string): Promise<Issuer>;
  /** As read now because a key was not known; null where that was done a moment ago. Errors: `provider-failed`. */
  anewForKey(issuer: string): Promise<Issuer | null>;
}

interface Remembered {
  readonly issuer: Promise<Issuer>;
  readonly readAtMs: number;
}

export interface IssuerOptions {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly fetch: ProviderFetch;
  readonly allowPrivateHosts: boolean;
}

export function openIssuers({ clock, fetch, allowPrivateHosts }: IssuerOptions): Issuers {
  const remembered = new Map<string, Remembered>();
  const askedForKeyMs = new Map<string, number>();

  const anew = (name: string): Promise<Issuer> => {
    const issuer = read(name, { fetch, allowPrivateHosts });
    const entry = { issuer, readAtMs: clock.monotonicMs() };
    remembered.delete(name);
    remembered.set(name, entry);
    // What failed is not remembered; who waits for it is told.
    issuer.catch(() => {
      if (remembered.get(name) === entry) remembered.delete(name);
    });
    const oldest = remembered.keys().next().value;
    if (remembered.size > maxIssuers && oldest !== undefined) {
      remembered.delete(oldest);
      askedForKeyMs.delete(oldest);
    }
    return issuer;
  };

  return {
    anew,
    known: (name) => {
      const entry = remembered.get(name);
      const isFresh = entry !== undefined && clock.monotonicMs() - entry.readAtMs < rememberedMs;
      return isFresh ? entry.issuer : anew(name);
    },
    anewForKey: async (name) => {
      const askedMs = askedForKeyMs.get(name);
      if (askedMs !== undefined && clock.monotonicMs() - askedMs < unknownKeyPauseMs) return null;
      askedForKeyMs.set(name, clock.monotonicMs());
      return anew(name);
    },
  };
}

/** OpenID Connect Discovery 1.0 §4, and the key set that the document names. */
async function read(
  name: string,
  { fetch, allowPrivateHosts }: { fetch: ProviderFetch; allowPrivateHosts: boolean },
): Promise<Issuer> {
  const url = providerUrl(name, allowPrivateHosts);
  try {
    const metadata = await discover(url, fetch);
    requireSameIssuer(metadata.issuer, url);
    const announced = metadata.id_token_signing_alg_values_supported ?? ['RS256'];
    if (!acceptedAlgorithms.some((algorithm) => announced.includes(algorithm))) {
      throw providerFailed(
        `The provider at ${url.host} signs with none of the accepted algorithms. Choose RS256 or ES256 there.`,
      );
    }
    return { metadata, key: await keysAt(metadata.jwks_uri, url, fetch) };
  } catch (error) {
    throw explained(error, url.host);
  }
}

async function discover(url: URL, fetch: ProviderFetch): Promise<ServerMetadata> {
  // Which addresses may be http is decided in `providerFetch`, for each.
  const options = { [customFetch]: fetch, execute: [allowInsecureRequests] };
  try {
    const found = await discovery(url, 'vedette', undefined, undefined, options);
    return structuredClone(found.serverMetadata());
  } catch (error) {
    const told = otherIssuer(error);
    if (told !== null) requireSameIssuer(told, url);
    throw error;
  }
}

/** The issuer of a document that openid-client refused because it is not the one that was asked for. */
function otherIssuer(error: unknown): string | null {
  const Refused = z.object({
    cause: z.object({ attribute: z.literal('issuer'), body: z.object({ issuer: z.string() }) }),
  });
  const { success, data } = Refused.safeParse(error);
  return success ? data.cause.body.issuer : null;
}

function requireSameIssuer(told: string, asked: URL): void {
  if (told.includes('{')) {
    throw providerFailed(
      `The provider at ${asked.host} speaks for all its tenants here. Enter the issuer of your own tenant.`,
    );
  }
  if (URL.parse(told)?.href !== asked.href) {
    const name = URL.canParse(told) && told.length < 300 ? `"${told}"` : 'something else';
    throw providerFailed(
      `The provider at ${asked.host} calls itself ${name}. Enter the issuer exactly as it does.`,
    );
  }
}

async function keysAt(
  address: string | undefined,
  issuer: URL,
  fetch: ProviderFetch,
): Promise<JWTVerifyGetKey> {
  const damaged = `The provider at ${issuer.host} does not publish its keys as it should (jwks_uri).`;
  if (address === undefined) throw providerFailed(damaged);
  const response = await fetch(address, { method: 'GET', headers: { accept: 'application/json' } });
  const answer: unknown = response.status === 200 ? await response.json().catch(() => null) : null;
  const keys = KeySet.safeParse(answer);
  if (!keys.success) throw providerFailed(damaged);
  return createLocalJWKSet(keys.data);
}
