// Every route there is.

import { paths } from '../contract/paths.ts';
import type { HttpDeps, HttpSettings } from '../dependencies.ts';
import { openApiDocument } from '../openapi.ts';
import { bare, publicRoute, type Route } from '../route.ts';
import { accessKeyRoutes } from './access-keys.ts';
import { imageSourceRoutes } from './image-sources.ts';
import { accountRoutes } from './account.ts';
import { accountEmailRoutes } from './account-email.ts';
import { accountPasswordRoutes } from './account-password.ts';
import { accountSessionRoutes } from './account-sessions.ts';
import { automationRoutes } from './automation.ts';
import { armingRoutes } from './arming.ts';
import { cameraRoutes } from './cameras.ts';
import { channelRoutes } from './channels.ts';
import { authorityLetterRoutes } from './authority-letters.ts';
import { clipRoutes } from './clips.ts';
import { deviceEventRoutes } from './device-events.ts';
import { deviceRoutes } from './devices.ts';
import { escalationRoutes } from './escalation.ts';
import { footageRoutes } from './footage.ts';
import { healthRoutes } from './health.ts';
import { imageViewRoutes } from './image-views.ts';
import { imageRoutes } from './images.ts';
import { incidentRoutes } from './incidents.ts';
import { invitationRoutes } from './invitations.ts';
import { joiningRoutes } from './joining.ts';
import { liveRoutes } from './live.ts';
import { meRoutes } from './me.ts';
import { metricsRoute } from './metrics.ts';
import { myAlertRoutes } from './my-alerts.ts';
import { myDeviceRoutes } from './my-devices.ts';
import { organizationRoutes } from './organization.ts';
import { passkeySignInRoutes } from './passkey-sign-in.ts';
import { passkeyRoutes } from './passkeys.ts';
import { passwordResetRoutes } from './password-reset.ts';
import { peopleRoutes } from './people.ts';
import { playlistRoutes } from './playlists.ts';
import { proofRoutes } from './proof.ts';
import { providerLogoutRoutes } from './provider-logout.ts';
import { providerRoutes } from './providers.ts';
import { quarantineRoutes } from './quarantine.ts';
import { reportRoutes } from './reports.ts';
import { secondFactorRoutes } from './second-factor.ts';
import { sessionRoutes } from './session.ts';
import { signUpRoutes } from './sign-up.ts';
import { singleSignOnRoutes } from './single-sign-on.ts';
import { singleSignOnCallbackRoutes } from './single-sign-on-callback.ts';
import { siteRoutes } from './sites.ts';
import { suppressionRoutes } from './suppressions.ts';
import { tokenRoutes } from './tokens.ts';
import { welcomeRoutes } from './welcome.ts';
import { zoneRoutes } from './zones.ts';

/** All routes of the server, the description of the API included. */
export function allRoutes(deps: HttpDeps, settings: HttpSettings): readonly Route[] {
  const routes: Route[] = [
    ...welcomeRoutes(deps, settings),
    ...signUpRoutes(deps, settings),
    ...sessionRoutes(deps, settings),
    ...passkeySignInRoutes(deps),
    ...proofRoutes(deps),
    ...singleSignOnRoutes(deps, settings),
    ...singleSignOnCallbackRoutes(deps, settings),
    ...passwordResetRoutes(deps, settings),
    ...meRoutes(deps),
    ...accountRoutes(deps),
    ...accountEmailRoutes(deps, settings),
    ...accountPasswordRoutes(deps),
    ...accountSessionRoutes(deps),
    ...secondFactorRoutes(deps),
    ...passkeyRoutes(deps),
    ...peopleRoutes(deps),
    ...invitationRoutes(deps, settings),
    ...joiningRoutes(deps),
    ...organizationRoutes(deps),
    ...providerRoutes(deps, settings),
    ...providerLogoutRoutes(deps),
    ...accessKeyRoutes(deps),
    ...imageSourceRoutes(deps),
    ...tokenRoutes(deps),
    ...siteRoutes(deps),
    ...armingRoutes(deps),
    ...cameraRoutes(deps),
    ...zoneRoutes(deps),
    ...suppressionRoutes(deps),
    ...playlistRoutes(deps),
    ...footageRoutes(deps),
    ...clipRoutes(deps),
    ...imageRoutes(deps),
    ...imageViewRoutes(deps),
    ...quarantineRoutes(deps),
    ...incidentRoutes(deps),
    ...authorityLetterRoutes(deps),
    ...reportRoutes(deps),
    ...deviceRoutes(deps),
    ...deviceEventRoutes(deps),
    ...automationRoutes(deps, settings),
    ...channelRoutes(deps, settings),
    ...escalationRoutes(deps),
    ...myAlertRoutes(deps, settings),
    ...myDeviceRoutes(deps),
    ...liveRoutes(deps),
    ...healthRoutes(deps),
    metricsRoute(deps, { withoutToken: 'nobody' }),
  ];
  let document: object | null = null;
  const description = publicRoute(
    {
      ...bare,
      method: 'get',
      path: paths.openapi,
      summary: 'This description.',
      tag: 'description',
      answer: { status: 200, description: 'OpenAPI 3.1.', mediaType: 'application/json' },
    },
    async () => {
      document ??= openApiDocument([...routes, description], settings);
      return Response.json(document);
    },
  );
  return [...routes, description];
}
