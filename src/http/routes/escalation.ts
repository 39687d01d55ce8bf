// Escalation chains: of the organization, and of single sites.

import { z } from 'zod';
import { type Addressee, readPeople } from '../../core/alert/audience.ts';
import { type ChainInForce, changeChain, readChain, resetChain } from '../../core/alert/chains.ts';
import { isOnLevel, type Level as CoreLevel } from '../../core/alert/escalation-chain.ts';
import { readAlertReach, usableRung, wants } from '../../core/alert/reach.ts';
import { branded, type MemberId, type SiteId } from '../../core/brand.ts';
import { type Caller, reaches, reachOf } from '../../core/organization/access.ts';
import { callerFields, logSecurity } from '../../core/organization/security-log.ts';
import { id } from '../contract/common.ts';
import { AlertReach, Chain, ChainInput, type Level } from '../contract/escalation.ts';
import { paths } from '../contract/paths.ts';
import type { HttpDeps } from '../dependencies.ts';
import { bare, type Exchange, memberRoute, type Route } from '../route.ts';

const tag = 'channels';
const params = z.object({ siteId: id.transform((value) => branded<SiteId>(value)) });
const answer = { status: 200, description: 'The chain in force.', schema: Chain } as const;

/** Who is told after whom. */
export function escalationRoutes(deps: HttpDeps): readonly Route[] {
  return [...organizationRoutes(deps), ...siteRoutes(deps), reachRoute(deps)];
}

function organizationRoutes(deps: HttpDeps): readonly Route[] {
  const place = { ...bare, path: paths.escalation, tag, answer };
  return [
    memberRoute(
      'manage-channels',
      { ...place, method: 'get', summary: 'The escalation chain of sites that have none of their own.' },
      async ({ caller }) => ({
        json: await wireChain(deps, caller, null, await readChain(deps, caller, null)),
      }),
    ),
    memberRoute(
      'manage-channels',
      {
        ...place,
        body: ChainInput,
        method: 'put',
        summary: 'Sets the escalation chain of sites that have none of their own.',
      },
      ({ caller, body, exchange }) => change(deps, caller, exchange, null, body.levels),
    ),
    memberRoute(
      'manage-channels',
      {
        ...place,
        method: 'delete',
        asksProof: true,
        summary: 'Goes back to the escalation chain of the beginning.',
      },
      async ({ caller }) => ({
        json: await wireChain(deps, caller, null, await resetChain(deps, caller, null)),
      }),
    ),
  ];
}

function siteRoutes(deps: HttpDeps): readonly Route[] {
  const place = { ...bare, params, path: paths.siteEscalation('{siteId}'), tag, answer };
  return [
    memberRoute(
      'manage-channels',
      { ...place, method: 'get', summary: 'The escalation chain of a site.' },
      async ({ caller, params: { siteId } }) => ({
        json: await wireChain(deps, caller, siteId, await readChain(deps, caller, siteId)),
      }),
    ),
    memberRoute(
      'manage-channels',
      { ...place, body: ChainInput, method: 'put', summary: 'Gives a site an escalation chain of its own.' },
      ({ caller, params: { siteId }, body, exchange }) => change(deps, caller, exchange, siteId, body.levels),
    ),
    memberRoute(
      'manage-channels',
      {
        ...place,
        method: 'delete',
        asksProof: true,
        summary: 'Has a site follow the chain of the organization again.',
      },
      async ({ caller, params: { siteId } }) => ({
        json: await wireChain(deps, caller, siteId, await resetChain(deps, caller, siteId)),
      }),
    ),
  ];
}

function reachRoute(deps: HttpDeps): Route {
  return memberRoute(
    'view',
    {
      ...bare,
      path: paths.alertReach,
      tag,
      method: 'get',
      summary:
        'Sites at which nobody would be told of an incident, and whether all alerts of the last one failed.',
      answer: { status: 200, description: 'How far alerts reach.', schema: AlertReach },
    },
    async ({ caller }) => {
      const { untoldSiteIds, lastFailed } = await readAlertReach(deps, caller);
      return { json: { untoldSiteIds: [...untoldSiteIds], lastFailed } };
    },
  );
}

async function change(
  deps: HttpDeps,
  caller: Caller,
  { peerAddress }: Exchange,
  siteId: SiteId | null,
  levels: readonly Level[],
): Promise<{ json: z.output<typeof Chain> }> {
  const chain = await changeChain(deps, caller, { siteId, levels: levels.map(coreLevel) });
  logSecurity(deps.log, 'escalation-changed', { peerAddress, ...callerFields(caller), siteId });
  return { json: await wireChain(deps, caller, siteId, chain) };
}

function coreLevel({ afterMs, targets }: Level): CoreLevel {
  return {
    afterMs,
    targets: targets.map((target) =>
      target.kind === 'role' ? target : { kind: 'member', memberId: branded<MemberId>(target.memberId) },
    ),
  };
}

/** The chain with who is on each level now; those of one site only where it is a site's. */
async function wireChain(
  { records, notifiers }: HttpDeps,
  { organizationId }: Caller,
  siteId: SiteId | null,
  { levels, from }: ChainInForce,
): Promise<z.output<typeof Chain>> {
  const everybody = await readPeople(records, organizationId);
  const people = everybody.filter(
    ({ member }) => siteId === null || reaches({ reach: reachOf(member) }, siteId),
  );
  return {
    from,
    levels: levels.map(({ afterMs, targets }) => ({
      afterMs,
      targets: targets.map((target) => ({ ...target })),
      people: people
        .filter(({ member }) => isOnLevel({ afterMs, targets }, member))
        .map((person) => wirePerson(person, notifiers, siteId)),
    })),
  };
}

/** What this program cannot use reaches nobody; nor is anybody told of a site that they did not choose. */
function wirePerson(person: Addressee, notifiers: HttpDeps['notifiers'], siteId: SiteId | null) {
  const { id, name } = person.member;
  const isWanted = siteId === null || wants(person, siteId);
  return { id, name, over: isWanted ? (usableRung(person, notifiers)?.kind ?? null) : null };
}
