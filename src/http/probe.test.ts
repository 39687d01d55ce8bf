// The probes of a process that has no pages.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readScrape } from '../../test/houses/figures.ts';
import { meanwhile, openHouse } from '../../test/houses/http.ts';
import { drain } from '../core/drain.ts';
import { secret } from '../core/secret.ts';
import { createProbe } from './probe.ts';
import { healthPaths } from './routes/health.ts';
import { metricsPath } from './routes/metrics.ts';
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
  assert.equal(await asked(metricsPath), 200, 'whoever reaches probes reads figures');

  leaving.begin();
  assert.equal(await asked(healthPaths.ready), 503, 'who is about to stop is not ready');
  assert.equal(await asked(healthPaths.live), 200, 'and lives until it does');
});

test('figures are told while the services hang, and to nobody without the token where one is set', async (t) => {
  const { deps } = await openHouse({ metricsToken: secret('a-token-of-some-length') });
  deps.metrics.ask('queue', () => new Promise(() => {}));
  const probe = createProbe(deps, 'http://localhost');
  t.after(() => probe.stop());
  const asked = (authorization?: string) =>
    probe.fetch(
      new Request(`http://localhost${metricsPath}`, {
        headers: authorization === undefined ? {} : { authorization },
      }),
    );
  for (const shown of [undefined, 'Bearer', 'Bearer a-token', 'Basic a-token-of-some-length'])
    assert.equal((await asked(shown)).status, 401);
  const answer = await meanwhile(deps.clock, asked('bearer a-token-of-some-length'));
  assert.equal(answer.status, 200);
  assert.match(await answer.text(), /^vedette_metrics_unanswered\{question="queue"\} 1$/m);
});

test('requests are counted by the template of their address, and everything else is one', async () => {
  const house = await openHouse({ metricsToken: secret('a-token-of-some-length') });
  const cookie = await house.setUp();
  for (let made = 0; made < 3; made += 1) {
    await house.call('GET', `/api/v1/cameras/nobody-${made}/timeline`, { cookie });
    await house.call('GET', `/nowhere/${made}`);
    await house.call('POST', `/api/v1/nowhere/${made}`);
  }
  await house.call('GET', '/api/v1/me', { headers: { host: 'evil.example' } });
  const headers = { authorization: 'Bearer a-token-of-some-length' };
  const { sum, text } = readScrape(await (await house.call('GET', metricsPath, { headers })).text());
  const requests = 'vedette_http_requests_total';
  assert.equal(sum(requests, { route: '/api/v1/cameras/{cameraId}/timeline', status: '4xx' }), 3);
  // The setup among them is a route; the last is another web site's.
  assert.equal(sum(requests, { route: '(other)' }), 7);
  assert.equal(sum('vedette_http_request_duration_seconds_count', { route: '(other)' }), 7);
  assert.doesNotMatch(text, /nobody-|nowhere|evil/);
});
