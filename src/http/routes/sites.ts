// Sites and their arming.

import { z } from 'zod';
import { branded, type SiteId } from '../../core/brand.ts';
import { ownedSite } from '../../core/organization/access.ts';
import { callerFields, logSecurity } from '../../core/organization/security-log.ts';
import { armSite } from '../../core/site/arming.ts';
import type { Site as CoreSite } from '../../core/site/site.ts';
import { addSite, changeSite, countOpenIncidents, listSites } from '../../core/site/sites.ts';
import { id } from '../contract/common.ts';
import { paths } from '../contract/paths.ts';
import { ArmingInput, Site, SiteInput } from '../contract/sites.ts';
import type { HttpDeps } from '../dependencies.ts';
import { bare, memberRoute, type Route } from '../route.ts';

const tag = 'sites';
const params = z.object({ siteId: id.transform((value) => branded<SiteId>(value)) });
const answer = { status: 200, description: 'The site.', schema: Site } as const;

/** Sites and their arming. */
export function siteRoutes(deps: HttpDeps): readonly Route[] {
  const { records } = deps;
  const counted = async (site: CoreSite) => ({
    json: { ...site, openIncidents: await countOpenIncidents(deps, site) },
  });
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
      async ({ caller }) => ({ json: await listSites(deps, caller) }),
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
      async ({ caller, body }) => counted(await addSite(deps, caller, body)),
    ),
    memberRoute(
      'manage-sites',
      {
        ...bare,
        params,
        body: SiteInput.partial(),
        method: 'patch',
        path: paths.site('{siteId}'),
        summary: 'Changes the name or the time zone of a site.',
        tag,
        answer,
      },
      async ({ caller, params: { siteId }, body }) => {
        const { name, timeZone } = ownedSite(await records.sites.find(siteId), caller);
        const change = { name: body.name ?? name, timeZone: body.timeZone ?? timeZone };
        return counted(await changeSite(deps, caller, { siteId, ...change }));
      },
    ),
    memberRoute(
      'arm',
      {
        ...bare,
        params,
        body: ArmingInput,
        method: 'put',
        path: paths.arming('{siteId}'),
        summary: 'Arms or disarms a site.',
        tag,
        answer,
      },
      async ({ caller, params: { siteId }, body: { arming }, exchange: { peerAddress } }) => {
        const memberId = caller.member?.id ?? null;
        const { site, before } = await armSite(deps, caller, { siteId, arming, memberId });
        if (before !== arming) {
          const fields = { peerAddress, ...callerFields(caller), siteId, arming, before };
          logSecurity(deps.log, 'arming-changed', fields);
        }
        return counted(site);
      },
    ),
  ];
}
