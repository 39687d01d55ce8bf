// My alerts: what I want to be told, over what, and a test of it.

import { testPersonal } from '../../core/alert/test-personal.ts';
import { changeWishes, readWishes } from '../../core/alert/wishes.ts';
import { branded, type SiteId } from '../../core/brand.ts';
import { person } from '../../core/organization/access.ts';
import { callerFields, logSecurity } from '../../core/organization/security-log.ts';
import { ChannelTestResult } from '../contract/channels.ts';
import { MyAlerts, PersonalTestInput, Wishes } from '../contract/my-alerts.ts';
import { paths } from '../contract/paths.ts';
import type { HttpDeps, HttpSettings } from '../dependencies.ts';
import { requireFewTests } from '../few-tests.ts';
import { personalTests, testAlertTimeoutMs } from '../limits.ts';
import { bare, memberRoute, type Route } from '../route.ts';
import { within } from '../within.ts';
import { myAlertsOf } from './my-alerts-wire.ts';

const tag = 'my alerts';

/** What I am told. */
export function myAlertRoutes(deps: HttpDeps, settings: HttpSettings): readonly Route[] {
  return [
    memberRoute(
      'be-alerted',
      {
        ...bare,
        method: 'get',
        path: paths.myAlerts,
        summary: 'What I want to be told, when, and over what it would reach me.',
        tag,
        answer: { status: 200, description: 'My alerts.', schema: MyAlerts },
      },
      async ({ caller }) => {
        const member = person(caller);
        return { json: await myAlertsOf(deps, member, await readWishes(deps, member)) };
      },
    ),
    memberRoute(
      'be-alerted',
      {
        ...bare,
        body: Wishes,
        method: 'put',
        path: paths.myAlerts,
        summary: 'Says what I want to be told.',
        tag,
        answer: { status: 200, description: 'My alerts as they are now.', schema: MyAlerts },
      },
      async ({ caller, body, exchange: { peerAddress } }) => {
        const member = person(caller);
        const siteIds = body.siteIds?.map((id) => branded<SiteId>(id)) ?? null;
        const wishes = await changeWishes(deps, member, { ...body, siteIds });
        const channels = wishes.channels.join();
        logSecurity(deps.log, 'alerts-changed', { peerAddress, ...callerFields(caller), channels });
        return { json: await myAlertsOf(deps, member, wishes) };
      },
    ),
    testRoute(deps, settings),
  ];
}

function testRoute(deps: HttpDeps, { publicUrl }: HttpSettings): Route {
  return memberRoute(
    'be-alerted',
    {
      ...bare,
      body: PersonalTestInput,
      method: 'post',
      path: paths.myAlertsTest,
      summary: 'Sends me a test now, over one kind of my channels, and says what became of it.',
      tag,
      answer: { status: 200, description: 'What became of it.', schema: ChannelTestResult },
      errors: ['too-many-requests'],
    },
    async ({ caller, body: { kind }, exchange: { signal } }) => {
      const member = person(caller);
      // Enough to set a phone up, too few to annoy anybody.
      await requireFewTests(deps.cache, `alert-tests/${member.userId}`, personalTests);
      const result = await within(deps.clock, testAlertTimeoutMs, signal, (either) =>
        testPersonal(deps, member, { kind, publicUrl, signal: either }),
      );
      const problem = result.outcome === 'failed' ? result.reason : null;
      return { json: { outcome: result.outcome, problem } };
    },
  );
}
