// An embedded installation that has lived, and what must still be so after it moved.

import assert from 'node:assert/strict';
import { z } from 'zod';
import { signWebhook } from '../../src/adapters/webhook/signature.ts';
import { secret } from '../../src/core/secret.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { type Client, eventually, runVedette } from './vedette.ts';

const Report = z.object({
  ok: z.boolean(),
  pass: z.enum(['first', 'last']),
  isSame: z.boolean(),
  written: z.number(),
  tables: z.array(
    z.object({
      table: z.string(),
      source: z.object({ rows: z.number(), hash: z.string() }),
      target: z.object({ rows: z.number(), hash: z.string() }),
      differing: z.array(z.string()),
    }),
  ),
  objects: z.object({
    ...{ objects: z.number(), bytes: z.number(), copied: z.number(), removed: z.number() },
    ...{ differing: z.array(z.string()), damaged: z.array(z.string()) },
  }),
  missing: z.array(z.string()),
  notes: z.array(z.string()),
});

/** Runs `vedette migrate` with the addresses of the target in its environment. */
export async function migrated(
  from: string,
  { environment }: { readonly environment: Readonly<Record<string, string>> },
  ...words: string[]
) {
  const run = await runVedette(['migrate', '--from', from, '--json', ...words], { ...environment });
  assert.ok(run.stdout !== '', run.stderr);
  return { code: run.code, report: Report.parse(JSON.parse(run.stdout)), text: run.stdout };
}

/** What is known of an installation before it moves. */
export interface Lived {
  readonly keyPath: string;
  readonly key: string;
  readonly cameraId: string;
  readonly deviceId: string;
  /** What the device signs with. */
  readonly signingSecret: string;
}

/** Has the installation record, and keep what has secrets. */
export async function live(admin: Client): Promise<Lived> {
  const camera = await eventually('the camera is recorded', 90_000, async () => {
    const { body } = await admin.call<{ id: string; siteId: string; status: { state: string } }[]>(
      'GET',
      paths.cameras,
    );
    return body.find(({ status }) => status.state === 'recording') ?? null;
  });
  const { body: device } = await admin.call<{ id: string; signingSecret: string }>('POST', paths.devices, {
    ...{ kind: 'sensor', siteId: camera.siteId, name: 'Gate', senses: 'opening', link: { via: 'webhook' } },
  });
  const keyPath = await eventually('footage is there', 60_000, async () => {
    const text = await (await admin.fetch(paths.live(camera.id))).text();
    return /#EXT-X-KEY:METHOD=AES-128,URI="([^"]+)"/.exec(text)?.[1] ?? null;
  });
  const key = (await (await admin.fetch(keyPath)).bytes()).toHex();
  const { id: deviceId, signingSecret } = device;
  return { keyPath, key, cameraId: camera.id, deviceId, signingSecret };
}

/** It all goes on: old footage plays, devices are known by their secrets, rows are added. */
export async function goesOn(client: Client, lived: Lived): Promise<void> {
  const { keyPath, key, cameraId, deviceId } = lived;
  assert.equal(
    (await (await client.fetch(keyPath)).bytes()).toHex(),
    key,
    'the key of old footage is the same',
  );
  const playlist = await (
    await client.fetch(paths.playlist(cameraId, Date.now() - 3_600_000, Date.now()))
  ).text();
  const fragment = playlist.split('\n').find((line) => line.endsWith('.m4s')) ?? assert.fail(playlist);
  const bytes = await (await client.fetch(fragment)).bytes();
  assert.ok(bytes.length > 1_000 && bytes.length % 16 === 0);
  const devices = await client.call<{ id: string }[]>('GET', paths.devices);
  assert.ok(
    devices.body.some(({ id }) => id === deviceId),
    JSON.stringify(devices.body),
  );
  assert.equal(await says(client, lived), 200, 'the device is known by its old secret');
  const another = `whsec_${btoa('another')}`;
  assert.notEqual(await says(client, { ...lived, signingSecret: another }), 200);
  // What is numbered by the database goes on after what was moved.
  const armed = await client.call(
    'PUT',
    paths.arming((await client.call<{ siteId: string }[]>('GET', paths.cameras)).body[0]?.siteId ?? ''),
    {
      arming: 'armed-away',
      now: true,
    },
  );
  assert.ok(armed.status < 300, JSON.stringify(armed.body));
}

/** The sensor says something, signed with its secret; resolves with the status of the answer. */
async function says(client: Client, { deviceId, signingSecret }: Lived): Promise<number> {
  const [id, timestamp] = [crypto.randomUUID(), Math.floor(Date.now() / 1_000)];
  const body = JSON.stringify({ state: 'closed' });
  const answer = await client.fetch(paths.deviceEvents(deviceId), {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signWebhook(secret(signingSecret), { id, timestamp, body }) ?? '',
    },
  });
  return answer.status;
}
