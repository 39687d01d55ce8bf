// Images that are small on the way and large once decoded: who takes them in keeps to the memory that its deployment gives it.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { z } from 'zod';
import { ImageStatus, PushedReceipt } from '../src/http/contract/images.ts';
import { paths } from '../src/http/contract/paths.ts';
import { bytes, chunk } from './houses/stills.ts';
import { clusterIsMissing, startCluster } from './servers/cluster.ts';
import { eventually, setUp } from './servers/vedette.ts';

/** A black PNG of so many pixels on each side, with red, green, blue and transparency of 8 or 16 bits. */
function black(side: number, depth: 8 | 16): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, side);
  view.setUint32(4, side);
  header.set([depth, 6], 8);
  const data = deflateSync(new Uint8Array(side * (1 + side * (depth / 2))), { level: 1 });
  const pieces = [chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', new Uint8Array())];
  return bytes([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], ...pieces);
}

/** The most memory that a process ever had, in MiB. */
async function mostMemory(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

test('however large images become when they are decoded, who takes them in and looks at them keeps to its memory', {
  skip: clusterIsMissing,
  timeout: 300_000,
}, async (t) => {
  await using cluster = await startCluster();
  const door = await cluster.start('http');
  const admin = await setUp(door, null);
  const [site] = z.array(z.object({ id: z.string() })).parse((await admin.call('GET', paths.sites)).body);
  const input = { name: 'Importer', permissions: ['push-images'], siteIds: null, lifeDays: 1 };
  const made = await admin.call('POST', paths.accessKeys, input);
  const { key } = z.object({ key: z.string() }).parse(made.body);
  const worker = await cluster.start('ingest,detect');
  const authorization = `Bearer ${key}`;
  const before = await mostMemory(worker.process.pid);

  const [deep, fits, flat] = [black(8_000, 16), black(6_300, 16), black(8_000, 8)];
  const pushed = [...Array(3).fill(deep), fits, flat, flat];
  const ids = await Promise.all(
    pushed.map(async (body) => {
      const url = `${door.url}${paths.images}?siteId=${site?.id}&camera=Gate`;
      const headers = { authorization, 'content-type': 'image/png' };
      const response = await fetch(url, { method: 'POST', headers, body });
      return PushedReceipt.parse(await response.json()).id;
    }),
  );
  const fates = await eventually('every image was looked at', 200_000, async () => {
    const told = await Promise.all(
      ids.map(async (id) => {
        const response = await fetch(door.url + paths.image(id), { headers: { authorization } });
        const { state, reason, look } = ImageStatus.parse(await response.json());
        return reason?.code ?? (state === 'stored' ? look : null);
      }),
    );
    return told.every((fate) => fate !== null && fate !== 'waiting') ? told : null;
  });
  assert.deepEqual(fates, [...Array(3).fill('too-many-pixels'), ...Array(3).fill('done')]);

  const values = await readFile(new URL('../infra/kubernetes/vedette/values.yaml', import.meta.url), 'utf8');
  const [, gibibytes] = /roles: ingest,detect[\s\S]*?limits: \{ memory: (\d+)Gi \}/.exec(values) ?? [];
  const most = await mostMemory(worker.process.pid);
  t.diagnostic(`${Math.round(before)} MiB before, ${Math.round(most)} MiB at most`);
  assert.ok(most < Number(gibibytes) * 1024, `${Math.round(most)} MiB of ${gibibytes} GiB`);
});
