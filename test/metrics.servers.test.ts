// What operators read where roles run apart, on the real services.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type MeteredRole,
  meteredRoles,
  queueTopics,
  seriesNames,
  seriesOf,
} from '../src/core/metrics/series.ts';
import { scrape } from './houses/figures.ts';
import { clusterIsMissing, startCluster } from './servers/cluster.ts';
import { freePort } from './servers/free-port.ts';
import { eventually, setUp, type Vedette } from './servers/vedette.ts';

const isRole = (text: string): text is MeteredRole => meteredRoles.some((role) => role === text);

test('each process tells the series of its roles, who tends how far Kafka lags, and nothing of a Kafka that is away', {
  skip: clusterIsMissing,
  timeout: 420_000,
}, async () => {
  await using cluster = await startCluster();
  const processes: { roles: readonly MeteredRole[]; url: string; vedette: Vedette }[] = [];
  for (const roles of ['http', 'tend,deliver', 'tend', 'record', 'ingest,detect']) {
    const port = await freePort();
    const vedette = await cluster.start(roles, { VEDETTE_PROBE_PORT: String(port) });
    processes.push({ roles: roles.split(',').filter(isRole), url: `http://127.0.0.1:${port}`, vedette });
  }
  const [door, teller, , recorder] = processes;
  assert.ok(door && teller && recorder);
  await setUp(door.vedette, { name: 'Yard camera', source: { kind: 'demo' } });
  await eventually('the camera is recorded', 60_000, async () =>
    (await scrape(recorder.url)).sum('vedette_cameras', { state: 'recording' }) === 1 ? true : null,
  );
  for (const { roles, url } of processes) {
    const { kinds, sum } = await scrape(url);
    const wanted = seriesNames.filter((name) => seriesOf(name).roles.some((role) => roles.includes(role)));
    assert.deepEqual([...kinds.keys()].toSorted(), wanted.toSorted(), roles.join());
    assert.equal(sum('vedette_service_up'), 5, roles.join());
    assert.equal(sum('vedette_role'), roles.length);
  }
  const { sum } = await scrape(teller.url);
  for (const topic of queueTopics) assert.equal(sum('vedette_queue_waiting_messages', { topic }), 0, topic);
  assert.equal(sum('vedette_queue_dead_letters'), 0);
  await eventually('one of the two leads each work', 60_000, async () => {
    const both = await Promise.all(processes.slice(1, 3).map(({ url }) => scrape(url)));
    const leaders = (work: string) =>
      both.reduce((count, each) => count + (each.sum('vedette_leads', { work }) ?? 0), 0);
    return ['expiry', 'relay', 'upkeep'].every((work) => leaders(work) === 1) ? true : null;
  });

  cluster.kafka.network.cut();
  await eventually('nothing is said of the queue', 90_000, async () => {
    const beganMs = performance.now();
    const now = await scrape(teller.url);
    assert.ok(performance.now() - beganMs < 9_000, 'Prometheus would have given up');
    const isSilent = now.sum('vedette_queue_waiting_messages') === null;
    const isDown = now.sum('vedette_service_up', { service: 'queue' }) === 0;
    const isTold = now.sum('vedette_degraded', { mode: 'alerts-wait' }) === 1;
    return isSilent && isDown && isTold ? true : null;
  });
  assert.equal((await scrape(teller.url)).sum('vedette_outbox_due_messages'), 0, 'the others are told');
  cluster.kafka.network.mend();
  await eventually('the queue is told of again', 90_000, async () =>
    (await scrape(teller.url)).sum('vedette_queue_waiting_messages') === 0 ? true : null,
  );
});
