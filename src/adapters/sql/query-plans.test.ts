import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CompiledQuery, createQueryId, type KyselyPlugin, type RootOperationNode } from 'kysely';
import {
  accessKey,
  at,
  hash,
  household,
  id,
  imageSource,
  incident,
  member,
  provider,
  recording,
  span,
  track,
} from '../../../test/houses/rows.ts';
import type { CameraId, IncidentId, MemberId, OrganizationId, SiteId } from '../../core/brand.ts';
import { silentLog } from '../../core/ports/log.ts';
import type { Records } from '../../core/ports/records.ts';
import { type IncidentListFilter, incidentOrders } from '../../core/ports/records-incidents.ts';
import { manualClock } from '../memory/clock.ts';
import { memoryKeys } from '../memory/keys.ts';
import { type Database, openDatabase } from './database.ts';
import { queueStore } from './queue-store.ts';
import { sqlRecords } from './records.ts';

/** Walks along an index in the order asked for, until enough rows were found. */
const ordered =
  /^SCAN (recordings USING (COVERING )?INDEX recordings_by_end|incidents USING INDEX incidents_unended|outbox USING INDEX outbox_by_due|garbage$)/;
/** Few rows by nature: one a camera. */
const small = /^SCAN (footage_totals|cameras|organizations)\b/;

/** Calls `work` and returns how SQLite goes about every query it made, as lines of `EXPLAIN QUERY PLAN`. */
async function plansOf(
  work: (database: Database) => Promise<unknown>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const database = await openDatabase({ path: ':memory:', log: silentLog });
  const nodes: RootOperationNode[] = [];
  const watching: KyselyPlugin = {
    transformQuery({ node }) {
      nodes.push(node);
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  const kysely = database.kysely.withPlugin(watching);
  await work({ ...database, kysely, transaction: (inside) => kysely.transaction().execute(inside) });
  const plans = new Map<string, readonly string[]>();
  for (const node of nodes) {
    if (node.kind === 'RawNode') continue;
    const { sql, parameters } = database.kysely.getExecutor().compileQuery(node, createQueryId());
    const explained = CompiledQuery.raw(`explain query plan ${sql}`, [...parameters]);
    const { rows } = await database.kysely.executeQuery<{ detail: string }>(explained);
    plans.set(
      sql,
      rows.map((row) => row.detail),
    );
  }
  await database.close();
  return plans;
}

function assertIndexed(plans: ReadonlyMap<string, readonly string[]>): void {
  for (const [query, plan] of plans) {
    for (const line of plan) {
      const isFine = !line.startsWith('SCAN') || ordered.test(line) || small.test(line);
      assert.ok(isFine, `${line}\nin ${query}`);
    }
  }
}

async function footageCalls(records: Records): Promise<void> {
  const { camera } = await household(records);
  const { recordings, gaps, tracks, holds, images, garbage, outbox } = records;
  const made = recording(camera, span(0, 60_000));
  await recordings.insert(made);
  await tracks.put(track(camera, span(0, 1)));
  await recordings.list(camera.id, span(0, 1));
  await recordings.spans(camera.id, span(0, 1));
  await recordings.last(camera.id);
  await recordings.first(camera.id);
  await recordings.newestEndAt();
  await recordings.newest(5);
  await recordings.newest(1, at(1));
  await recordings.needsInit(hash(9), [id(), id()]);
  await recordings.oldestResolved(10);
  await recordings.page(made.id, 10);
  await recordings.classify(camera.id, span(0, 1), 'activity');
  await recordings.expired('idle', at(1), 10);
  await recordings.oldestUnheld(10);
  await recordings.totalBytes();
  await recordings.destroy(made.id, at(1));
  await gaps.list(camera.id, span(0, 1));
  await tracks.list(camera.id, span(0, 1));
  await holds.overlapping(camera.id, span(0, 1));
  await holds.ofIncident(id());
  await holds.extend(id(), camera.id, at(1));
  await holds.release(id());
  await holds.releaseResolvedBefore(at(1));
  await images.page(null, 10);
  await images.expired(at(1), 10);
  const { pushedImages } = records;
  const organizationId = camera.organizationId;
  await pushedImages.find(id());
  await pushedImages.list(camera.id, span(0, 1), 10);
  await pushedImages.firstAt(camera.id);
  await pushedImages.quarantined({ organizationId }, 10);
  await pushedImages.looked(id(), { look: 'failed', detections: [], incidentId: null });
  await pushedImages.page(id(), 10);
  await pushedImages.expired(at(1), 10);
  await pushedImages.expiredQuarantine(at(1), 10);
  await pushedImages.destroy(id(), at(1));
  await pushedImages.forget(at(1), 10);
  await garbage.addAll(['b'], at(1));
  await garbage.list(10);
  await garbage.remove('a');
  await outbox.list(10);
  await outbox.list(10, at(0));
  await outbox.nextDueAt(at(0));
  await outbox.remove(['a']);
}

async function accessCalls(records: Records): Promise<void> {
  const { organization, site } = await household(records);
  const { organizations, members, invitations, providers, accessKeys, imageSources } = records;
  const ada = member(organization, { siteIds: [site.id] });
  await organizations.update(organization.id, { name: 'B' });
  await organizations.page(organization.id, 10);
  await members.insert(ada);
  await members.find(ada.id);
  await members.ofUser('ada');
  await members.list(organization.id);
  await members.update(ada.id, { name: 'B', siteIds: [] });
  await members.delete(ada.id);
  await invitations.find(id());
  await invitations.findByToken(hash(1));
  await invitations.list(organization.id);
  await invitations.take(id());
  await invitations.deleteExpired(at(1));
  await providers.insert(provider(organization));
  await providers.findByDomain('a.example');
  await providers.organizationOf(id());
  await providers.list(organization.id);
  await providers.count(organization.id);
  await providers.delete(id());
  const key = accessKey(organization);
  await accessKeys.insert(key);
  await accessKeys.findBySha256(key.sha256);
  await accessKeys.list(organization.id);
  await accessKeys.used(key.id, at(1));
  await accessKeys.delete(key.id);
  const source = imageSource(organization);
  await imageSources.insert(source);
  await imageSources.find(source.id);
  await imageSources.list(organization.id);
  await imageSources.count(organization.id);
  await imageSources.renew(source);
  await imageSources.used(source.id, at(1));
  await imageSources.delete(source.id);
  await imageSources.deleteOf(source.createdBy);
}

async function otherCalls(records: Records): Promise<void> {
  const { organization, site, camera } = await household(records);
  const { incidents, alerts, channels, sites, cameras, members } = records;
  const organizationId = organization.id;
  const opened = incident(camera);
  await incidents.insert(opened);
  await incidents.update(opened, 'open');
  await incidents.unended();
  await incidents.countUnresolved(organizationId);
  await incidents.countUnresolved(organizationId, [site.id]);
  await incidents.list({ organizationId, limit: 10, siteIds: [site.id, id()], before: at(1) });
  await incidents.steps(opened.id);
  await incidents.list({ organizationId, limit: 10 });
  await incidents.list({ organizationId, limit: 10, siteId: site.id, before: at(1), span: span(0, 1) });
  await incidents.list({ organizationId, limit: 10, cameraId: camera.id, states: ['open'] });
  await listCalls(records, organizationId, camera.id, site.id);
  await alerts.ofIncident(opened.id);
  await channels.list(organizationId);
  await members.list(organizationId);
  await members.ofUser('ada');
  await sites.list(organizationId);
  await sites.armingAt(site.id, at(0));
  await sites.armingHistory(site.id, 10);
  await sites.armingHistory(site.id, 10, at(1));
  const { entries, bypasses, schedules } = records;
  await entries.running(site.id);
  await entries.allRunning(organizationId);
  await entries.disarmedAt(site.id, at(0));
  await entries.list(site.id, 10, at(1));
  await bypasses.isBypassed(camera.id, at(0));
  await bypasses.active(organizationId, at(0));
  await bypasses.list(site.id, 10);
  await bypasses.end(site.id, { at: at(1), by: { kind: 'schedule' } });
  await schedules.find(site.id);
  await schedules.list(organizationId);
  await cameras.list(organizationId);
  await cameras.count(organizationId);
}

async function listCalls(
  { incidents }: Records,
  organizationId: OrganizationId,
  cameraId: CameraId,
  siteId: SiteId,
): Promise<void> {
  const after = { severity: 'high', at: at(1), id: id<IncidentId>() } as const;
  const narrow = { severity: 'low', kind: 'person', resolution: 'test', assigneeId: id<MemberId>() } as const;
  const places = { siteIds: [siteId], cameraIds: [cameraId] };
  for (const order of incidentOrders) {
    await incidents.list({ organizationId, limit: 10, order });
    await incidents.list({ organizationId, limit: 10, order, after, states: ['open', 'acknowledged'] });
    await incidents.list({ organizationId, limit: 10, order, after, places, began: span(0, 1), ...narrow });
  }
}

async function reportCalls({ analytics }: Records): Promise<void> {
  const of = {
    organizationId: id<OrganizationId>(),
    siteIds: [id<SiteId>(), id<SiteId>()],
    span: span(0, 1),
  };
  await analytics.outcomesBySite(of);
  await analytics.outcomesByCamera(of);
  await analytics.reactions(of);
}

const recordsIn = (database: Database) => sqlRecords({ database, keys: memoryKeys(), clock: manualClock() });

test('no query for footage walks through a table', async () => {
  const plans = await plansOf((database) => footageCalls(recordsIn(database)));
  assert.ok(plans.size >= 25);
  assertIndexed(plans);
});

test('a time line is drawn from the index alone, in its order', async () => {
  const plans = await plansOf(async (database) => recordsIn(database).recordings.spans(id(), span(0, 1)));
  const [plan = []] = plans.values();
  assert.match(
    plan.join('\n'),
    /SEARCH recordings USING COVERING INDEX recordings_by_time \(camera_id=\? AND start_at/,
  );
  assert.doesNotMatch(plan.join('\n'), /TEMP B-TREE/);
});

test('no query for incidents, sites or people walks through a table', async () => {
  const plans = await plansOf((database) => otherCalls(recordsIn(database)));
  assert.ok(plans.size >= 20);
  assertIndexed(plans);
});

test('a report reads the incidents of its week, by site, and what hangs on them', async () => {
  const plans = await plansOf((database) => reportCalls(recordsIn(database)));
  assert.equal(plans.size, 3);
  assertIndexed(plans);
  for (const [query, plan] of plans) {
    assert.match(
      plan.join('\n'),
      /SEARCH incidents USING INDEX incidents_by_(site|organization) \(\w+=\? AND start_at>\? AND start_at<\?\)/,
      query,
    );
  }
});

test('no query for people, invitations, providers or keys walks through a table', async () => {
  const plans = await plansOf((database) => accessCalls(recordsIn(database)));
  assert.ok(plans.size >= 25);
  assertIndexed(plans);
});

test('the incident of a sighting is looked for among those that began around it, at its site', async () => {
  const plans = await plansOf((database) => {
    const around = {
      organizationId: id<OrganizationId>(),
      siteId: id<SiteId>(),
      began: span(0, 1),
      limit: 10,
    };
    return recordsIn(database).incidents.list(around);
  });
  const [plan = []] = plans.values();
  assert.match(
    plan.join('\n'),
    /^SEARCH incidents USING INDEX incidents_by_site \(site_id=\? AND start_at>\? AND start_at<\?\)/,
  );
});

test('each order of the list walks along its index, and unresolved ones are not looked for among all', async () => {
  const index = { newest: 'organization', oldest: 'organization', severity: 'severity', waiting: 'waiting' };
  for (const order of incidentOrders) {
    const asked = { organizationId: id<OrganizationId>(), limit: 10, order } as const;
    const after = { severity: 'low', at: at(1), id: id<IncidentId>() } as const;
    const plans = await plansOf((database) => recordsIn(database).incidents.list({ ...asked, after }));
    const lines = [...plans.values()].flat().join('\n');
    assert.match(lines, new RegExp(`SEARCH incidents USING INDEX incidents_(by_)?${index[order]}`), order);
    assert.doesNotMatch(lines, /TEMP B-TREE/, order);
  }
  const plans = await plansOf((database) =>
    recordsIn(database).incidents.list({
      ...{ organizationId: id<OrganizationId>(), limit: 10, states: ['open', 'acknowledged'] },
    }),
  );
  assert.match([...plans.values()].flat().join('\n'), /incidents_unresolved_by_start/);
});

test('incidents of a span are looked for near it, and among the long ones', async () => {
  const places = [{}, { siteId: id<SiteId>() }, { cameraId: id<CameraId>() }];
  for (const place of places) {
    for (const order of ['newest', 'oldest', 'severity'] as const) {
      const asked = { organizationId: id<OrganizationId>(), limit: 10, order, span: span(0, 1), ...place };
      const plans = await plansOf((database) => recordsIn(database).incidents.list(asked));
      const found = [...plans.values()].map((plan) => plan.join('\n'));
      assert.equal(found.length, 2, 'as many walks as there are texts of queries');
      const [far = '', near = ''] = order === 'oldest' ? found : found.toReversed();
      assert.match(far, /SEARCH incidents USING INDEX incidents_long \(organization_id=\? AND start_at<\?\)/);
      assert.match(
        near,
        /SEARCH incident\w+ USING (COVERING )?INDEX \w+ \([^)]*(start|began)_at>\? AND (start|began)_at<\?\)/,
      );
    }
  }
});

test('incidents of a camera are walked in their order, and the unresolved of a severity among the unresolved', async () => {
  const asked = { organizationId: id<OrganizationId>(), limit: 10 } as const;
  const linesOf = async (change: Partial<IncidentListFilter>) => {
    const plans = await plansOf((database) =>
      recordsIn(database).incidents.list({ ...asked, ...change, after: { ...first, id: id() } }),
    );
    return [...plans.values()].flat().join('\n');
  };
  const first = { severity: 'high', at: at(1) } as const;
  for (const order of ['newest', 'oldest', 'severity'] as const) {
    const lines = await linesOf({ cameraId: id(), order });
    const index = order === 'severity' ? 'severity' : 'begin';
    assert.match(
      lines,
      new RegExp(`SEARCH incident_cameras USING COVERING INDEX incident_cameras_by_${index}`),
      order,
    );
    // Only those that began in the same millisecond are put in order afterwards.
    assert.doesNotMatch(lines, /TEMP B-TREE FOR ORDER BY/, order);
  }
  assert.match(
    await linesOf({ states: ['open'], order: 'severity' }),
    /SEARCH incidents USING INDEX incidents_unresolved_by_severity/,
  );
});

test('no step of the queue walks through its table', async () => {
  const plans = await plansOf(async (database) => {
    const store = queueStore(database);
    await store.publish([{ topic: 't', key: 'k', id: 'a', payload: '{}' }], at(0));
    await store.recover();
    const [claimed] = await store.claim('t', { now: at(0), limit: 1, maxDelayMs: 1 });
    if (claimed === undefined) return assert.fail();
    await store.nextDueAt('t');
    await store.retryAt(claimed, 0);
    await store.finish(claimed, { at: at(0), reason: null });
    await store.depth('t');
    await store.deadLetters('t');
  });
  assert.ok(plans.size >= 10);
  assertIndexed(plans);
});
