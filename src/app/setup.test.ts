// The setup link of several processes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryCache } from '../adapters/memory/cache.ts';
import { manualClock } from '../adapters/memory/clock.ts';
import { silentLog } from '../core/ports/log.ts';
import { openSetup } from './setup.ts';

test('as long as one process runs, its link is that of all, however many days nobody uses it', async (t) => {
  const clock = manualClock(0);
  const cache = memoryCache({ clock });
  let organizations = 0;
  const records = { organizations: { count: async () => organizations } };
  const open = async () => {
    const setup = await openSetup({ records, clock, log: silentLog, shared: cache });
    t.after(() => setup.stop());
    return setup;
  };
  const first = await open();
  for (let hour = 0; hour < 50; hour += 1) await clock.advance(3_600_000);
  const second = await open();
  assert.equal(second.token, first.token);
  assert.equal(second.checkToken(first.token ?? ''), true);
  organizations = 1;
  for (let hour = 0; hour < 30; hour += 1) await clock.advance(3_600_000);
  assert.equal((await open()).token, null);
  assert.equal(await cache.get('setup-token'), null, 'nobody keeps it once somebody was set up');
});
