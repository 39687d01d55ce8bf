// One service after the other is taken away from an installation that runs: what goes on, what waits, and nothing is lost.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startReceiver } from '../bench/receiver.ts';
import { SensorEventResult } from '../src/http/contract/devices.ts';
import { paths } from '../src/http/contract/paths.ts';
import { clusterIsMissing, startCluster } from './servers/cluster.ts';
import { promptly, timed } from './servers/prompt.ts';
import { armedSensors } from './servers/sensors.ts';
import { administrator, type Client, clientOf, eventually, setUp, signIn } from './servers/vedette.ts';

interface CameraRow {
  readonly id: string;
  readonly status: {
    readonly state: string;
    readonly problem: { readonly code: string } | null;
    readonly framesPerSecond: number;
  };
}

interface Ready {
  readonly services: Readonly<Record<string, string>>;
  readonly degraded: readonly string[];
  /** Left out where every role is there. */
  readonly missing?: readonly string[];
}

const environment = { VEDETTE_ALLOW_PRIVATE_WEBHOOKS: 'true' };
/** Whoever is first to ask a service that hangs finds out after so long. */
const firstHungMs = 15_000;
/** A role that no process has any more is named within this. */
const roleNamedMs = 60_000;

/** Until `/readyz` says of a service what is wanted. */
async function seen(client: Client, service: string, state: 'up' | 'down'): Promise<Ready> {
  return eventually(`${service} is ${state}`, 60_000, async () => {
    const { body } = await client.call<Ready>('GET', '/readyz');
    return body.services?.[service] === state ? body : null;
  });
}

/** Until `/readyz` names these roles as missing, or none. */
async function roles(client: Client, missing: readonly string[]): Promise<Ready> {
  return eventually(`missing are: ${missing.join(', ')}`, roleNamedMs, async () => {
    const { body } = await client.call<Ready>('GET', '/readyz');
    return String(body.missing ?? []) === String(missing) ? body : null;
  });
}

/** Who calls with an access key: known from the records alone. */
async function machineOf(client: Client, url: string) {
  const permissions = ['view', 'arm', 'manage-sites', 'report-sensors'];
  const made = await client.call<{ key: string }>('POST', paths.accessKeys, {
    ...{ name: 'Desk', permissions, siteIds: null, lifeDays: 1 },
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const call: Client['call'] = async (method, path, body) => {
    const headers = { authorization: `Bearer ${made.body.key}`, 'content-type': 'application/json' };
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(new URL(path, url), { method, headers, ...content });
    return { status: answer.status, body: JSON.parse(await answer.text()) };
  };
  return {
    call,
    async create(path: string, body: unknown) {
      const answer = await call<{ id: string }>('POST', path, body);
      assert.ok(answer.status < 300, JSON.stringify(answer.body));
      return answer.body;
    },
    async incidentsAt(siteId: string) {
      const { body } = await call<{ id: string; siteId: string }[]>('GET', paths.incidents);
      return body.filter((incident) => incident.siteId === siteId).map(({ id }) => id);
    },
  };
}

test('services go and come back', { skip: clusterIsMissing, timeout: 900_000 }, async (t) => {
  await using cluster = await startCluster();
  await using receiver = await startReceiver();
  const door = await cluster.start('http', environment);
  await cluster.start('tend,deliver', environment);
  const recorder = await cluster.start('record');
  let client = await setUp(door, { name: 'Yard', source: { kind: 'demo' } });
  const stranger = clientOf(door.url);
  await client.call('POST', paths.channels, { kind: 'webhook', name: 'Desk', url: receiver.url });
  const sensors = await armedSensors(client, 6);
  const machine = await machineOf(client, door.url);
  const camera = await eventually('the camera is recorded', 90_000, async () => {
    const { body } = await client.call<CameraRow[]>('GET', paths.cameras);
    return body.find(({ status }) => status.state === 'recording') ?? null;
  });
  const told = (count: number) =>
    eventually(`${count} alerts`, 120_000, async () => (receiver.keys.size >= count ? true : null));

  await t.test(
    'Redis: pages and sign-in are refused at once, and nobody is told to sign in again',
    async () => {
      await cluster.redis.stop();
      const { degraded } = await seen(client, 'cache', 'down');
      assert.deepEqual(degraded, ['sign-in-off', 'updates-off', 'images-refused']);
      const now = Date.now();
      for (const path of [
        paths.cameras,
        paths.incidents,
        `${paths.timeline(camera.id)}?from=${now - 60_000}&to=${now}`,
      ]) {
        assert.equal((await promptly(client, () => client.fetch(path))).status, 503, path);
      }
      const json = { 'content-type': 'application/json' };
      const body = JSON.stringify(administrator);
      const refused = await promptly(client, () =>
        stranger.fetch(paths.session, { method: 'POST', body, headers: json }),
      );
      assert.equal(refused.status, 503);
      const page = await client.fetch(paths.me);
      assert.deepEqual([page.status, page.headers.get('retry-after')], [503, '5']);
      assert.match(await page.text(), /cache-unavailable.*no need to sign in again/);
    },
  );

  const replayed = await sensors.signed();
  await t.test(
    'Redis away: an intrusion opens one incident, and is told at once and once, however often it is sent',
    async () => {
      const forged = await replayed.send(door.url, { body: '{"state":"motion"}' });
      assert.equal(forged.status, 401);
      const first = await replayed.send(door.url);
      assert.equal(first.status, 200);
      const { incidentId } = SensorEventResult.parse(await first.json());
      assert.ok(incidentId !== null);
      await told(1);
      for (let time = 0; time < 3; time += 1) {
        const again = await replayed.send(door.url);
        assert.equal(SensorEventResult.parse(await again.json()).incidentId, incidentId);
      }
      assert.deepEqual(await machine.incidentsAt(replayed.siteId), [incidentId]);
      assert.equal(await sensors.trip(machine), 200);
      await told(2);
    },
  );

  await t.test('Redis away: a schedule arms its site on time', async () => {
    const site = await machine.create(paths.sites, { name: 'Night', timeZone: 'UTC' });
    const at = new Date(Date.now() + 75_000).toISOString().slice(11, 16);
    const schedule = {
      weekly: [{ days: [1, 2, 3, 4, 5, 6, 7], at, arming: 'armed-away' }],
      ...{ exceptions: [], holidays: { dates: [], yearly: [], entries: [] } },
    };
    const set = await machine.call('PUT', paths.schedule(site.id), { timeZone: 'UTC', schedule });
    assert.equal(set.status, 200, JSON.stringify(set.body));
    await eventually('the site is armed', 100_000, async () => {
      const { body } = await machine.call<{ id: string; arming: string }[]>('GET', paths.sites);
      return body.find(({ id }) => id === site.id)?.arming === 'armed-away' ? true : null;
    });
    assert.equal((await client.fetch(paths.me)).status, 503, 'Redis was away all the time');
  });

  await t.test(
    'Redis back: what was heard without it is not heard anew, also of a resolved incident',
    async () => {
      await cluster.redis.start();
      await seen(client, 'cache', 'up');
      // The Redis of tests keeps nothing on disk, sessions neither.
      client = await signIn(door.url);
      const [incidentId = ''] = await machine.incidentsAt(replayed.siteId);
      const resolved = await client.call('POST', paths.resolve(incidentId), { resolution: 'false-alarm' });
      assert.equal(resolved.status, 200, JSON.stringify(resolved.body));
      assert.equal((await replayed.send(door.url)).status, 200);
      assert.deepEqual(await machine.incidentsAt(replayed.siteId), [incidentId]);
      assert.equal(receiver.keys.size, 2);
    },
  );

  await t.test('Redis hangs: an intrusion is told before anybody would say that it hangs', async () => {
    cluster.redis.hang();
    const { value, ms } = await timed((await sensors.signed()).send(door.url));
    assert.equal(value.status, 200);
    assert.ok(ms < firstHungMs, `${ms} ms`);
    await told(3);
    await seen(client, 'cache', 'down');
    const next = await sensors.signed();
    await promptly(client, () => next.send(door.url));
    await told(4);
    await cluster.redis.start();
    await seen(client, 'cache', 'up');
  });

  await t.test('Kafka: incidents open, and their alerts go out later', async () => {
    cluster.kafka.nodes[0]?.hang();
    const { degraded } = await seen(client, 'queue', 'down');
    assert.deepEqual(degraded, ['alerts-wait', 'images-refused']);
    assert.equal(await sensors.trip(client), 200);
    assert.equal(receiver.keys.size, 4);
    await cluster.kafka.nodes[0]?.start();
    await told(5);
  });

  await t.test('PostgreSQL: nobody waits, recorders record, and nothing is missing afterwards', async () => {
    const from = Date.now();
    await cluster.postgres.kill();
    const caught = await timed(client.fetch(paths.cameras));
    assert.equal(caught.value.status, 503);
    assert.ok(caught.ms < 15_000, `who was under way waited ${caught.ms} ms`);
    assert.equal((await promptly(client, () => client.fetch(paths.cameras))).status, 503);
    assert.equal((await client.fetch('/readyz')).status, 503);
    const standing = await client.call<{ degraded: { name: string }[] }>('GET', paths.standing);
    assert.equal(standing.body.degraded[0]?.name, 'nothing-answers');
    assert.equal((await client.fetch('/healthz')).status, 200);
    await cluster.postgres.start();
    await seen(client, 'records', 'up');
    const to = Date.now();
    assert.equal(await sensors.trip(client), 200);
    await told(6);
    assert.equal(await recorder.stop(), 0, recorder.output());
    const line = await client.call<{ gaps: unknown[]; footage: unknown[] }>(
      'GET',
      `${paths.timeline(camera.id)}?from=${from}&to=${to}`,
    );
    assert.equal(line.status, 200);
    assert.deepEqual(line.body.gaps, []);
    assert.ok(line.body.footage.length > 0);
  });
  assert.ok(
    [...receiver.keys.values()].every((calls) => calls === 1),
    'something was told twice',
  );
});

test('processes that are killed are missed by name, and no longer when others took their place', {
  skip: clusterIsMissing,
  timeout: 600_000,
}, async () => {
  await using cluster = await startCluster();
  const door = await cluster.start('http', environment);
  const teller = await cluster.start('tend,deliver', environment);
  const recorder = await cluster.start('record');
  const client = await setUp(door, { name: 'Yard', source: { kind: 'demo' } });
  const status = async () => {
    const { body } = await client.call<CameraRow[]>('GET', paths.cameras);
    return body[0]?.status ?? assert.fail();
  };
  await eventually('the camera is recorded', 90_000, async () =>
    (await status()).state === 'recording' ? true : null,
  );
  assert.deepEqual((await roles(client, [])).degraded, []);

  await Promise.all([teller.kill(), recorder.kill()]);
  const { degraded } = await roles(client, ['record', 'deliver', 'tend']);
  assert.deepEqual(degraded, ['nothing-recorded', 'alerts-wait', 'schedules-wait']);
  const said = await client.call<{ degraded: { name: string }[] }>('GET', paths.standing);
  assert.deepEqual(
    said.body.degraded.map(({ name }) => name),
    degraded,
  );
  const gone = await status();
  assert.deepEqual(
    [gone.state, gone.problem?.code, gone.framesPerSecond],
    ['offline', 'recorder-missing', 0],
  );

  await cluster.start('tend,deliver', environment);
  await cluster.start('record');
  assert.deepEqual((await roles(client, [])).degraded, []);
  await eventually('the camera is recorded again', 90_000, async () =>
    (await status()).state === 'recording' ? true : null,
  );
});
