// Images that integrators write to Kafka, while who takes them in is killed and the broker restarts: each is stored once.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { Producer } from '@platformatic/kafka';
import { z } from 'zod';
import { CameraImages, QuarantinedImage } from '../src/http/contract/images.ts';
import { ImageSources, ImageSourceSecret } from '../src/http/contract/organization.ts';
import { paths } from '../src/http/contract/paths.ts';
import { signedRecord } from './houses/signed-record.ts';
import { segment, smallJpeg } from './houses/stills.ts';
import { type Cluster, clusterIsMissing, startCluster } from './servers/cluster.ts';
import { type Client, eventually, setUp, temporaryFolder } from './servers/vedette.ts';

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

/** A cluster with a door, a source made there, and a producer of its records. */
async function openHouse() {
  await using opening = new AsyncDisposableStack();
  const cluster = opening.use(await startCluster());
  const door = await cluster.start('http');
  const admin = await setUp(door, null);
  const [site] = Rows.parse((await admin.call('GET', paths.sites)).body);
  const made = await admin.call('POST', paths.imageSources, { name: 'Gatehouse', siteIds: null });
  const { source, secret } = ImageSourceSecret.parse(made.body);
  const ingester = await cluster.start('ingest');
  const producer = opening.use(producerOf(cluster));
  // Sent again, a record is the same one.
  const takenAt = String(Date.now());
  const said = (key: string, more: Record<string, string> = {}) => ({
    ...{ source: source.id, site: site?.id ?? '', camera: 'Gate', 'taken-at': takenAt },
    ...{ 'content-type': 'image/jpeg', 'idempotency-key': key, ...more },
  });
  const write = async (key: string, value: Uint8Array = picture(key), more: Record<string, string> = {}) =>
    producer.write(await signedRecord(secret, said(key, more), value), value);
  await eventually('the topic takes records', 60_000, () =>
    write('image-0').then(
      () => true,
      () => null,
    ),
  );
  const environment = {
    ...{ BROKERS: cluster.kafka.brokers().join(','), TOPIC: topic, SOURCE: source.id, SECRET: secret },
    SITE: site?.id ?? '',
  };
  const running = opening.move();
  return {
    ...{ cluster, admin, ingester, producer, said, write, environment },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function storedOf(admin: Client, wanted: number) {
  let last = 0;
  const images = await eventually(`${wanted} images are stored`, 120_000, async () => {
    const images = await imagesOf(admin);
    last = images.length;
    return last >= wanted ? images : null;
  }).catch((cause: unknown) => {
    throw new Error(`Only ${last} of ${wanted} images are stored.`, { cause });
  });
  assert.equal(images.length, wanted);
  return images;
}

test('a record is stored, put aside or dropped by who signed it and what it is; the example of the guide is stored', {
  skip: clusterIsMissing,
  timeout: 300_000,
}, async () => {
  await using house = await openHouse();
  const { admin, write, producer, said, ingester, environment } = house;
  assert.equal(ImageSources.parse((await admin.call('GET', paths.imageSources)).body).topic, topic);
  const bare = picture('unsigned');
  await producer.write(said('unsigned'), bare);
  await producer.write(await signedRecord('vds_guessed', said('guessed'), bare), bare);
  await write('foreign', bare, { site: crypto.randomUUID() });
  await write('large', randomBytes(20_000_001));
  await write('poison', smallJpeg().subarray(0, 60));
  await write('image-0');
  await write('image-0', picture('another'));
  await write('largest', padded(20_000_000));
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'gate.jpg');
  await writeFile(file, picture('example'));
  const example = new URL('../docs/guide/send-image.mjs', import.meta.url).pathname;
  await promisify(execFile)(process.execPath, [example, file, 'Gate'], {
    env: { ...process.env, ...environment },
  });

  await storedOf(admin, 3);
  const aside = await eventually('what is wrong is put aside', 60_000, async () => {
    const found = z.array(QuarantinedImage).parse((await admin.call('GET', paths.quarantine)).body);
    return found.length >= 4 ? found : null;
  });
  assert.deepEqual(aside.map(({ reason }) => reason.code).toSorted(), [
    ...['key-reused', 'site-not-allowed', 'too-large', 'truncated'],
  ]);
  assert.ok(aside.every(({ way }) => way === 'kafka'));
  await ingester.stop();
  // At least once, as records come: one that is handed over again is counted again.
  assert.match(ingester.output(), /"no-signature":[1-9]/);
  assert.match(ingester.output(), /"wrong-signature":[1-9]/);
});

test(`${count} records are stored once each while who takes them in is killed and the broker restarts`, {
  skip: clusterIsMissing,
  timeout: 300_000,
}, async () => {
  await using house = await openHouse();
  const { cluster, admin, write, ingester } = house;
  const [broker] = cluster.kafka.nodes;
  let killing: Promise<unknown> = Promise.resolve();
  for (let index = 1; index < count; index += 1) {
    await write(`image-${index}`);
    if (index % 10 === 0) await write(`image-${index}`);
    if (index === count / 3) killing = ingester.kill().then(() => cluster.start('ingest'));
    if (index === (2 * count) / 3) {
      await killing;
      await broker?.stop();
      await broker?.start();
    }
  }
  const stored = await storedOf(admin, count);
  assert.equal(new Set(stored.map(({ id }) => id)).size, count);
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
