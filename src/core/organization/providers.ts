// Providers: adding and removing an organization's own sign-in, and finding the one of an address.

import type { ProviderId } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import { newId } from '../identifiers.ts';
import type { Clock } from '../ports/clock.ts';
import type { Events } from '../ports/events.ts';
import type { Records } from '../ports/records.ts';
import { type Caller, owned, requirePermission } from './access.ts';
import { domainOf } from './address.ts';
import { actor } from './members.ts';
import type { Provider } from './provider.ts';

/** Providers of one organization: one a company that was bought. */
export const maxProviders = 10;

export type ProviderInput = Omit<Provider, 'id' | 'organizationId' | 'createdAt'>;

/** A provider that is not stored yet; what is asked for metadata before it is added. Errors: `request-invalid`. */
export function newProvider(clock: Clock, caller: Caller, input: ProviderInput): Provider {
  if (input.defaultRole === 'admin') {
    const sentence = 'Not everybody can be an admin. Name the admins by a claim.';
    throw new VedetteError('request-invalid', sentence, { fields: { defaultRole: sentence } });
  }
  const domains = [...new Set(input.domains.map((domain) => domain.trim().toLowerCase()))].toSorted();
  if (domains.length === 0 || domains.some((domain) => domainOf(`a@${domain}`) !== domain)) {
    const sentence = 'Name the e-mail domains of your people, such as example.org.';
    throw new VedetteError('request-invalid', sentence, { fields: { domains: sentence } });
  }
  return {
    id: newId<ProviderId>(clock),
    organizationId: caller.organizationId,
    name: input.name,
    issuer: input.issuer,
    clientId: input.clientId,
    clientSecret: input.clientSecret,
    domains,
    roleClaim: input.roleClaim,
    roleByValue: input.roleByValue,
    defaultRole: input.defaultRole,
    createdAt: clock.now(),
  };
}

/** Adds a provider. Errors: `not-allowed`, `conflict` (a domain belongs to another provider, or too many). */
export async function addProvider(
  { records }: { records: Records },
  caller: Caller,
  provider: Provider,
): Promise<Provider> {
  requirePermission(caller, 'manage-organization');
  owned(provider, caller);
  // Keys may be a network away: a transaction must not wait for them.
  await records.providers.seal(provider);
  await records.transaction(async (tx) => {
    await actor(tx, caller, 'manage-organization');
    if ((await tx.providers.count(caller.organizationId)) >= maxProviders) {
      throw new VedetteError('conflict', `An organization has at most ${maxProviders} providers.`);
    }
    await tx.providers.insert(provider);
  });
  return provider;
}

/**
 * Where strangers make organizations, only the first one, of whoever set the installation up, names the domains of its
 * people: whoever names a domain vouches for everybody in it. Errors: `not-allowed`.
 */
export async function requireFirstOrganization(
  { records }: { records: Records },
  { organizationId }: Caller,
): Promise<void> {
  // Ids sort by when they were made.
  const [first] = await records.organizations.page(null, 1);
  if (first?.id === organizationId) return;
  throw new VedetteError(
    'not-allowed',
    'On this server only its operator connects providers, as nobody checks whose an e-mail domain is. Ask the operator.',
  );
}

/** The providers of the caller's organization, oldest first. */
export async function listProviders(
  { records }: { records: Records },
  caller: Caller,
): Promise<readonly Provider[]> {
  requirePermission(caller, 'manage-organization');
  return records.providers.list(caller.organizationId);
}

/** Removes a provider; sessions that came from it reach nothing from here on. Errors: `not-found`, `not-allowed`. */
export async function removeProvider(
  { records, events }: { records: Records; events: Events },
  caller: Caller,
  { providerId }: { providerId: ProviderId },
): Promise<void> {
  requirePermission(caller, 'manage-organization');
  const { organizationId } = caller;
  await records.transaction(async (tx) => {
    await actor(tx, caller, 'manage-organization');
    if ((await tx.providers.organizationOf(providerId)) !== organizationId) {
      throw new VedetteError('not-found');
    }
    await tx.providers.delete(providerId);
  });
  events.publish({ type: 'access-changed', organizationId, memberId: null });
}

/**
 * At the domain of a provider, whosever it is, nobody makes an account of their own: it would be there before the
 * person whom the provider vouches for. Errors: `not-allowed`.
 */
export async function requireNoProvider(deps: { records: Records }, email: string): Promise<void> {
  const provider = await providerOfEmail(deps, email);
  if (provider === null) return;
  throw new VedetteError(
    'not-allowed',
    `People with addresses at ${domainOf(email)} sign in with ${provider.name}, without a password here.`,
  );
}

/** Where the people of this address sign in; null where they have a password here. */
export async function providerOfEmail(
  { records }: { records: Records },
  email: string,
): Promise<Provider | null> {
  const domain = domainOf(email);
  return domain === null ? null : records.providers.findByDomain(domain);
}
