// Who is who in a house: the identity provider, opened the same way by the server and by commands.

import { type IdentityProvider, openIdentity } from '../../adapters/better-auth/identity.ts';
import { secret } from '../../core/secret.ts';
import type { House } from './house.ts';

/** `publicUrl` is where people reach this installation. */
export async function openPeople(house: House, publicUrl: string): Promise<IdentityProvider> {
  const { database, keys, clock, log } = house;
  // Deterministic by RFC 8032, so sessions outlive a restart, and only who has the key file can make it.
  const signed = await keys.sign(new TextEncoder().encode('vedette session secret'));
  return openIdentity({
    database: database.kysely,
    baseUrl: publicUrl,
    secret: secret(signed.toHex()),
    log,
    clock,
  });
}
