// Sites, and what is set for them.

import { z } from 'zod';
import { branded, type SiteId } from '../../core/brand.ts';
import type { Site as CoreSite } from '../../core/site/site.ts';
import { addSite, changeSite, checkPushedDays, listSites, siteStanding } from '../../core/site/sites.ts';
import { id } from '../contract/common.ts';
import { paths } from '../contract/paths.ts';
import { Site, SiteChange, SiteInput } from '../contract/sites.ts';
import type { HttpDeps } from '../dependencies.ts';
import { bare, memberRoute, type Route } from '../route.ts';

const tag = 'sites';
const params = z.object({ siteId: id.transform((value) => branded<SiteId>(value)) });
const answer = { status: 200, description: 'The site.', schema: Site } as const;

/** Sites: listing, adding, changing. */
export function siteRoutes(deps: HttpDeps): readonly Route[] {
  const shown = async (site: CoreSite) => ({ json: await wireSite(deps, site) });
  return [
    memberRoute(
      'view',
      {
        ...bare,
        method: 'get',
        path: paths.sites,
        summary: 'All sites.',
        tag,
        answer: { status: 200, description: 'The sites.', schema: z.array(Site) },
      },
      async ({ caller }) => {
        const { mostPushedDays } = deps;
        return { json: (await listSites(deps, caller)).map((site) => ({ ...site, mostPushedDays })) };
      },
    ),
    memberRoute(
      'manage-sites',
      {
        ...bare,
        body: SiteInput,
        method: 'post',
        path: paths.sites,
        summary: 'Adds a site.',
        tag,
        answer: { ...answer, status: 201 },
        errors: ['conflict'],
      },
      async ({ caller, body }) => shown(await addSite(deps, caller, body)),
    ),
    memberRoute(
      'manage-sites',
      {
        ...bare,
        params,
        body: SiteChange,
        method: 'patch',
        path: paths.site('{siteId}'),
        summary:
          'Changes the name, the time zone, the delays of a site, whether it is armed by MQTT, or how long pushed images are kept.',
        tag,
        answer,
      },
      async ({ caller, params: { siteId }, body }) => {
        checkPushedDays(body.pushedDays, deps.mostPushedDays);
        return shown(await changeSite(deps, caller, { siteId, ...body }));
      },
    ),
  ];
}

/** A site as it is sent. */
export async function wireSite(deps: HttpDeps, site: CoreSite): Promise<z.input<typeof Site>> {
  const standing = await siteStanding(deps, site);
  return { ...standing, bypasses: [...standing.bypasses], mostPushedDays: deps.mostPushedDays };
}
