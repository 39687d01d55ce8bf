// Arming a site, its history, its schedule, and cameras it is armed without.

import { z } from 'zod';
import { branded, type CameraId, type SiteId } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import { type Caller, ownedSite } from '../../core/organization/access.ts';
import { callerFields, logSecurity } from '../../core/organization/security-log.ts';
import { armSite } from '../../core/site/arming.ts';
import { type ArmingLine as CoreLine, armingHistory, namesOfArmers } from '../../core/site/arming-history.ts';
import { bypassCamera, endBypass } from '../../core/site/bypass.ts';
import { findSchedule, setSchedule } from '../../core/site/plan-schedule.ts';
import type { ArmedBy } from '../../core/site/site.ts';
import { id } from '../contract/common.ts';
import { paths } from '../contract/paths.ts';
import {
  ArmingHistoryQuery,
  ArmingInput,
  ArmingLine,
  BypassInput,
  ScheduleInput,
  Site,
  SiteSchedule,
} from '../contract/sites.ts';
import type { HttpDeps } from '../dependencies.ts';
import { bare, memberRoute, type Route } from '../route.ts';
import { wireSite } from './sites.ts';

const tag = 'sites';
const params = z.object({ siteId: id.transform((value) => branded<SiteId>(value)) });
const cameraParams = params.extend({ cameraId: id.transform((value) => branded<CameraId>(value)) });
const site = { status: 200, description: 'The site.', schema: Site } as const;

/** What arms and disarms, and what was armed. */
export function armingRoutes(deps: HttpDeps): readonly Route[] {
  return [armRoute(deps), historyRoute(deps), ...scheduleRoutes(deps), ...bypassRoutes(deps)];
}

function armRoute(deps: HttpDeps): Route {
  return memberRoute(
    'arm',
    {
      ...bare,
      params,
      body: ArmingInput,
      method: 'put',
      path: paths.arming('{siteId}'),
      summary: 'Arms or disarms a site, after its exit delay or now.',
      tag,
      answer: site,
    },
    async ({ caller, params: { siteId }, body, exchange: { peerAddress } }) => {
      const { arming } = body;
      const order = {
        siteId,
        arming,
        by: armerOf(caller),
        now: body.now ?? false,
        bypass: (body.bypass ?? []).map((cameraId) => branded<CameraId>(cameraId)),
      };
      const { site, before } = await armSite(deps, caller, order);
      if (before !== arming) {
        const fields = { peerAddress, ...callerFields(caller), siteId, arming, before };
        logSecurity(deps.log, 'arming-changed', fields);
      }
      return { json: await wireSite(deps, site) };
    },
  );
}

function historyRoute(deps: HttpDeps): Route {
  return memberRoute(
    'view',
    {
      ...bare,
      params,
      query: ArmingHistoryQuery,
      method: 'get',
      path: paths.armingHistory('{siteId}'),
      summary: 'Who armed and disarmed a site, and when; cameras that were bypassed; who came in.',
      tag,
      answer: { status: 200, description: 'Newest first; `before` pages on.', schema: z.array(ArmingLine) },
    },
    async ({ caller, params: { siteId }, query: { before, limit } }) => {
      const at = before === undefined ? {} : { before: branded<CoreLine['at']>(before) };
      const [lines, nameOf] = await Promise.all([
        armingHistory(deps, caller, { siteId, limit, ...at }),
        namesOfArmers(deps, caller),
      ]);
      return { json: lines.map((line) => lineOf(line, nameOf)) };
    },
  );
}

function scheduleRoutes(deps: HttpDeps): readonly Route[] {
  const path = paths.schedule('{siteId}');
  const answer = { status: 200, description: 'The schedule.', schema: SiteSchedule } as const;
  const shown = async (caller: Caller, siteId: SiteId) => {
    const { site, schedule, next } = await findSchedule(deps, caller, siteId);
    return { json: { timeZone: site.timeZone, schedule, nextEdge: next } };
  };
  return [
    memberRoute(
      'view',
      { ...bare, params, method: 'get', path, summary: 'When a site is armed by itself.', tag, answer },
      async ({ caller, params: { siteId } }) => shown(caller, siteId),
    ),
    memberRoute(
      'arm',
      {
        ...bare,
        params,
        body: ScheduleInput,
        method: 'put',
        path,
        summary: 'Sets when a site is armed by itself; an empty schedule ends that.',
        tag,
        answer,
      },
      async ({ caller, params: { siteId }, body, exchange: { peerAddress } }) => {
        await setSchedule(deps, caller, { siteId, ...body });
        logSecurity(deps.log, 'schedule-changed', { peerAddress, ...callerFields(caller), siteId });
        return shown(caller, siteId);
      },
    ),
  ];
}

function bypassRoutes(deps: HttpDeps): readonly Route[] {
  const path = paths.bypass('{siteId}', '{cameraId}');
  const shown = async (caller: Caller, siteId: SiteId) => ({
    json: await wireSite(deps, ownedSite(await deps.records.sites.find(siteId), caller)),
  });
  return [
    memberRoute(
      'arm',
      {
        ...bare,
        params: cameraParams,
        body: BypassInput,
        method: 'put',
        path,
        summary: 'Keeps a camera from alarming until the site is disarmed, or until a time.',
        tag,
        answer: site,
      },
      async ({ caller, params: { siteId, cameraId }, body, exchange: { peerAddress } }) => {
        const until = body.until === null ? null : branded<CoreLine['at']>(body.until);
        await bypassCamera(deps, caller, { siteId, cameraId, until, by: armerOf(caller) });
        const fields = { peerAddress, ...callerFields(caller), siteId, cameraId, bypassed: true };
        logSecurity(deps.log, 'bypass-changed', fields);
        return shown(caller, siteId);
      },
    ),
    memberRoute(
      'arm',
      {
        ...bare,
        params: cameraParams,
        method: 'delete',
        path,
        summary: 'Lets a bypassed camera alarm again.',
        tag,
        answer: site,
      },
      async ({ caller, params: { siteId, cameraId }, exchange: { peerAddress } }) => {
        await endBypass(deps, caller, { siteId, cameraId, by: armerOf(caller) });
        const fields = { peerAddress, ...callerFields(caller), siteId, cameraId, bypassed: false };
        logSecurity(deps.log, 'bypass-changed', fields);
        return shown(caller, siteId);
      },
    ),
  ];
}

/** Who calls, as the one who arms. */
function armerOf({ member, accessKeyId }: Caller): ArmedBy {
  if (member !== null) return { kind: 'member', memberId: member.id };
  if (accessKeyId === null) throw new VedetteError('not-allowed');
  return { kind: 'access-key', accessKeyId };
}

function lineOf(line: CoreLine, nameOf: (by: ArmedBy) => string | null): z.input<typeof ArmingLine> {
  const shown = (by: ArmedBy) => ({
    kind: by.kind,
    id: by.kind === 'member' ? by.memberId : by.kind === 'access-key' ? by.accessKeyId : null,
    name: nameOf(by),
  });
  const maybeShown = (by: ArmedBy | null) => (by === null ? null : shown(by));
  switch (line.kind) {
    case 'arming':
      return { ...line.change, kind: 'arming', at: line.at, by: shown(line.change.by) };
    case 'bypass': {
      const { cameraId, until, endedAt, endedBy, by } = line.bypass;
      const ended = { endedAt, endedBy: maybeShown(endedBy) };
      return { kind: 'bypass', at: line.at, by: shown(by), cameraId, until, ...ended };
    }
    case 'entry': {
      const { dueAt, state, endedAt, endedBy, incidentId } = line.entry;
      return { kind: 'entry', at: line.at, dueAt, state, endedAt, endedBy: maybeShown(endedBy), incidentId };
    }
  }
}
