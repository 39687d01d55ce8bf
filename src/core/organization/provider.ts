// A provider is an organization's own sign-in: an OpenID Connect issuer that knows its people.

import type { EpochMs, OrganizationId, ProviderId } from '../brand.ts';
import type { Secret } from '../secret.ts';
import type { Role } from './organization.ts';

export interface Provider {
  readonly id: ProviderId;
  readonly organizationId: OrganizationId;
  /** What people know it by: "Acme Entra". */
  readonly name: string;
  /** As in its discovery document (OpenID Connect Discovery 1.0 §3). */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** E-mail domains whose people sign in here, in lower case; a domain belongs to one provider of the installation. */
  readonly domains: readonly string[];
  /** Claim of the ID token that names the role; null gives everybody `defaultRole`. */
  readonly roleClaim: string | null;
  /** Value of the claim → role; what is not named has `defaultRole`. */
  readonly roleByValue: Readonly<Record<string, Role>>;
  /** Role of who comes for the first time; null lets only members in that exist already. */
  readonly defaultRole: Role | null;
  readonly createdAt: EpochMs;
}
