// Images that integrators write to Kafka, while who takes them in is killed and the broker restarts: each is stored once.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { Producer } from '@platformatic/kafka';
import { z } from 'zod';
import { CameraImages, QuarantinedImage } from '../src/http/contract/images.ts';
import { ImageSources, ImageSourceSecret } from '../src/http/contract/organization.ts';
import { paths } from '../src/http/contract/paths.ts';
import { signedRecord } from './houses/signed-record.ts';
import { segment, smallJpeg } from './houses/stills.ts';
import { type Cluster, clusterIsMissing, startCluster } from './servers/cluster.ts';
import { type Client, eventually, setUp, type Vedette } from './servers/vedette.ts';

const count = 300;
const Rows = z.array(z.object({ id: z.string(), name: z.string() }));
const topic = 'vedette.images';

/** Writes records as an integrator does. */
function producerOf({ kafka }: Cluster) {
  const producer = new Producer({
    ...{
      clientId: 'gatehouse',
      bootstrapBrokers: [...kafka.brokers()],
      acks: -1,
      retries: 30,
      retryDelay: 500,
    },
  });
  return {
    async write(headers: Readonly<Record<string, string>>, value: Uint8Array) {
      const content = new Map(
        Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)] as const),
      );
      await producer.send({ messages: [{ topic, value: Buffer.from(value), headers: content }] });
    },
    [Symbol.asyncDispose]: () => producer.close(),
  };
}

async function imagesOf(admin: Client) {
  const cameras = Rows.parse((await admin.call('GET', paths.cameras)).body);
  const gate = cameras.find(({ name }) => name === 'Gate');
  if (gate === undefined) return [];
  const span = `?from=${Date.now() - 3_600_000}&to=${Date.now() + 60_000}`;
  return CameraImages.parse((await admin.call('GET', paths.cameraImages(gate.id) + span)).body).images;
}

test(`${count} records are taken in once each, the taker killed and the broker restarted; what is wrong is put aside or dropped`, {
  skip: clusterIsMissing,
  timeout: 300_000,
}, async (t) => {
  await using cluster = await startCluster();
  const door = await cluster.start('http');
  const admin = await setUp(door, null);
  const [site] = Rows.parse((await admin.call('GET', paths.sites)).body);
  const made = await admin.call('POST', paths.imageSources, { name: 'Gatehouse', siteIds: null });
  const { source, secret } = ImageSourceSecret.parse(made.body);
  assert.equal(ImageSources.parse((await admin.call('GET', paths.imageSources)).body).topic, topic);
  const first = await cluster.start('ingest');
  await using producer = producerOf(cluster);
  const said = (key: string, more: Record<string, string> = {}) => ({
    ...{ source: source.id, site: site?.id ?? '', camera: 'Gate', 'taken-at': String(Date.now()) },
    ...{ 'content-type': 'image/jpeg', 'idempotency-key': key, ...more },
  });
  const write = async (key: string, value: Uint8Array = picture(key), more: Record<string, string> = {}) =>
    producer.write(await signedRecord(secret, said(key, more), value), value);

  // Whoever comes before the topic is made waits for it.
  await eventually('the topic takes records', 60_000, () =>
    write('image 0').then(
      () => true,
      () => null,
    ),
  );
  let killing: Promise<Vedette> | null = null;
  for (let index = 1; index < count; index += 1) {
    await write(`image ${index}`);
    if (index % 10 === 0) await write(`image ${index}`);
    if (index === count / 3) killing = first.kill().then(() => cluster.start('ingest'));
    if (index === (2 * count) / 3) {
      const [broker] = cluster.kafka.nodes;
      await broker?.stop();
      await broker?.start();
    }
  }
  await killing;

  const bare = picture('unsigned');
  await producer.write(said('unsigned'), bare);
  await producer.write(await signedRecord('vds_guessed', said('guessed'), bare), bare);
  await write('foreign', bare, { site: crypto.randomUUID() });
  await write('large', randomBytes(20_000_001));
  await write('poison', smallJpeg().subarray(0, 60));
  await write('image 1', picture('another'));
  // The largest that is taken: all of it is looked at.
  await write('largest', padded(20_000_000));

  let last = 0;
  const stored = await eventually('every image is stored', 90_000, async () => {
    const images = await imagesOf(admin);
    last = images.length;
    return images.length > count ? images : null;
  }).catch(async (error: unknown) => {
    const second = await killing;
    process.stderr.write(`${last} stored\n${JSON.stringify((await admin.call('GET', paths.quarantine)).body)}\n${String(second?.output()).slice(-6000)}`);
    throw error;
  });
  assert.equal(stored.length, count + 1);
  assert.equal(new Set(stored.map(({ id }) => id)).size, count + 1);
  const aside = await eventually('what is wrong is put aside', 60_000, async () => {
    const found = z.array(QuarantinedImage).parse((await admin.call('GET', paths.quarantine)).body);
    return found.length >= 4 ? found : null;
  });
  assert.deepEqual(aside.map(({ reason }) => reason.code).toSorted(), [
    ...['key-reused', 'site-not-allowed', 'too-large', 'truncated'],
  ]);
  assert.ok(aside.every(({ way }) => way === 'kafka'));
  t.diagnostic(`${stored.length} stored, ${aside.length} put aside`);
});

function picture(text: string): Uint8Array<ArrayBuffer> {
  return smallJpeg([segment(0xfe, new TextEncoder().encode(text.repeat(50)))]);
}

/** A picture with comments up to this size. */
function padded(size: number): Uint8Array<ArrayBuffer> {
  const left = size - smallJpeg().length;
  const full = 65_537;
  // What is left over must have room for a segment of its own.
  const whole = Math.floor((left - 4) / full);
  const rest = left - whole * full;
  const comments = Array.from({ length: whole }, () => segment(0xfe, new Uint8Array(65_533)));
  return smallJpeg([...comments, segment(0xfe, new Uint8Array(rest - 4))]);
}
