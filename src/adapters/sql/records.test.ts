import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { at, camera, channel, household, provider } from '../../../test/houses/rows.ts';
import { planSetUp, setUp } from '../../core/organization/set-up.ts';
import type { Keys } from '../../core/ports/keys.ts';
import { silentLog } from '../../core/ports/log.ts';
import { recordsContract } from '../../core/ports/records.contract.ts';
import type { Records } from '../../core/ports/records.ts';
import { secret } from '../../core/secret.ts';
import { homePolicy } from '../../core/site/camera-policy.ts';
import { addCamera, changeCamera, removeCamera } from '../../core/site/cameras.ts';
import { manualClock } from '../memory/clock.ts';
import { memoryKeys } from '../memory/keys.ts';
import { openDatabase } from './database.ts';
import { sqlRecords } from './records.ts';

const log = silentLog;

async function recordsAt(t: TestContext, path: string, keys = memoryKeys()) {
  const database = await openDatabase({ path, log });
  t.after(() => database.close());
  return { database, records: sqlRecords({ database, keys, clock: manualClock() }) };
}

recordsContract('records on SQLite', async (t) => (await recordsAt(t, ':memory:')).records);

const source = (password: string) =>
  ({
    kind: 'rtsp',
    url: 'rtsp://camera/1',
    substreamUrl: null,
    username: 'admin',
    password: secret(password),
  }) as const;

test('a password is nowhere in the file, and is read again after a restart', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-records-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'vedette.db');
  const keys = memoryKeys();
  const { records, database } = await recordsAt(t, path, keys);
  const { site } = await household(records);
  const gate = camera(site, { source: source('correct horse') });
  await records.cameras.insert(gate);
  await database.close();
  assert.ok((await readFile(path)).includes('rtsp://camera/1'));
  assert.ok(!(await readFile(path)).includes('correct horse'));
  const again = await recordsAt(t, path, keys);
  const found = await again.records.cameras.find(gate.id);
  assert.equal(found?.source.kind === 'rtsp' && found.source.password?.reveal(), 'correct horse');
});

test('channels are listed without a key: who is told of an incident must not wait for them', async (t) => {
  let asked = 0;
  const keys = memoryKeys();
  const unwrap: Keys['unwrap'] = (...given) => {
    asked += 1;
    return keys.unwrap(...given);
  };
  const { records } = await recordsAt(t, ':memory:', { ...keys, unwrap });
  const { organization: of } = await household(records);
  const { id, organizationId, name, createdAt } = channel(of);
  const hook = {
    id,
    organizationId,
    name,
    createdAt,
    kind: 'webhook',
    url: 'https://example.org/h',
  } as const;
  await records.channels.insert({ ...hook, signingSecret: secret('whsec_0123') });
  assert.deepEqual(await records.channels.list(of.id), [hook]);
  assert.equal(asked, 0);
  await records.channels.find(id);
  assert.equal(asked, 1, 'it is opened where something is sent');
});

test("a provider's client secret is nowhere in the file, and its key being gone keeps nobody else out", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-records-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'vedette.db');
  const keys = memoryKeys();
  const { records, database } = await recordsAt(t, path, keys);
  const { organization } = await household(records);
  const lost = provider(organization, { clientSecret: secret('battery staple') });
  await records.providers.insert(lost);
  const epoch = (await keys.rotate()) - 1;
  await records.providers.insert(provider(organization, { createdAt: at(1) }));
  await keys.destroyEpoch(epoch);
  const [first, second] = await records.providers.list(organization.id);
  assert.throws(() => first?.clientSecret.reveal(), { code: 'key-destroyed' });
  assert.equal(second?.clientSecret.reveal(), 'correct horse');
  await database.close();
  const file = await readFile(path);
  assert.ok(file.includes('login.example.org'));
  assert.ok(!file.includes('battery staple') && !file.includes('correct horse'));
});

test('a password whose key is gone fails where it is used, and the other cameras are listed', async (t) => {
  const keys = memoryKeys();
  const { records } = await recordsAt(t, ':memory:', keys);
  const { organization, site } = await household(records);
  await records.cameras.insert(camera(site, { source: source('lost'), createdAt: at(1) }));
  const epoch = (await keys.rotate()) - 1;
  await records.cameras.insert(camera(site, { source: source('kept'), createdAt: at(2) }));
  await keys.destroyEpoch(epoch);
  const [, lost, kept] = await records.cameras.list(organization.id);
  assert.throws(() => lost?.source.kind === 'rtsp' && lost.source.password?.reveal(), {
    code: 'key-destroyed',
  });
  assert.equal(kept?.source.kind === 'rtsp' && kept.source.password?.reveal(), 'kept');
});

test('a password that was moved to another camera does not open', async (t) => {
  const { records, database } = await recordsAt(t, ':memory:');
  const { site } = await household(records);
  const [one, two] = [camera(site, { source: source('one') }), camera(site, { source: source('two') })];
  for (const each of [one, two]) await records.cameras.insert(each);
  const { password } = await database.kysely
    .selectFrom('cameras')
    .select('password')
    .where('id', '=', one.id)
    .executeTakeFirstOrThrow();
  await database.kysely.updateTable('cameras').set({ password }).where('id', '=', two.id).execute();
  const found = await records.cameras.find(two.id);
  assert.throws(() => found?.source.kind === 'rtsp' && found.source.password?.reveal(), {
    code: 'key-unavailable',
  });
});

test('no transaction of setting up, adding or changing a camera waits for the keys', async (t) => {
  let inside = false;
  const keys = memoryKeys();
  const watched: Keys = {
    ...keys,
    wrap: (...input) => (inside ? Promise.reject(new Error('Sealed inside.')) : keys.wrap(...input)),
    unwrap: (...input) => (inside ? Promise.reject(new Error('Unsealed inside.')) : keys.unwrap(...input)),
  };
  const { records: plain } = await recordsAt(t, ':memory:', watched);
  const records: Records = {
    ...plain,
    async transaction(work) {
      inside = true;
      return plain.transaction(work).finally(() => {
        inside = false;
      });
    },
  };
  const events = { publish: () => {}, subscribe: () => () => {} };
  const deps = { records, clock: manualClock(), events, cameraPolicy: homePolicy };
  const input = { kind: 'rtsp', url: 'rtsp://camera/1', substreamUrl: null, username: 'admin' } as const;
  const plan = planSetUp(deps, {
    organizationName: 'Bakery',
    siteName: 'Shop',
    timeZone: 'Europe/Berlin',
    camera: { name: 'Till', source: { ...input, password: 'one' } },
  });
  await setUp(deps, plan, { id: 'ada', name: 'Ada', email: 'ada@example.org' });
  const caller = { organizationId: plan.organization.id, reach: 'every-site' } as const;
  const where = { siteId: plan.site.id };
  const added = await addCamera(deps, caller, {
    ...where,
    name: 'Door',
    source: { ...input, password: 'two' },
  });
  await changeCamera(deps, caller, { cameraId: added.id, source: { ...input, password: 'three' } });
  const revealed = (await records.cameras.list(plan.organization.id)).map(({ source }) =>
    source.kind === 'rtsp' ? source.password?.reveal() : null,
  );
  assert.deepEqual(revealed.toSorted(), ['one', 'three']);
  await removeCamera(deps, caller, { cameraId: added.id });
});
