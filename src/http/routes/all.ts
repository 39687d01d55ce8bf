// Every route there is.

import { paths } from '../contract/paths.ts';
import type { HttpDeps, HttpSettings } from '../dependencies.ts';
import { openApiDocument } from '../openapi.ts';
import { bare, publicRoute, type Route } from '../route.ts';
import { cameraRoutes } from './cameras.ts';
import { channelRoutes } from './channels.ts';
import { footageRoutes } from './footage.ts';
import { healthRoutes } from './health.ts';
import { incidentRoutes } from './incidents.ts';
import { liveRoutes } from './live.ts';
import { playlistRoutes } from './playlists.ts';
import { sessionRoutes } from './session.ts';
import { siteRoutes } from './sites.ts';
import { welcomeRoutes } from './welcome.ts';

/** All routes of the server, the description of the API included. */
export function allRoutes(deps: HttpDeps, settings: HttpSettings): readonly Route[] {
  const routes: Route[] = [
    ...welcomeRoutes(deps, settings),
    ...sessionRoutes(deps),
    ...siteRoutes(deps),
    ...cameraRoutes(deps),
    ...playlistRoutes(deps),
    ...footageRoutes(deps),
    ...incidentRoutes(deps),
    ...channelRoutes(deps, settings),
    ...liveRoutes(deps),
    ...healthRoutes(deps),
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
