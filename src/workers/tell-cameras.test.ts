import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { household } from '../../test/houses/rows.ts';
import { inprocessEvents } from '../adapters/inprocess/events.ts';
import { manualClock } from '../adapters/memory/clock.ts';
import { memoryKeys } from '../adapters/memory/keys.ts';
import { openDatabase } from '../adapters/sql/database.ts';
import { sqlRecords } from '../adapters/sql/records.ts';
import { silentLog as log } from '../core/ports/log.ts';
import type { CameraState } from '../core/site/camera.ts';
import { startTellingOfCameras } from './tell-cameras.ts';

async function setUp(t: TestContext) {
  const clock = manualClock();
  const database = await openDatabase({ path: ':memory:', log });
  t.after(() => database.close());
  const records = sqlRecords({ database, keys: memoryKeys(), clock });
  const { camera, organization } = await household(records);
  const events = inprocessEvents({ log });
  const line = { isDeaf: false };
  const isDeaf = () => line.isDeaf;
  const start = () => startTellingOfCameras({ records, events, clock, log, isDeaf });
  const say = async (state: CameraState) => {
    events.publish({
      type: 'camera-status',
      organizationId: organization.id,
      status: {
        ...{ cameraId: camera.id, state, since: clock.now(), problem: null, notice: null, picture: null },
        ...{ framesPerSecond: 0, bitsPerSecond: 0, lastFragmentAt: null, detection: 'running' },
      },
    });
    await clock.advance(10);
  };
  const told = async () =>
    (await records.outgoingEvents.list(100)).map(({ type }) => type.split('.')[2] ?? type);
  return { clock, records, camera, line, start, say, told };
}

test('a camera is told of when it comes and goes, and not for what it says in between', async (t) => {
  const { clock, start, say, told } = await setUp(t);
  const telling = start();
  await clock.advance(0);
  for (const state of ['starting', 'recording', 'recording', 'starting', 'recording'] as const)
    await say(state);
  assert.deepEqual(await told(), ['online']);
  for (const state of ['offline', 'offline', 'starting', 'offline', 'recording'] as const) await say(state);
  assert.deepEqual(await told(), ['online', 'offline', 'online']);
  await telling.stop();
});

test('a restart tells nothing again', async (t) => {
  const { clock, start, say, told } = await setUp(t);
  const first = start();
  await clock.advance(0);
  await say('recording');
  await first.stop();
  const second = start();
  await clock.advance(0);
  await say('recording');
  assert.deepEqual(await told(), ['online']);
  await second.stop();
});

test('a recorder that is not heard of for a minute takes its cameras offline, also one that died before the start', async (t) => {
  const { clock, start, say, told } = await setUp(t);
  const first = start();
  await clock.advance(0);
  await say('recording');
  await clock.advance(59_000);
  assert.deepEqual(await told(), ['online']);
  await clock.advance(11_000);
  assert.deepEqual(await told(), ['online', 'offline']);
  await say('recording');
  await first.stop();
  const second = start();
  await clock.advance(71_000);
  assert.deepEqual(await told(), ['online', 'offline', 'online', 'offline']);
  await second.stop();
});

test('a camera that was removed is told of no more', async (t) => {
  const { clock, records, camera, start, say, told } = await setUp(t);
  const telling = start();
  await clock.advance(0);
  await say('recording');
  await records.cameras.delete(camera.id);
  await clock.advance(120_000);
  assert.deepEqual(await told(), ['online']);
  assert.equal((await records.toldCameras.list()).size, 0);
  await telling.stop();
});

test('while nobody can be heard, nobody is called silent; who stays silent afterwards is', async (t) => {
  const { clock, line, start, say, told } = await setUp(t);
  const telling = start();
  await clock.advance(0);
  await say('recording');
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 10_000) await clock.advance(10_000);
  };
  line.isDeaf = true;
  await pass(600_000);
  line.isDeaf = false;
  await pass(50_000);
  assert.deepEqual(await told(), ['online']);
  await pass(20_000);
  assert.deepEqual(await told(), ['online', 'offline']);
  await telling.stop();
});
