// A site for tests.

import type { Site } from '../../src/http/contract/sites.ts';

/** One that is disarmed, without delays; `change` says what else it is. */
export function testSite(change: Partial<Site> = {}): Site {
  return {
    id: 'a',
    name: 'Home',
    timeZone: 'UTC',
    arming: 'disarmed',
    armingChangedAt: 1,
    armsAt: null,
    armingBefore: 'disarmed',
    entry: null,
    bypasses: [],
    nextEdge: null,
    exitDelaySeconds: 0,
    entryDelaySeconds: 0,
    armByMqtt: false,
    pushedDays: null,
    mostPushedDays: 7,
    openIncidents: 0,
    ...change,
  };
}
