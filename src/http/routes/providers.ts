// Providers: an organization's own sign-in, added and removed by its admins.

import { z } from 'zod';
import { branded, type ProviderId } from '../../core/brand.ts';
import type { Caller } from '../../core/organization/access.ts';
import type { Provider as CoreProvider } from '../../core/organization/provider.ts';
import {
  addProvider,
  listProviders,
  newProvider,
  removeProvider,
  requireFirstOrganization,
} from '../../core/organization/providers.ts';
import { callerFields, logSecurity } from '../../core/organization/security-log.ts';
import { secret } from '../../core/secret.ts';
import { id } from '../contract/common.ts';
import { Provider, ProviderInput } from '../contract/organization.ts';
import { paths } from '../contract/paths.ts';
import type { HttpDeps, HttpSettings } from '../dependencies.ts';
import { bare, memberRoute, type Route } from '../route.ts';

const tag = 'organization';
const params = z.object({ providerId: id.transform((value) => branded<ProviderId>(value)) });

/** The sign-in providers of the caller's organization. */
export function providerRoutes(deps: HttpDeps, settings: HttpSettings): readonly Route[] {
  return [listRoute(deps, settings), addRoute(deps, settings), removeRoute(deps)];
}

function listRoute(deps: HttpDeps, settings: HttpSettings): Route {
  return memberRoute(
    'manage-organization',
    {
      ...bare,
      method: 'get',
      path: paths.providers,
      summary: 'All sign-in providers. Client secrets are never shown.',
      tag,
      answer: { status: 200, description: 'The providers, oldest first.', schema: z.array(Provider) },
    },
    async ({ caller }) => {
      const providers = await listProviders(deps, caller);
      return { json: providers.map((provider) => wireProvider(settings, provider)) };
    },
  );
}

function addRoute(deps: HttpDeps, settings: HttpSettings): Route {
  return memberRoute(
    'manage-organization',
    {
      ...bare,
      body: ProviderInput,
      method: 'post',
      path: paths.providers,
      summary: 'Adds a sign-in provider (OpenID Connect), after asking it for its metadata.',
      tag,
      asksProof: true,
      answer: { status: 201, description: 'The provider.', schema: Provider },
      errors: ['provider-failed', 'conflict'],
    },
    async ({ caller, body: { clientSecret, ...body }, exchange: { peerAddress } }) => {
      await requireMayConnect(deps, settings, caller);
      const provider = newProvider(deps.clock, caller, { ...body, clientSecret: secret(clientSecret) });
      await deps.singleSignOn.check(provider);
      await addProvider(deps, caller, provider);
      const fields = { providerId: provider.id, issuer: provider.issuer, domains: provider.domains };
      logSecurity(deps.log, 'provider-added', { peerAddress, ...callerFields(caller), ...fields });
      return { json: wireProvider(settings, provider) };
    },
  );
}

function removeRoute(deps: HttpDeps): Route {
  return memberRoute(
    'manage-organization',
    {
      ...bare,
      params,
      method: 'delete',
      path: paths.provider('{providerId}'),
      summary: 'Removes a sign-in provider. Sessions that came from it reach nothing from here on.',
      tag,
      asksProof: true,
      answer: { status: 204, description: 'Removed.' },
    },
    async ({ caller, params: { providerId }, exchange: { peerAddress } }) => {
      await removeProvider(deps, caller, { providerId });
      logSecurity(deps.log, 'provider-removed', { peerAddress, ...callerFields(caller), providerId });
      return null;
    },
  );
}

/** Errors: `not-allowed`. */
async function requireMayConnect(
  { records }: HttpDeps,
  { signUpOpen, providersOf = signUpOpen ? 'first-organization' : 'all' }: HttpSettings,
  caller: Caller,
): Promise<void> {
  if (providersOf === 'first-organization') await requireFirstOrganization({ records }, caller);
}

function wireProvider({ publicUrl }: HttpSettings, provider: CoreProvider): z.input<typeof Provider> {
  const { id, name, issuer, clientId, domains, roleClaim, roleByValue, defaultRole, createdAt } = provider;
  return {
    ...{ id, name, issuer, clientId, roleClaim, roleByValue, defaultRole, createdAt },
    domains: [...domains],
    redirectUri: `${publicUrl}${paths.singleSignOnCallback(id)}`,
    backChannelLogoutUri: `${publicUrl}${paths.providerLogout(id)}`,
  };
}
