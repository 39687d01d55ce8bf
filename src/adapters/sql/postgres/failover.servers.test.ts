// PostgreSQL that is killed, hangs, or answers a commit to nobody.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type TestContext, test } from 'node:test';
import { household, site } from '../../../../test/houses/rows.ts';
import { openDatabaseAt, postgresHouse } from '../../../../test/houses/postgres.ts';
import { type Fate, startCuttingProxy } from '../../../../test/servers/cutting-proxy.ts';
import { postgresIsMissing } from '../../../../test/servers/postgres.ts';
import { sql } from 'kysely';
import type { Records } from '../../../core/ports/records.ts';
import type { Site } from '../../../core/site/site.ts';

const house = postgresHouse({ fsync: true });
const skip = { skip: postgresIsMissing };

/** Adds one to the number that is the name of a site, and tells of it in the outbox. */
async function countUp(records: Records, { id }: Site): Promise<void> {
  await records.transaction(async (tx) => {
    const next = Number((await tx.sites.find(id))?.name) + 1;
    await tx.sites.update(id, { name: String(next) });
    await tx.outbox.add({ topic: 't', key: id, id: `${id} ${next}`, payload: '{}' });
  });
}

async function counters(records: Records, count: number): Promise<readonly Site[]> {
  const { organization } = await household(records);
  const sites = Array.from({ length: count }, () => site(organization, { name: '0' }));
  for (const each of sites) await records.sites.insert(each);
  return sites;
}

test(
  'killed and started again under load, it loses nothing that was committed, and nothing is done twice',
  skip,
  async (t) => {
    const { server, fresh, open } = house();
    const { records } = await open(t, await fresh());
    const sites = await counters(records, 6);
    const counted = new Map<Site, number>();
    let isOver = false;
    const working = sites.map(async (each) => {
      while (!isOver) {
        await countUp(records, each);
        counted.set(each, (counted.get(each) ?? 0) + 1);
      }
    });
    for (let round = 0; round < 4; round += 1) {
      const before = [...counted.values()].reduce((sum, count) => sum + count, 0);
      while ([...counted.values()].reduce((sum, count) => sum + count, 0) < before + 40) await sleep(5);
      await server.kill();
      await server.start();
    }
    isOver = true;
    await Promise.all(working);
    const names = await Promise.all(sites.map(async ({ id }) => (await records.sites.find(id))?.name));
    assert.deepEqual(
      names,
      sites.map((each) => String(counted.get(each))),
    );
    const told = await records.outbox.list(100_000);
    assert.equal(
      told.length,
      [...counted.values()].reduce((sum, count) => sum + count, 0),
    );
  },
);

test(
  'while it hangs calls fail in words and in time; when it goes on they succeed again',
  skip,
  async (t) => {
    const { server, fresh, open } = house();
    const limits = { statementMs: 500, graceMs: 200, connectMs: 500, patienceMs: 800 };
    const url = await fresh();
    const { records } = await open(t, url, { limits });
    const patient = await open(t, url, { limits: { ...limits, patienceMs: 20_000 } });
    const [counter] = await counters(records, 1);
    assert.ok(counter);
    server.hang();
    const beganAt = performance.now();
    const waiting = countUp(patient.records, counter);
    await assert.rejects(records.sites.find(counter.id), { code: 'records-unavailable' });
    await assert.rejects(countUp(records, counter), {
      code: 'records-unavailable',
      message: /does not answer/,
    });
    assert.ok(performance.now() - beganAt < 10_000, `${performance.now() - beganAt} ms`);
    await server.start();
    await waiting;
    await countUp(records, counter);
    assert.equal((await records.sites.find(counter.id))?.name, '2');
  },
);

test(
  'while it hangs, days are not prepared and turns not waited for without an end, and a close ends',
  skip,
  async (t) => {
    const { server, fresh, open } = house();
    const limits = { statementMs: 500, graceMs: 200, connectMs: 500, patienceMs: 800 };
    const url = await fresh();
    const { database } = await open(t, url);
    const other = await openDatabaseAt(url, { limits });
    const third = await openDatabaseAt(url, { limits });
    const day = Date.UTC(2031, 0, 1);
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const turn = database.exclusively(() => ended);
    const waiting = other.exclusively(async () => 'done');
    server.hang();
    const beganAt = performance.now();
    const away = { code: 'records-unavailable', message: /does not answer/ };
    await assert.rejects(waiting, away);
    await assert.rejects(async () => third.prepareDay?.(day), away);
    await Promise.all([other.close(), third.close()]);
    assert.ok(performance.now() - beganAt < 15_000, `${performance.now() - beganAt} ms`);
    await server.start();
    end();
    await turn;
    await database.prepareDay?.(day);
    assert.equal(await database.exclusively(async () => 'done'), 'done');
  },
);

test(
  'a statement that takes too long is ended by the server, and its connection is used again',
  skip,
  async (t) => {
    const { fresh, open } = house();
    const { database, records } = await open(t, await fresh(), { limits: { statementMs: 200 } });
    await assert.rejects(sql`select pg_sleep(5)`.execute(database.kysely), {
      code: 'records-unavailable',
      message: /took too long/,
    });
    assert.equal(await records.organizations.count(), 0);
  },
);

test('what may take as long as it takes is waited for, however long that is', skip, async (t) => {
  const { server, fresh, open } = house();
  const url = await fresh();
  const { database } = await open(t, url, { limits: { statementMs: 1_000, graceMs: 200 } });
  const slow = 'begin; lock table sites in access exclusive mode; select pg_sleep(2.5); commit';
  const locking = server.administer(slow, new URL(url).pathname.slice(1));
  const isLocked = sql<{ found: boolean }>`select exists (
    select from pg_locks where relation = 'sites'::regclass and mode = 'AccessExclusiveLock') as found`;
  while ((await isLocked.execute(database.kysely)).rows[0]?.found !== true) await sleep(5);
  // Reads every row of every table, that one too.
  assert.deepEqual(await database.faults(), { problems: [], damagedTables: [] });
  await locking;
});

/** A hub whose first COMMIT has the given fate, after `before` was run on its database. */
async function behindProxy(t: TestContext, fate: Fate, prepare = '') {
  const { server, fresh, open } = house();
  const url = await fresh();
  const direct = await open(t, url);
  const [counter] = await counters(direct.records, 1);
  assert.ok(counter);
  if (prepare !== '') await server.administer(prepare, new URL(url).pathname.slice(1));
  const proxy = await startCuttingProxy(server.port);
  const through = new URL(url);
  through.port = String(proxy.port);
  const { records } = await open(t, through.href);
  t.after(() => proxy[Symbol.asyncDispose]());
  let commits = 0;
  proxy.decide((sent) => {
    if (!sent.includes('commit\0')) return 'pass';
    commits += 1;
    return commits === 1 ? fate : 'pass';
  });
  let runs = 0;
  const name = await records.transaction(async (tx) => {
    runs += 1;
    const next = String(Number((await tx.sites.find(counter.id))?.name) + 1);
    await tx.sites.update(counter.id, { name: next });
    return next;
  });
  return { name, runs, stored: (await direct.records.sites.find(counter.id))?.name };
}

test('a commit whose answer was lost is not done again', skip, async (t) => {
  assert.deepEqual(await behindProxy(t, 'cut-after'), { name: '1', runs: 1, stored: '1' });
});

test('a commit that never arrived is done again', skip, async (t) => {
  assert.deepEqual(await behindProxy(t, 'cut'), { name: '1', runs: 2, stored: '1' });
});

test('a commit that is still under way when its connection is lost is waited for', skip, async (t) => {
  const slowCommit = `
    create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(1); return null; end $$;
    create constraint trigger slow after update on sites deferrable initially deferred
      for each row execute function slow()`;
  assert.deepEqual(await behindProxy(t, 'cut-after', slowCommit), { name: '1', runs: 1, stored: '1' });
});

test(
  'outside of a transaction, a write whose answer was lost says so, and a read is repeated',
  skip,
  async (t) => {
    const { server, fresh, open } = house();
    const url = await fresh();
    const { records } = await open(t, url);
    const [counter] = await counters(records, 1);
    assert.ok(counter);
    const proxy = await startCuttingProxy(server.port);
    t.after(() => proxy[Symbol.asyncDispose]());
    const through = new URL(url);
    through.port = String(proxy.port);
    const hub = await open(t, through.href);
    const cutOnce = (statement: string) => {
      let wasCut = false;
      proxy.decide((sent) => {
        if (wasCut || !sent.includes(statement)) return 'pass';
        wasCut = true;
        return 'cut-after';
      });
    };
    cutOnce('update "sites"');
    await assert.rejects(hub.records.sites.update(counter.id, { name: '7' }), {
      code: 'records-unavailable',
      message: /not known/,
    });
    cutOnce('from "sites"');
    assert.equal((await hub.records.sites.find(counter.id))?.name, '7');
  },
);

test('a server that is not there when the program starts is said in words', skip, async () => {
  const limits = { connectMs: 300, patienceMs: 300 };
  await assert.rejects(openDatabaseAt('postgres://vedette@localhost:1/none', { limits }), {
    code: 'records-unavailable',
  });
  const { server } = house();
  await assert.rejects(openDatabaseAt(`postgres://vedette@localhost:${server.port}/none`, { limits }), {
    code: 'records-unavailable',
    message: /The database is not there/,
  });
  await assert.rejects(openDatabaseAt(`postgres://nobody@localhost:${server.port}/postgres`, { limits }), {
    code: 'records-unavailable',
    message: /lets nobody in/,
  });
});
