// Going to an organization's provider, to sign in or to prove anew who one is.

import { VedetteError } from '../../core/errors.ts';
import type { Provider } from '../../core/organization/provider.ts';
import { providerOfEmail } from '../../core/organization/providers.ts';
import { countAttempt } from '../attempts.ts';
import { paths } from '../contract/paths.ts';
import { ReturnQuery, SingleSignOnAnswer, SingleSignOnInput } from '../contract/session.ts';
import type { HttpDeps, HttpSettings } from '../dependencies.ts';
import { isProven } from '../gate.ts';
import { bare, type Exchange, publicRoute, type Route, selfRoute } from '../route.ts';
import { type PendingSignOn, rememberSignOn } from '../sign-on-state.ts';

const tag = 'session';

/** Where this provider sends browsers back to. */
export function signOnRedirectUri(
  { publicUrl }: Pick<HttpSettings, 'publicUrl'>,
  { id }: Pick<Provider, 'id'>,
): string {
  return `${publicUrl.replace(/\/+$/, '')}${paths.singleSignOnCallback(id)}`;
}

/** The first step; the browser brings the second one to the callback. */
export function singleSignOnRoutes(deps: HttpDeps, settings: HttpSettings): readonly Route[] {
  const { records } = deps;
  return [
    publicRoute(
      {
        ...bare,
        query: ReturnQuery,
        body: SingleSignOnInput,
        method: 'post',
        path: paths.singleSignOn,
        summary: 'Where people with this address sign in: at the provider of their organization.',
        tag,
        answer: { status: 200, description: 'Where the browser goes.', schema: SingleSignOnAnswer },
        errors: ['not-found', 'provider-failed', 'too-many-requests'],
      },
      async ({ body: { email }, query: { returnTo }, exchange }) => {
        await countAttempt(deps, 'single-sign-on', exchange.peerAddress);
        const provider = await providerOfEmail(deps, email);
        if (provider === null) {
          throw new VedetteError(
            'not-found',
            'No organization signs its people in by this address. Use a password.',
          );
        }
        const linkOf = await ownSession(deps, exchange.request);
        return begin({ deps, settings, exchange }, provider, { returnTo, proofOf: null, linkOf });
      },
    ),
    selfRoute(
      {
        ...bare,
        query: ReturnQuery,
        method: 'post',
        path: paths.singleSignOnProof,
        summary:
          'Where the person of this session proves anew who they are: at the provider that it came from.',
        tag,
        answer: { status: 200, description: 'Where the browser goes.', schema: SingleSignOnAnswer },
        errors: ['not-found', 'provider-failed', 'too-many-requests'],
      },
      async ({ query: { returnTo }, signedIn: { session }, exchange }) => {
        await countAttempt(deps, 'single-sign-on', exchange.peerAddress);
        const provider =
          session.providerId === null ? null : await records.providers.find(session.providerId);
        if (provider === null) {
          throw new VedetteError(
            'not-found',
            'This session came from no provider. Prove it with your password.',
          );
        }
        return begin({ deps, settings, exchange }, provider, { returnTo, proofOf: session.id, linkOf: null });
      },
    ),
  ];
}

/** The session of somebody who signed in with the account itself and proved it lately; null for everybody else. */
export async function ownSession(
  { identity, clock }: Pick<HttpDeps, 'identity' | 'clock'>,
  { headers }: Request,
): Promise<string | null> {
  const found = await identity.session(headers);
  if (found === null || found.session.providerId !== null) return null;
  return isProven(found, clock) ? found.session.id : null;
}

async function begin(
  { deps, settings, exchange }: { deps: HttpDeps; settings: HttpSettings; exchange: Exchange },
  provider: Provider,
  { returnTo, proofOf, linkOf }: Pick<PendingSignOn, 'returnTo' | 'proofOf' | 'linkOf'>,
) {
  const { cache, records, singleSignOn } = deps;
  const redirectUri = signOnRedirectUri(settings, provider);
  const { url, state } = await singleSignOn.begin(provider, { redirectUri, again: proofOf !== null });
  const pending = { providerId: provider.id, state, returnTo, proofOf, linkOf };
  const cookie = await rememberSignOn(cache, exchange.request, pending, settings.publicUrl);
  const organization = await records.organizations.find(provider.organizationId);
  return {
    json: { url, provider: provider.name, organization: organization?.name ?? '' },
    headers: new Headers({ 'set-cookie': cookie }),
  };
}
