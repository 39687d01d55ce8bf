import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { sql } from 'kysely';
import { household, id, organization, recording, span } from '../../../test/houses/rows.ts';
import {
  branded,
  type CameraId,
  type EpochMs,
  type IncidentId,
  type MemberId,
  type OrganizationId,
} from '../../core/brand.ts';
import { silentLog } from '../../core/ports/log.ts';
import { manualClock } from '../memory/clock.ts';
import { memoryKeys } from '../memory/keys.ts';
import { type Database, openDatabase } from './database.ts';
import { firstSchema } from './migration-1.ts';
import { peopleSchema } from './migration-2.ts';
import { sqlRecords } from './records.ts';

const log = silentLog;
const records = (database: Database) => sqlRecords({ database, keys: memoryKeys(), clock: manualClock() });

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'vedette-database-'));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** The path of a database with one household in it. */
async function filled(t: TestContext): Promise<string> {
  const path = join(await folder(t), 'vedette.db');
  const database = await openDatabase({ path, log });
  await household(records(database));
  await database.close();
  return path;
}

/** Runs `work` as somebody whom permissions bind. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

test('what was stored is there after a restart, for the eyes of the owner only', async (t) => {
  const path = await filled(t);
  assert.equal((await stat(path)).mode & 0o077, 0);
  const database = await openDatabase({ path, log });
  t.after(() => database.close());
  assert.equal(await records(database).organizations.count(), 1);
  assert.deepEqual(await database.faults(), { problems: [], damagedTables: [] });
});

test('a commit is on the disk when it resolves', async (t) => {
  const database = await openDatabase({ path: join(await folder(t), 'vedette.db'), log });
  t.after(() => database.close());
  const pragma = async (name: string) =>
    Object.values(
      (await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(database.kysely)).rows[0] ?? {},
    );
  assert.deepEqual(await pragma('journal_mode'), ['wal']);
  // 2 is FULL: with NORMAL, a power cut takes the newest commits of a write-ahead log with it.
  assert.deepEqual(await pragma('synchronous'), [2]);
  assert.deepEqual(await pragma('foreign_keys'), [1]);
});

test('a database of version 1 keeps everything when it becomes one of this version', async (t) => {
  const path = join(await folder(t), 'vedette.db');
  const old = new DatabaseSync(path);
  for (const statement of firstSchema) old.exec(statement);
  old.exec(`create table schema_version (id integer primary key, version integer not null);
    insert into schema_version values (1, 1);
    insert into organizations values ('o', 'Bakery', 5);
    insert into members values ('m', 'o', 'ada', 'Ada', 'ada@example.org', 'admin', 6);
    insert into sites values ('s', 'o', 'Shop', 'UTC', 'disarmed', 5, 5);
    insert into tracks values ('t', 'c', 'person', 10, 20, 0.5, 0.1, 0.2, 0.3, 0.4);`);
  old.close();
  const database = await openDatabase({ path, log });
  t.after(() => database.close());
  const { organizations, members, sites, tracks } = records(database);
  const organizationId = branded<OrganizationId>('o');
  assert.deepEqual(await organizations.find(organizationId), {
    id: 'o',
    name: 'Bakery',
    createdAt: 5,
    policy: { requireSecondFactor: false },
  });
  const span = { startAt: branded<EpochMs>(0), endAt: branded<EpochMs>(99) };
  const [seen] = await tracks.list(branded<CameraId>('c'), span);
  assert.deepEqual([seen?.endAt, seen?.paths], [20, []], 'nobody noted where it went');
  const ada = await members.find(branded<MemberId>('m'));
  assert.deepEqual(ada, {
    id: 'm',
    organizationId: 'o',
    userId: 'ada',
    name: 'Ada',
    email: 'ada@example.org',
    phone: null,
    role: 'admin',
    siteIds: [],
    createdAt: 6,
    lastSeenAt: null,
  });
  const [shop] = await sites.list(organizationId);
  await members.update(branded<MemberId>('m'), { role: 'owner', siteIds: [shop?.id ?? id()] });
  assert.deepEqual((await members.find(branded<MemberId>('m')))?.siteIds, ['s']);
  assert.deepEqual(await database.faults(), { problems: [], damagedTables: [] });
  // Brought up to date once: opening it again changes nothing.
  await database.close();
  const again = await openDatabase({ path, log });
  t.after(() => again.close());
  assert.equal((await records(again).members.list(organizationId)).length, 1);
});

test('who asked for alerts by e-mail goes on to get them at once, and who did not gets none', async (t) => {
  const path = join(await folder(t), 'vedette.db');
  const old = new DatabaseSync(path);
  for (const statement of [...firstSchema, ...peopleSchema]) old.exec(statement);
  old.exec(`create table schema_version (id integer primary key, version integer not null);
    insert into schema_version values (1, 2);
    insert into organizations values ('o', 'Bakery', 5, 0);
    insert into members (id, organization_id, user_id, name, email, role, created_at, alerts_by_email)
      values ('ada', 'o', 'ada', 'Ada', 'ada@example.org', 'admin', 6, 1),
             ('bob', 'o', 'bob', 'Bob', 'bob@example.org', 'owner', 7, 0);
    insert into channels values ('c', 'o', 'Chat', 'webhook', 'https://a.example', null, 6);
    insert into incidents values ('i', 'o', 's', '["c1"]', 'open', null, 'person', 0.5, 1, 2, null, 2, null);
    insert into incident_cameras values ('i', 'c1');
    insert into alerts values ('a1', 'o', 'i', 'ada', 'delivered', 1, 3, 4, null),
                              ('a2', 'o', 'i', 'c', 'failed', 2, 3, null, 'No answer.');`);
  old.close();
  const database = await openDatabase({ path, log });
  t.after(() => database.close());
  const { preferences, alerts, members, incidents } = records(database);
  assert.equal((await members.list(branded<OrganizationId>('o'))).length, 2);
  const ada = await preferences.find(branded<MemberId>('ada'));
  assert.deepEqual([ada?.channels, ada?.atOnce], [['email'], true]);
  const bob = await preferences.find(branded<MemberId>('bob'));
  assert.deepEqual([bob?.channels, bob?.atOnce], [['push'], false]);
  const ofCamera = {
    organizationId: branded<OrganizationId>('o'),
    cameraId: branded<CameraId>('c1'),
    limit: 9,
  };
  const began = { startAt: branded<EpochMs>(1), endAt: branded<EpochMs>(2) };
  assert.equal((await incidents.list({ ...ofCamera, began })).length, 1);
  const [severe] = await incidents.list({ ...ofCamera, order: 'severity' });
  assert.equal(severe?.id, 'i', 'its severity stands beside its camera');
  const told = await alerts.ofIncident(branded<IncidentId>('i'));
  assert.deepEqual(
    told.map((each) => [each.id, each.memberId, each.kind, each.occasion, each.state]),
    [
      ['a1', 'ada', 'email', 'opened', 'delivered'],
      ['a2', null, 'webhook', 'opened', 'failed'],
    ],
  );
});

test('a database of a newer version is left alone', async (t) => {
  const path = await filled(t);
  const database = await openDatabase({ path, log });
  await database.kysely.updateTable('schema_version').set({ version: 99 }).execute();
  await database.close();
  const before = await readFile(path);
  await assert.rejects(openDatabase({ path, log }), { code: 'data-newer', message: /schema version 99/ });
  assert.deepEqual(await readFile(path), before);
});

test('a file that is no database, or was cut off, is damaged', async (t) => {
  const path = join(await folder(t), 'vedette.db');
  await writeFile(path, 'This is a letter, not a database. '.repeat(100));
  await assert.rejects(openDatabase({ path, log }), { code: 'data-damaged' });
  const cut = await filled(t);
  await truncate(cut, 20_000);
  await assert.rejects(openDatabase({ path: cut, log }), { code: 'data-damaged' });
  const taken = join(await folder(t), 'vedette.db');
  await mkdir(taken);
  await assert.rejects(openDatabase({ path: taken, log }), { code: 'data-damaged' });
});

test('a page that was overwritten is a fault', async (t) => {
  const path = await filled(t);
  const bytes = await readFile(path);
  bytes.fill(0xff, 8 * 4_096, 9 * 4_096);
  await writeFile(path, bytes);
  const database = await openDatabase({ path, log });
  t.after(() => database.close());
  assert.notDeepEqual((await database.faults()).problems, []);
});

/** Overwrites the first page of a table or an index. */
async function overwriteTree(path: string, name: string): Promise<void> {
  const database = await openDatabase({ path, log });
  const { rows } = await sql<{ rootpage: number }>`
    select rootpage from sqlite_schema where name = ${name}`.execute(database.kysely);
  await database.close();
  const page = (rows[0]?.rootpage ?? 0) - 1;
  const bytes = await readFile(path);
  bytes.fill(0xff, page * 4_096, (page + 1) * 4_096);
  await writeFile(path, bytes);
}

test('damage to an index is told from damage to a table, whose name is told', async (t) => {
  for (const [name, damagedTables] of [
    ['cameras_by_organization', []],
    ['gaps', ['gaps']],
  ] as const) {
    const path = await filled(t);
    await overwriteTree(path, name);
    const database = await openDatabase({ path, log, access: 'read-unchanging' });
    t.after(() => database.close());
    const faults = await database.faults();
    assert.notDeepEqual(faults.problems, []);
    assert.deepEqual(faults.damagedTables, damagedTables);
  }
});

test('an index that contradicts its table is a fault, though each is whole', async (t) => {
  const path = await filled(t);
  const raw = new DatabaseSync(path, { defensive: false });
  raw.exec(`pragma writable_schema = on;
    update sqlite_schema set sql = replace(sql, 'created_at', 'name') where name = 'sites_by_organization'`);
  raw.close();
  const again = await openDatabase({ path, log });
  t.after(() => again.close());
  const { problems, damagedTables } = await again.faults();
  assert.match(problems.join(), /sites_by_organization/);
  assert.deepEqual(damagedTables, []);
});

test('opened only to be read, nothing is made, changed or left behind', async (t) => {
  const path = await filled(t);
  const before = await readFile(path);
  const database = await openDatabase({ path, log, access: 'read-unchanging' });
  assert.equal(await records(database).organizations.count(), 1);
  await assert.rejects(records(database).organizations.insert(organization()), { code: 'data-read-only' });
  await database.close();
  assert.deepEqual(await readFile(path), before);
  assert.deepEqual(await readdir(join(path, '..')), ['vedette.db']);
  const none = join(path, '..', 'none.db');
  await assert.rejects(openDatabase({ path: none, log, access: 'read' }), { code: 'data-damaged' });
  assert.deepEqual(await readdir(join(path, '..')), ['vedette.db']);
});

test('a damaged database is told by the name of its file', async (t) => {
  const path = join(await folder(t), 'vedette.db');
  await writeFile(path, 'no database '.repeat(1_000));
  await assert.rejects(openDatabase({ path, log }), { message: /database vedette\.db is damaged/ });
});

test('a folder that cannot be written says so, whether or not a database is in it', async (t) => {
  const path = await filled(t);
  const parent = join(path, '..');
  await chmod(parent, 0o555);
  await assert.rejects(
    asNobody(() => openDatabase({ path, log })),
    { code: 'data-read-only' },
  );
  const other = join(parent, 'other.db');
  await assert.rejects(
    asNobody(() => openDatabase({ path: other, log })),
    { code: 'data-read-only' },
  );
  const below = join(parent, 'below', 'other.db');
  await assert.rejects(
    asNobody(() => openDatabase({ path: below, log })),
    { code: 'data-read-only' },
  );
  await chmod(parent, 0o755);
});

test('a full disk refuses the row, keeps what there is, and takes rows again once there is room', async (t) => {
  const database = await openDatabase({ path: join(await folder(t), 'vedette.db'), log });
  t.after(() => database.close());
  const { recordings, organizations, transaction } = records(database);
  const { camera } = await household(records(database));
  const fragment = {
    sizeBytes: 1,
    durationTicks: 1,
    frameCount: 1,
    sha256: recording(camera, span(0, 1)).sha256,
  };
  const large = recording(camera, span(0, 60_000), {
    fragments: Array.from({ length: 5_000 }, () => fragment),
  });
  const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(database.kysely);
  await sql`pragma max_page_count = ${sql.raw(String((rows[0]?.page_count ?? 0) + 2))}`.execute(
    database.kysely,
  );
  await assert.rejects(recordings.insert(large), { code: 'data-full' });
  await assert.rejects(
    transaction(async (tx) => {
      await tx.organizations.insert(organization());
      await tx.recordings.insert(large);
    }),
    { code: 'data-full' },
  );
  assert.equal(await organizations.count(), 1);
  assert.equal(await recordings.totalBytes(), 0);
  await sql`pragma max_page_count = 1000000`.execute(database.kysely);
  await recordings.insert(large);
  assert.deepEqual(await recordings.find(large.id), large);
});

test('more statements than are kept compiled do no harm', async (t) => {
  const database = await openDatabase({ path: ':memory:', log });
  t.after(() => database.close());
  for (let round = 0; round < 2; round += 1) {
    for (let i = 0; i < 1_000; i += 1) {
      const { rows } = await sql`select ${sql.raw(String(i))} as number`.execute(database.kysely);
      assert.deepEqual({ ...(rows[0] ?? {}) }, { number: i });
    }
  }
});

test('after a transaction, what it left running may use the database again', async (t) => {
  const database = await openDatabase({ path: ':memory:', log });
  t.after(() => database.close());
  const { transaction, organizations } = records(database);
  const committed = Promise.withResolvers<void>();
  const afterwards = await transaction(async () => [committed.promise.then(() => organizations.count())]);
  committed.resolve();
  assert.deepEqual(await Promise.all(afterwards), [0]);
  assert.equal(await organizations.find(id()), null);
});
