// Who is who in a house: accounts, providers and letters, opened the same way by the server and by commands.

import { type IdentityProvider, openIdentity } from '../../adapters/better-auth/identity.ts';
import { openIdConnect } from '../../adapters/openid/single-sign-on.ts';
import { guardedFetch } from '../../adapters/outbound/fetch.ts';
import { smtpMailer } from '../../adapters/smtp/mailer.ts';
import type { Keys } from '../../core/ports/keys.ts';
import type { Mailer } from '../../core/ports/mailer.ts';
import type { SingleSignOn } from '../../core/ports/single-sign-on.ts';
import { type Secret, secret } from '../../core/secret.ts';
import type { Settings } from '../settings.ts';
import type { House } from './house.ts';

const dayMs = 86_400_000;

export interface People extends IdentityProvider {
  readonly singleSignOn: SingleSignOn;
  /** Null where no mail server is set. */
  readonly mailer: Mailer | null;
}

/** `publicUrl` is where people reach this installation. */
export async function openPeople(house: House, settings: Settings, publicUrl: string): Promise<People> {
  const { database, keys, clock, log, cache, shared } = house;
  const identity = await openIdentity({
    database: database.kysely,
    engine: database.engine,
    exclusively: database.exclusively,
    baseUrl: publicUrl,
    secret: await sessionSecret(keys),
    log,
    clock,
    ...(shared === null ? {} : { sharedCache: cache }),
    idleTimeoutMs: settings.VEDETTE_SESSION_IDLE_DAYS * dayMs,
    absoluteTimeoutMs: settings.VEDETTE_SESSION_MAX_DAYS * dayMs,
  });
  const allowPrivateHosts = settings.VEDETTE_ALLOW_PRIVATE_PROVIDERS;
  const fetch = guardedFetch({ allowPrivateAddresses: allowPrivateHosts });
  return {
    ...identity,
    singleSignOn: openIdConnect({ clock, log, fetch, allowPrivateHosts }),
    mailer: smtpMailer({ url: settings.VEDETTE_SMTP_URL ?? null, from: settings.VEDETTE_MAIL_FROM, log }),
  };
}

/** Deterministic by RFC 8032, so sessions outlive a restart, and only who has the keys can make it. */
export async function sessionSecret(keys: Pick<Keys, 'sign'>): Promise<Secret> {
  return secret((await keys.sign(new TextEncoder().encode('vedette session secret'))).toHex());
}

/** How people reach this installation, without a slash at its end. */
export function publicUrlOf(settings: Settings): string {
  return (settings.VEDETTE_PUBLIC_URL ?? `http://localhost:${settings.VEDETTE_PORT}`).replace(/\/+$/, '');
}
