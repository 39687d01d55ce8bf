// What becomes of accepted images where something fails: none is lost, none is doubled, and none holds up another.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answer, codeOf, integrator, takeIn } from '../../test/houses/integrator.ts';
import { exif, smallJpeg } from '../../test/houses/stills.ts';
import { VedetteError } from '../core/errors.ts';
import { maxImageBytes } from '../core/image/pushed-image.ts';
import { startIngest } from '../workers/ingest.ts';
import { PushedReceipt } from './contract/images.ts';

test('what can never be opened is dropped, and holds up nobody behind it', async (t) => {
  const { house, push, status } = await integrator();
  const { deps } = house;
  const { inbox } = deps.intake;
  const lost = await answer(PushedReceipt, push(smallJpeg()));
  await deps.keys.destroyEpoch((await deps.keys.rotate()) - 1);
  const headers = { about: 'of somebody else', key: '' };
  await inbox.put({ id: 'foreign', headers, body: new Uint8Array(1) });
  // The next hour has a key of its own.
  await deps.clock.advance(3_600_000);
  const put = inbox.put.bind(inbox);
  const damaging = t.mock.method(inbox, 'put', (item: Parameters<typeof put>[0]) =>
    put({ ...item, body: item.body.with(-1, (item.body.at(-1) ?? 0) ^ 1) }),
  );
  assert.equal((await push(smallJpeg())).status, 202);
  damaging.mock.restore();
  const { id } = await answer(PushedReceipt, push(smallJpeg()));
  const worker = startIngest({ ...deps, ...deps.intake });
  t.after(() => worker.stop());
  for (let turn = 0; turn < 1_000 && (await inbox.backlog()) > 0; turn += 1) await deps.clock.advance(10);
  assert.equal(await inbox.backlog(), 0);
  assert.deepEqual([(await status(id)).state, (await status(lost.id)).state], ['stored', 'received']);
});

test('however many large images wait, only some are held in memory at a time', async (t) => {
  const { house, push } = await integrator();
  const image = new Uint8Array(maxImageBytes);
  image.set(smallJpeg());
  for (let sent = 0; sent < 5; sent += 1) assert.equal((await push(image)).status, 202);
  const { inbox } = house.deps.intake;
  let [held, most, done] = [0, 0, 0];
  const consume: typeof inbox.consume = (options, handler) =>
    inbox.consume(options, async (item, signal) => {
      let own = 0;
      const read = async () => {
        own = item.sizeBytes;
        held += own;
        most = Math.max(most, held);
        return item.read();
      };
      await handler({ ...item, read }, signal);
      held -= own;
      done += 1;
    });
  const worker = startIngest({ ...house.deps, ...house.deps.intake, inbox: { consume } });
  t.after(() => worker.stop());
  while (done < 5) await house.deps.clock.advance(10);
  assert.ok(most >= maxImageBytes && most <= 4 * maxImageBytes, `${most} bytes`);
});

test('sixteen who send the same image with one key are given one image', async (t) => {
  const { house, siteId, push } = await integrator();
  const query = `?siteId=${siteId}&camera=Once`;
  const again = { 'idempotency-key': '"8e03978e-40d5-43e8-bc93-6894a57f9324"' };
  const responses = await Promise.all(Array.from({ length: 16 }, () => push(smallJpeg(), query, again)));
  const answers = await Promise.all(responses.map((response) => answer(PushedReceipt, response)));
  assert.equal(new Set(answers.map(({ id }) => id)).size, 1);
  await takeIn(t, house);
  assert.equal((await house.deps.records.pushedImages.page(null, 100)).length, 1);
  const other = await push(smallJpeg([exif(3)]), query, again);
  assert.deepEqual([other.status, await codeOf(other)], [422, 'idempotency-mismatch']);
  const elsewhere = await push(smallJpeg(), `?siteId=${siteId}&camera=Other`, again);
  assert.equal(elsewhere.status, 422);
  assert.deepEqual(await answer(PushedReceipt, push(smallJpeg(), query, again)), answers[0]);
  await takeIn(t, house);
  assert.equal((await house.deps.records.pushedImages.page(null, 100)).length, 1);
});

test('an image whose answer was lost is stored when it is sent again, though the inbox failed before', async (t) => {
  const { house, push } = await integrator();
  const { inbox } = house.deps.intake;
  const again = { 'idempotency-key': 'k1' };
  const put = t.mock.method(inbox, 'put', async () => {
    throw new Error('Down.');
  });
  assert.equal((await push(smallJpeg(), undefined, again)).status, 500);
  put.mock.restore();
  assert.equal((await push(smallJpeg(), undefined, again)).status, 202);
  await takeIn(t, house);
  assert.equal((await house.deps.records.pushedImages.page(null, 100)).length, 1);
});

test('when too much waits, the next image is refused with the time to try again', async (t) => {
  const { house, push } = await integrator({ maxBacklog: 2 });
  assert.equal((await push(smallJpeg())).status, 202);
  assert.equal((await push(smallJpeg())).status, 202);
  const refused = await push(smallJpeg());
  assert.deepEqual([refused.status, await codeOf(refused)], [503, 'intake-busy']);
  assert.equal(refused.headers.get('retry-after'), '10');
  await takeIn(t, house);
  await house.deps.clock.advance(2_000);
  assert.equal((await push(smallJpeg())).status, 202);
});

test('an image that is durable is accepted, though nothing can be noted of it', async (t) => {
  const { house, push, status } = await integrator();
  const set = t.mock.method(house.deps.cache, 'set', async () => {
    throw new VedetteError('cache-unavailable');
  });
  const { id } = await answer(PushedReceipt, push(smallJpeg()));
  set.mock.restore();
  await takeIn(t, house);
  assert.equal((await status(id)).state, 'stored');
});

test('who cannot see how much waits does not refuse images for ever', async (t) => {
  const { house, push } = await integrator({ maxBacklog: 2 });
  const { clock } = house.deps;
  const blind = t.mock.method(house.deps.intake.inbox, 'backlog', async () => {
    throw new VedetteError('queue-refused');
  });
  for (const status of [202, 202, 503]) assert.equal((await push(smallJpeg())).status, status);
  await clock.advance(2_000);
  assert.equal((await push(smallJpeg())).status, 202);
  blind.mock.restore();
});
