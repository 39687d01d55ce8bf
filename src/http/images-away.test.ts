// Pushed images while what they wait in is away: refused before anything of them is read, and said to people.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answer, codeOf, integrator } from '../../test/houses/integrator.ts';
import { smallJpeg } from '../../test/houses/stills.ts';
import { manualClock } from '../adapters/memory/clock.ts';
import { breaker } from '../core/breaker.ts';
import { VedetteError } from '../core/errors.ts';
import { degradedModes } from '../core/standing.ts';
import { paths } from './contract/paths.ts';
import { StandingAnswer } from './contract/standing.ts';
import { healthPaths } from './routes/health.ts';

for (const [name, code] of [
  ['queue', 'queue-unavailable'],
  ['cache', 'cache-unavailable'],
] as const) {
  test(`while the ${name} is away an image is refused unread, and pages say so`, async () => {
    const service = { isAway: false };
    const probe = async () => {
      if (service.isAway) throw new VedetteError(code);
    };
    const away = () => new VedetteError(code);
    const limits = { failures: 1, timeoutMs: 1_000, restMs: 0, isFailure: () => true };
    const guard = breaker({ clock: manualClock(0), ...limits, away });
    const { house, push, key, siteId } = await integrator({
      standing: [{ name, breaker: guard, probe, alsoDegrades: ['images-refused'] }],
    });
    const looked = async () => {
      await house.deps.clock.advance(2_000);
      return (await house.call('GET', healthPaths.ready)).text();
    };
    assert.doesNotMatch(await looked(), /images-refused/);
    assert.equal((await push(smallJpeg())).status, 202);

    service.isAway = true;
    assert.match(await looked(), /images-refused/);
    const { degraded } = await answer(StandingAnswer, house.call('GET', paths.standing));
    assert.ok(degraded.some(({ sentence }) => sentence === degradedModes['images-refused']));
    let isRead = false;
    const pull = (controller: ReadableStreamDefaultController) => {
      isRead = true;
      controller.enqueue(smallJpeg());
      controller.close();
    };
    const refused = await house.http.fetch(
      new Request(`http://localhost:8080${paths.images}?siteId=${siteId}`, {
        method: 'POST',
        headers: { host: 'localhost:8080', authorization: `Bearer ${key}`, 'content-type': 'image/jpeg' },
        body: new ReadableStream({ pull }, { highWaterMark: 0 }),
        duplex: 'half',
      }),
    );
    assert.deepEqual([refused.status, await codeOf(refused)], [503, code]);
    assert.equal(refused.headers.get('retry-after'), '5');
    assert.ok(!isRead, 'a body was read that nobody takes');

    service.isAway = false;
    assert.doesNotMatch(await looked(), /images-refused/);
    assert.equal((await push(smallJpeg())).status, 202);
  });
}

test('where everything is in one process, a service that stood still for a moment refuses nothing', async () => {
  const service = { isAway: false };
  const probe = async () => {
    if (service.isAway) throw new VedetteError('queue-unavailable');
  };
  const limits = { failures: 1, timeoutMs: 1_000, restMs: 0, isFailure: () => true };
  const away = () => new VedetteError('queue-unavailable');
  const guard = breaker({ clock: manualClock(0), ...limits, away });
  const { house, push } = await integrator({ standing: [{ name: 'queue', breaker: guard, probe }] });
  service.isAway = true;
  await house.deps.clock.advance(2_000);
  const ready = await house.call('GET', healthPaths.ready);
  assert.match(await ready.text(), /"queue":"down"/);
  assert.equal((await push(smallJpeg())).status, 202);
});
