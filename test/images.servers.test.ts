// Images that are pushed while those who take them in are killed: each is stored once, and none is lost.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { CameraImages, PushedReceipt } from '../src/http/contract/images.ts';
import { paths } from '../src/http/contract/paths.ts';
import { segment, smallJpeg } from './houses/stills.ts';
import { clusterIsMissing, startCluster } from './servers/cluster.ts';
import { eventually, setUp } from './servers/vedette.ts';

const count = 2_000;
const atOnce = 40;
const Rows = z.array(z.object({ id: z.string(), name: z.string().optional() }));
const Key = z.object({ key: z.string() });

test('two processes take in 2 000 images, one of them is killed in the middle: each is stored once, none is lost', {
  skip: clusterIsMissing,
  timeout: 400_000,
}, async (t) => {
  await using cluster = await startCluster();
  const door = await cluster.start('http');
  const admin = await setUp(door, null);
  const [site] = Rows.parse((await admin.call('GET', paths.sites)).body);
  assert.ok(site);
  const made = await admin.call('POST', paths.accessKeys, {
    ...{ name: 'Importer', permissions: ['push-images'], siteIds: null, lifeDays: 1 },
  });
  const { key } = Key.parse(made.body);
  const [first] = await Promise.all([cluster.start('ingest'), cluster.start('ingest')]);

  const accepted = new Set<string>();
  const took: number[] = [];
  let next = 0;
  let killing: Promise<unknown> | null = null;
  async function push(): Promise<void> {
    for (let index = next++; index < count; index = next++) {
      if (index === count / 2) killing = first.kill().then(() => cluster.start('ingest'));
      const body = smallJpeg([segment(0xfe, new TextEncoder().encode(`image ${index} `.repeat(1_500)))]);
      const began = performance.now();
      const response = await fetch(`${door.url}${paths.images}?siteId=${site?.id}&camera=Gate`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'image/jpeg' },
        body,
      });
      assert.equal(response.status, 202, await response.clone().text());
      took.push(performance.now() - began);
      accepted.add(PushedReceipt.parse(await response.json()).id);
    }
  }
  const beganAt = performance.now();
  await Promise.all(Array.from({ length: atOnce }, push));
  const seconds = (performance.now() - beganAt) / 1000;
  took.sort((a, b) => a - b);
  const p95 = Math.round(took[Math.floor(took.length * 0.95)] ?? 0);
  t.diagnostic(
    `${Math.round(count / seconds)} images/s accepted by one process, ${atOnce} at once, p95 ${p95} ms`,
  );
  await killing;
  assert.equal(accepted.size, count);

  const stored = await eventually('every image is stored', 180_000, async () => {
    const cameras = Rows.parse((await admin.call('GET', paths.cameras)).body);
    const gate = cameras.find(({ name }) => name === 'Gate');
    if (gate === undefined) return null;
    const span = `?from=${Date.now() - 3_600_000}&to=${Date.now() + 60_000}`;
    const { body } = await admin.call('GET', paths.cameraImages(gate.id) + span);
    const { images } = CameraImages.parse(body);
    return images.length >= count ? images : null;
  });
  assert.deepEqual(new Set(stored.map(({ id }) => id)), accepted);
});
