// How PostgreSQL goes about our queries, with a hundred thousand recordings of thirty days in it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CompiledQuery, createQueryId, type KyselyPlugin, type RootOperationNode, sql } from 'kysely';
import { at, id, span } from '../../../../test/houses/rows.ts';
import { openDatabaseAt, postgresHouse } from '../../../../test/houses/postgres.ts';
import { postgresIsMissing } from '../../../../test/servers/postgres.ts';
import type { CameraId, OrganizationId, RecordingId, SiteId } from '../../../core/brand.ts';
import { branded } from '../../../core/brand.ts';
import { packFragments } from '../../../core/footage/fragment-index.ts';
import { newId } from '../../../core/identifiers.ts';
import type { Records } from '../../../core/ports/records.ts';
import { incidentOrders } from '../../../core/ports/records-incidents.ts';
import { manualClock } from '../../memory/clock.ts';
import { memoryKeys } from '../../memory/keys.ts';
import type { Database } from '../database.ts';
import { sqlRecords } from '../records.ts';

const house = postgresHouse();
const skip = { skip: postgresIsMissing };
const dayMs = 86_400_000;
const [cameraCount, dayCount] = [10, 30];
let filled: Promise<string> | null = null;

/** The address of the database that all tests of this file look at. */
function filledOnce(): Promise<string> {
  filled ??= house()
    .fresh()
    .then(async (url) => {
      await fill(url);
      return url;
    });
  return filled;
}

const noFragments = packFragments([]).toHex();

/** A recording every four minutes and twenty seconds, a track and an incident beside each tenth. */
async function fill(address: string): Promise<void> {
  const database = await openDatabaseAt(address);
  const start = at(0);
  for (let day = 0; day <= dayCount; day += 1) await database.prepareDay?.(start + day * dayMs);
  const step = Math.floor((dayCount * dayMs * cameraCount) / 100_000);
  const { kysely } = database;
  await sql`set statement_timeout = 0`.execute(kysely);
  await kysely.transaction().execute(async (tx) => {
    await sql`set local statement_timeout = 0`.execute(tx);
    await sql`insert into recordings
      select 'r' || n, 'o', 's', 'camera ' || n % ${sql.lit(cameraCount)}, b, b + 60000, n % 3, 1000, 'h', 'k' || n,
        'init', 1, 'c', 'unknown', 0, decode(${sql.lit(noFragments)}, 'hex')
      from (select n, ${sql.lit(start)}::bigint + (n / ${sql.lit(cameraCount)})::bigint * ${sql.lit(step)} as b
        from generate_series(0::bigint, 99999) as n) as made`.execute(tx);
    await sql`insert into tracks select 't' || n, 'camera ' || n % 10, 'person', ${sql.lit(start)}::bigint + n * 10000,
        ${sql.lit(start)}::bigint + n * 10000 + 5000, 0.5, 0, 0, 1, 1 from generate_series(0::bigint, 99999) as n`.execute(
      tx,
    );
    await sql`insert into incidents (id, organization_id, site_id, camera_ids, state, kind, best_score, start_at,
        last_seen_at, end_at, opened_at)
      select 'i' || n, 'o' || n % 5, 's' || n % 50, '[]', case when n % 1000 = 0 then 'open' else 'resolved' end, 'person',
        0.5, ${sql.lit(start)}::bigint + n * 60000, ${sql.lit(start)}::bigint + n * 60000 + 5000,
        ${sql.lit(start)}::bigint + n * 60000 + 6000, ${sql.lit(start)}::bigint + n * 60000
      from generate_series(0::bigint, 99999) as n`.execute(tx);
  });
  await database.close();
  await house().server.administer('vacuum analyze', new URL(address).pathname.slice(1));
}

/** Calls `work` and returns how PostgreSQL goes about every query of it that Kysely built, as text. */
async function plansOf(work: (records: Records) => Promise<unknown>): Promise<ReadonlyMap<string, string>> {
  const database = await openDatabaseAt(await filledOnce());
  const nodes: RootOperationNode[] = [];
  const watching: KyselyPlugin = {
    transformQuery({ node }) {
      nodes.push(node);
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  const kysely = database.kysely.withPlugin(watching);
  const watched: Database = {
    ...database,
    kysely,
    transaction: (inner) => kysely.transaction().execute(inner),
  };
  try {
    await work(sqlRecords({ database: watched, keys: memoryKeys(), clock: manualClock() }));
    return await explained(database, nodes);
  } finally {
    await database.close();
  }
}

async function explained(
  database: Database,
  nodes: readonly RootOperationNode[],
): Promise<ReadonlyMap<string, string>> {
  const plans = new Map<string, string>();
  for (const node of nodes) {
    const { sql: text, parameters } = database.kysely.getExecutor().compileQuery(node, createQueryId());
    if (!/^\s*(select|update|delete)/.test(text)) continue;
    const question = CompiledQuery.raw(`explain (analyze, timing off, costs off) ${text}`, [...parameters]);
    const { rows } = await database.kysely.executeQuery<Record<string, string>>(question);
    plans.set(text, rows.flatMap((row) => Object.values(row)).join('\n'));
  }
  return plans;
}

/** Small by nature: a row a camera, or what waits to be removed. */
const walked = /Seq Scan on (?!footage_totals|cameras|organizations|garbage|holds|gaps)/;

function assertIndexed(plans: ReadonlyMap<string, string>): void {
  for (const [query, plan] of plans) assert.doesNotMatch(plan, walked, `${plan}\nin ${query}`);
}

const camera = branded<CameraId>('camera 3');
const aWhile = span(15 * dayMs, 15 * dayMs + 3_600_000);

/** Partitions that were looked into. */
function daysIn(plan: string): ReadonlySet<string> {
  const looked = plan.split('\n').filter((line) => !line.includes('never executed'));
  return new Set(looked.flatMap((line) => line.match(/recordings_\d{4}_\d\d_\d\d/g)?.slice(-1) ?? []));
}

test('a time line is drawn from the index alone, of the days it shows', skip, async () => {
  const plans = await plansOf(({ recordings }) => recordings.spans(camera, aWhile));
  const [plan = ''] = plans.values();
  assert.match(plan, /Index Only Scan using recordings_\d{4}_\d\d_\d\d_camera_id_start_at_end_at/);
  assertIndexed(plans);
  assert.ok(daysIn(plan).size <= 3, plan);
});

test('a recording is looked for by its id in the days around when that was made', skip, async () => {
  const clock = manualClock(at(15 * dayMs));
  const plans = await plansOf(async ({ recordings }) => {
    await recordings.find(newId<RecordingId>(clock));
    await recordings.destroy(newId<RecordingId>(clock), at(0));
  });
  const near = [...plans].filter(([text]) => /start_at/.test(text)).map(([, plan]) => plan);
  assert.equal(near.length, 2);
  for (const plan of near) assert.ok(daysIn(plan).size <= 3, plan);
});

test('lists of incidents by a span look near it, and among the long ones', skip, async () => {
  const organizationId = branded<OrganizationId>('o1');
  for (const place of [{}, { siteId: branded<SiteId>('s1') }]) {
    const plans = await plansOf(({ incidents }) =>
      incidents.list({ organizationId, limit: 500, span: aWhile, ...place }),
    );
    assertIndexed(plans);
    // Of one site there are so few here that either index will do.
    if (!('siteId' in place)) assert.match([...plans.values()].join('\n'), /incidents_long/);
  }
});

test('no query for footage walks through a table, at a hundred thousand recordings', skip, async () => {
  const plans = await plansOf(async ({ recordings, gaps, tracks, holds }) => {
    await recordings.list(camera, aWhile);
    await recordings.last(camera);
    await recordings.first(camera);
    await recordings.newestEndAt();
    await recordings.newest(5);
    await recordings.newest(1, at(1));
    await recordings.find(branded('r5000'));
    await recordings.page(null, 10);
    await recordings.needsInit(branded('none'), [camera]);
    await recordings.expired('idle', at(dayMs), 10);
    await recordings.oldestUnheld(10);
    await recordings.oldestResolved(10);
    await recordings.classify(camera, span(0, 1), 'activity');
    await recordings.destroy(branded('none'), at(0));
    await gaps.list(camera, aWhile);
    await tracks.list(camera, aWhile);
    await tracks.deleteExpired(at(0), 10);
    await holds.overlapping(camera, aWhile);
    await holds.releaseResolvedBefore(at(0));
  });
  assert.ok(plans.size >= 17, `${plans.size} queries`);
  assertIndexed(plans);
});

test('no list of incidents walks through all of them or sorts them', skip, async () => {
  const organizationId = branded<OrganizationId>('o1');
  const siteId = branded<SiteId>('s1');
  for (const order of incidentOrders) {
    const plans = await plansOf(({ incidents }) => incidents.list({ organizationId, limit: 10, order }));
    assertIndexed(plans);
    for (const plan of plans.values()) assert.doesNotMatch(plan, /\bSort\b/, `${order}\n${plan}`);
  }
  const plans = await plansOf(async ({ incidents, analytics, outbox, images }) => {
    await incidents.unended();
    await incidents.countUnresolved(organizationId);
    await incidents.steps(id());
    await analytics.outcomesBySite({ organizationId, siteIds: [siteId], span: aWhile });
    await outbox.list(10, at(0));
    await outbox.nextDueAt(at(0));
    await images.expired(at(0), 10);
  });
  assert.ok(plans.size >= 7);
  assertIndexed(plans);
});
