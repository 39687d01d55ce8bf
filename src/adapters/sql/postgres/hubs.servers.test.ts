// Several hubs on one PostgreSQL at the same time: each has connections of its own, and none knows of the others.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { sql } from 'kysely';
import { openScene, email, episode } from '../../../../test/houses/incident.ts';
import { hash, household, id, invitation, recording, site, span } from '../../../../test/houses/rows.ts';
import { type Hub, postgresHouse } from '../../../../test/houses/postgres.ts';
import { postgresIsMissing } from '../../../../test/servers/postgres.ts';
import type { EpochMs } from '../../../core/brand.ts';
import { branded } from '../../../core/brand.ts';
import { handleSighting } from '../../../core/incident/handle-sighting.ts';
import { acknowledgeIncident, resolveIncident } from '../../../core/incident/life.ts';
import { armSite } from '../../../core/site/arming.ts';
import { sqlRecords } from '../records.ts';

const house = postgresHouse();
const skip = { skip: postgresIsMissing };

async function twoHubs(t: TestContext): Promise<[Hub, Hub]> {
  const { fresh, open } = house();
  const url = await fresh();
  return [await open(t, url), await open(t, url)];
}

/** `calls` calls to each of the hubs, all at once. */
function atOnce<H, T>(hubs: readonly H[], calls: number, work: (hub: H, call: number) => Promise<T>) {
  return Promise.allSettled(
    Array.from({ length: calls }, (_, call) => hubs.map((hub) => work(hub, call))).flat(),
  );
}

const valuesOf = <T>(results: readonly PromiseSettledResult<T>[]): T[] =>
  results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));

async function scenes(t: TestContext, cameraCount: number) {
  const [one, two] = await twoHubs(t);
  const scene = await openScene(cameraCount, one.database);
  const { clock, keys } = scene;
  const other = { ...scene.deps, records: sqlRecords({ database: two.database, keys, clock }) };
  return { scene, hubs: [scene.deps, other] };
}

test(
  'hubs that judge sightings of one site at the same time open one incident, and tell of it once',
  skip,
  async (t) => {
    for (let round = 0; round < 5; round += 1) {
      const { scene, hubs } = await scenes(t, 4);
      await scene.arm('armed-away', -600);
      await scene.addChannel(email);
      const persons = scene.cameras.map((camera) => episode(scene, camera, 0));
      const results = await atOnce(hubs, persons.length, async (deps, call) => {
        const person = persons[call];
        assert.ok(person);
        return handleSighting(deps, person('began', 1));
      });
      const refused = results.filter((result) => result.status === 'rejected');
      assert.deepEqual(refused, []);
      const [incident, ...more] = await scene.incidents();
      assert.ok(incident);
      assert.deepEqual(more, []);
      assert.equal(valuesOf(results).filter(({ opened }) => opened !== null).length, 1);
      assert.equal(incident.cameraIds.length, 4);
      assert.equal((await scene.records.alerts.ofIncident(incident.id)).length, 1);
      assert.equal((await scene.records.holds.ofIncident(incident.id)).length, 4);
    }
  },
);

test('hubs that arm a site at the same time write one history without a hole', skip, async (t) => {
  const { scene, hubs } = await scenes(t, 1);
  const armings = ['armed-away', 'armed-home', 'disarmed'] as const;
  const results = await atOnce(hubs, 12, (deps, call) =>
    armSite(deps, scene.caller, {
      ...{ siteId: scene.siteId, arming: armings[call % 3] ?? 'disarmed', by: { kind: 'schedule' } },
    }),
  );
  assert.deepEqual(
    results.filter((result) => result.status === 'rejected'),
    [],
  );
  const history = (await scene.records.sites.armingHistory(scene.siteId, 100)).toReversed();
  let before: string = 'disarmed';
  let atMs = 0;
  for (const change of history) {
    assert.equal(change.before, before);
    assert.ok(change.at > atMs);
    [before, atMs] = [change.arming, change.at];
  }
  assert.equal((await scene.records.sites.find(scene.siteId))?.arming, before);
});

test('of hubs that act on an incident, one acknowledges it', skip, async (t) => {
  const { scene, hubs } = await scenes(t, 1);
  await scene.arm('armed-away', -600);
  const person = episode(scene, scene.cameras[0], 0);
  const { opened } = await handleSighting(scene.deps, person('began', 1));
  assert.ok(opened);
  const member = await scene.addMember({ role: 'admin' });
  const act = { incidentId: opened.id, memberId: member.id };
  await atOnce(hubs, 6, (deps) => acknowledgeIncident(deps, scene.caller, act));
  await atOnce(hubs, 6, (deps) => resolveIncident(deps, scene.caller, { ...act, resolution: 'intrusion' }));
  const steps = (await scene.records.incidents.steps(opened.id)).map(({ action }) => action);
  assert.equal(steps.filter((action) => action === 'acknowledged').length, 1);
  assert.equal(steps.filter((action) => action === 'resolved').length, 1);
});

test('an invitation is taken once, whichever hub is asked', skip, async (t) => {
  const hubs = await twoHubs(t);
  const [{ records }] = hubs;
  const { organization } = await household(records);
  const sent = invitation(organization, { tokenSha256: hash(5) });
  await records.invitations.insert(sent);
  const taken = await atOnce(hubs, 20, (hub) => hub.records.invitations.take(sent.id));
  assert.equal(valuesOf(taken).length, 40);
  assert.equal(valuesOf(taken).filter(Boolean).length, 1);
});

test('a limit that each call checks before it adds holds when hubs add at the same time', skip, async (t) => {
  const hubs = await twoHubs(t);
  const [{ records }] = hubs;
  const { organization } = await household(records);
  const limit = 5;
  await atOnce(hubs, 20, (hub) =>
    hub.records.transaction(async (tx) => {
      if ((await tx.sites.list(organization.id)).length >= limit) throw new Error('Full.');
      await tx.sites.insert(site(organization));
    }),
  );
  assert.equal((await records.sites.list(organization.id)).length, limit);
});

test('two that read what the other writes never both succeed from the same sight', skip, async (t) => {
  const hubs = await twoHubs(t);
  const [{ records }] = hubs;
  const { organization, site: first } = await household(records);
  const second = site(organization);
  await records.sites.insert(second);
  for (let round = 0; round < 20; round += 1) {
    await records.sites.update(first.id, { name: 'on' });
    await records.sites.update(second.id, { name: 'on' });
    // One of the two has to stay on.
    await Promise.all(
      hubs.map((hub, index) =>
        hub.records.transaction(async (tx) => {
          const names = (await tx.sites.list(organization.id)).map(({ name }) => name);
          const mine = index === 0 ? first : second;
          if (names.filter((name) => name === 'on').length > 1)
            await tx.sites.update(mine.id, { name: 'off' });
        }),
      ),
    );
    const on = (await records.sites.list(organization.id)).filter(({ name }) => name === 'on');
    assert.equal(on.length, 1);
  }
});

test(
  'a hub hears at once what another added to the outbox, also after its connection was lost',
  skip,
  async (t) => {
    const { server } = house();
    const [one, two] = await twoHubs(t);
    const message = (key: string) => ({ topic: 't', key, id: key, payload: '{}' });
    let heard = Promise.withResolvers<void>();
    two.records.onOutbox(() => heard.resolve());
    const waits = async (key: string) => {
      heard = Promise.withResolvers();
      const beganAt = performance.now();
      await one.records.transaction((tx) => tx.outbox.add(message(key)));
      await heard.promise;
      return performance.now() - beganAt;
    };
    await waits('first');
    const quickest = Math.min(await waits('a'), await waits('b'), await waits('c'), await waits('d'));
    assert.ok(quickest < 500, `${quickest} ms`);
    await server.administer(
      `select pg_terminate_backend(pid) from pg_stat_activity where query = 'listen vedette_outbox'`,
    );
    await waits('lost');
    await waits('again');
  },
);

test(
  'recordings of any day find their place, also when hubs bring the first of a day at the same time',
  skip,
  async (t) => {
    const hubs = await twoHubs(t);
    const [{ records, database }] = hubs;
    const { camera } = await household(records);
    const dayMs = 86_400_000;
    const days = [0, 1, 2, 400, -4_000];
    const results = await atOnce(hubs, days.length, async (hub, call) => {
      const startAt = (days[call] ?? 0) * dayMs + (hub === hubs[0] ? 0 : 60_000);
      await hub.records.recordings.insert(recording(camera, span(startAt, startAt + 60_000)));
    });
    assert.deepEqual(
      results.filter((result) => result.status === 'rejected'),
      [],
    );
    const all = branded<EpochMs>(Number.MAX_SAFE_INTEGER);
    const found = await records.recordings.list(camera.id, {
      startAt: span(-5_000 * dayMs, 0).startAt,
      endAt: all,
    });
    assert.equal(found.length, 10);
    assert.equal((await records.recordings.first(camera.id))?.startAt, span(-4_000 * dayMs, 0).startAt);
    assert.equal(await records.recordings.find(id()), null);
    for (const { id: recordingId } of found) assert.ok(await records.recordings.find(recordingId));
    assert.equal(database.engine, 'postgres');
  },
);

test(
  'an empty day of the past is dropped, and is made again for footage that comes late',
  skip,
  async (t) => {
    const { fresh, open } = house();
    const url = await fresh();
    const { records, database } = await open(t, url);
    const { camera } = await household(records);
    const old = recording(camera, span(-40 * 86_400_000, -40 * 86_400_000 + 60_000));
    const days = async () =>
      (
        await sql<{ name: string }>`select inhrelid::regclass::text as name from pg_inherits
        where inhparent = 'recordings'::regclass order by name`.execute(database.kysely)
      ).rows.map(({ name }) => name);
    const before = await days();
    await records.recordings.insert(old);
    const [added, ...more] = (await days()).filter((name) => !before.includes(name));
    assert.ok(added);
    assert.deepEqual(more, []);
    // A program that starts sweeps.
    await open(t, url);
    assert.ok((await days()).includes(added));
    await records.recordings.destroy(old.id, old.startAt);
    await open(t, url);
    assert.ok(!(await days()).includes(added));
    const late = recording(camera, old);
    await records.recordings.insert(late);
    assert.deepEqual(await records.recordings.find(late.id), late);
  },
);
