// The probes of a process that has no pages.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse } from '../../test/houses/http.ts';
import { drain } from '../core/drain.ts';
import { createProbe } from './probe.ts';
import { healthPaths } from './routes/health.ts';
import { listen } from './server.ts';

test('a process without pages answers probes, and nothing else', async (t) => {
  const leaving = drain();
  const { deps } = await openHouse({ leaving });
  const probe = createProbe({ ...deps, drain: leaving }, 'http://localhost');
  const server = await listen(probe, { host: '127.0.0.1', port: 0 });
  t.after(() => server.stop());
  const asked = async (path: string, method = 'GET') =>
    (await fetch(new URL(path, server.url), { method })).status;
  assert.equal(await asked(healthPaths.live), 200);
  assert.equal(await asked(healthPaths.ready), 200);
  for (const path of ['/', '/api/v1/me', '/api/v1/standing', '/setup']) assert.equal(await asked(path), 404);
  assert.equal(await asked(healthPaths.ready, 'POST'), 404);

  leaving.begin();
  assert.equal(await asked(healthPaths.ready), 503, 'who is about to stop is not ready');
  assert.equal(await asked(healthPaths.live), 200, 'and lives until it does');
});
