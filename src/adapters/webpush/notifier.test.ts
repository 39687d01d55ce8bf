// The push notifier against a push service on loopback that reads what browsers read.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createServer } from 'node:http';
import { checkVapid, decryptPush, openPushEndpoint } from '../../../test/servers/push-endpoint.ts';
import type { ChannelTarget } from '../../core/alert/alert.ts';
import { silentLog } from '../../core/ports/log.ts';
import { type Arrival, notifierContract, sampleAlert } from '../../core/ports/notifier.contract.ts';
import { secret } from '../../core/secret.ts';
import { manualClock } from '../memory/clock.ts';
import { memoryKeys } from '../memory/keys.ts';
import { isPrivateHost, mayReach } from '../outbound/address.ts';
import { guardedFetch, type GuardedFetchOptions } from '../outbound/fetch.ts';
import { openDatabase } from '../sql/database.ts';
import { sqlRecords } from '../sql/records.ts';
import { pushKeys } from './keys.ts';
import { maxPushPayloadBytes, pushNotifier, pushPayload } from './notifier.ts';

const patient = () => new AbortController().signal;
const contact = 'mailto:admin@example.org';

async function keysOf(t: TestContext) {
  const database = await openDatabase({ path: ':memory:', log: silentLog });
  t.after(() => database.close());
  const records = sqlRecords({ database, keys: memoryKeys(), clock: manualClock() });
  return { records, keys: pushKeys(records.pushKeys) };
}

async function open(t: TestContext, options: Partial<GuardedFetchOptions> = {}) {
  const endpoint = await openPushEndpoint();
  t.after(() => endpoint.close());
  const { keys } = await keysOf(t);
  const allowPrivate = options.allowPrivateAddresses ?? true;
  const notifier = pushNotifier({
    fetch: guardedFetch({ allowPrivateAddresses: allowPrivate, ...options }),
    mayReach: (url) => mayReach(url, { allowPrivate }),
    log: silentLog,
    keys,
    contact,
    allowPlain: allowPrivate,
  });
  t.after(() => notifier.close());
  return { endpoint, notifier };
}

function targetOf({ endpoint, keys }: ReturnType<Awaited<ReturnType<typeof openPushEndpoint>>['subscribe']>) {
  return { kind: 'push', endpoint, p256dh: keys.p256dh, auth: secret(keys.auth) } as const;
}

notifierContract('push notifier', async (t) => {
  const { endpoint, notifier } = await open(t);
  const target: ChannelTarget = targetOf(endpoint.subscribe());
  const statuses = { take: 201, 'refuse-for-now': 503, 'refuse-for-good': 400, hang: 0 };
  return {
    notifier,
    target,
    lacks: ['picture'],
    arrivals: () =>
      endpoint.arrivals.map(({ text }): Arrival => {
        const { id } = JSON.parse(text);
        return { idempotencyKey: id, text, snapshot: null };
      }),
    behave: (how) => endpoint.answer(statuses[how]),
    secrets: [target.kind === 'push' ? target.auth.reveal() : '', new URL(target.endpoint).pathname.slice(1)],
  };
});

test('the receiver of these tests reads the example of RFC 8291 §5', () => {
  const bytes = (text: string) => Buffer.from(text, 'base64url');
  const body = bytes(
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
  );
  const keys = {
    privateKey: bytes('q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94'),
    publicKey: bytes(
      'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
    ),
    auth: bytes('BTBZMqHH6r4Tts7J_aSIgg'),
  };
  assert.equal(decryptPush(body, keys), 'When I grow up, I want to be a watermelon');
  const flipped = Buffer.from(body);
  flipped[90] = (flipped[90] ?? 0) ^ 1;
  assert.throws(() => decryptPush(flipped, keys));
});

test('a message is urgent, waits an hour at most, replaces itself, and says who sent it', async (t) => {
  const { endpoint, notifier } = await open(t);
  const key = '01a101a2-aa00-7225-a430-f1f712c93dbb';
  await notifier.send(sampleAlert(key), targetOf(endpoint.subscribe()), patient());
  const [{ headers, subject } = assert.fail()] = endpoint.arrivals;
  assert.deepEqual(
    [headers.urgency, headers.ttl, headers.topic, headers['content-encoding']],
    ['high', '3600', '01a101a2aa007225a430f1f712c93dbb', 'aes128gcm'],
  );
  assert.equal(subject, contact);
  assert.throws(() => checkVapid(headers, 'https://elsewhere.example'), /The token is for/);
  assert.deepEqual(endpoint.faults, []);
});

test('what a browser is told names the incident, its page and where its picture is', async (t) => {
  const { endpoint, notifier } = await open(t);
  await notifier.send(sampleAlert('key'), targetOf(endpoint.subscribe()), patient());
  assert.deepEqual(JSON.parse(endpoint.arrivals[0]?.text ?? ''), {
    id: 'key',
    title: 'Person at Bakery · Yard',
    text: 'A person was seen at Bäckerei <Müller> by Yard.',
    url: '/incidents/key',
    tag: 'incident-1',
    incidentId: 'incident-1',
    picture: '/api/v1/incidents/incident-1/snapshot.jpg',
  });
});

test('however long the words, a message fits what every push service takes', () => {
  const alert = { ...sampleAlert('key'), title: 'ö'.repeat(5_000), text: '漢'.repeat(5_000) };
  assert.ok(Buffer.byteLength(pushPayload(alert)) <= maxPushPayloadBytes);
});

test('a browser that is gone is known to be; one whose keys are damaged too', async (t) => {
  const { endpoint, notifier } = await open(t);
  const target = targetOf(endpoint.subscribe());
  for (const status of [404, 410]) {
    endpoint.answer(status);
    const result = await notifier.send(sampleAlert('key'), target, patient());
    assert.deepEqual([result.outcome, result.outcome === 'failed' && result.gone], ['failed', true]);
  }
  endpoint.answer(201);
  const damaged = await notifier.send(sampleAlert('key'), { ...target, p256dh: 'AAAA' }, patient());
  assert.ok(damaged.outcome === 'failed' && damaged.gone === true && !damaged.retry);
});

test('a redirect to an inner address is not followed, and an inner address is not called', async (t) => {
  let inner = 0;
  const server = createServer((_, response) => {
    inner += 1;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { endpoint, notifier } = await open(t);
  endpoint.answer(307, `http://127.0.0.1:${port}/`);
  const led = await notifier.send(sampleAlert('key'), targetOf(endpoint.subscribe()), patient());
  assert.ok(led.outcome === 'failed' && !led.retry);
  assert.match(led.reason, /redirect/);

  const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
  const strict = await open(t, { allowPrivateAddresses: false, resolve });
  const named = {
    ...targetOf(strict.endpoint.subscribe()),
    endpoint: `https://push.example.org:${port}/browser`,
  };
  const refused = await strict.notifier.send(sampleAlert('key'), named, patient());
  assert.ok(refused.outcome === 'failed' && !refused.retry);
  assert.match(refused.reason, /not on the public internet/);
  for (const endpoint of [
    'http://push.example.org/',
    'https://10.0.0.1/',
    'https://[::1]/',
    'file:///etc/passwd',
    'x',
  ]) {
    assert.notEqual(strict.notifier.refusal({ ...named, endpoint }), null, endpoint);
  }
  assert.equal(isPrivateHost(new URL(`http://127.0.0.1:${port}`)), true);
  assert.equal(inner, 0);
});

test('the keys of an installation are made once, whoever asks, and are there after a restart', async (t) => {
  const { records, keys } = await keysOf(t);
  const others = Array.from({ length: 8 }, () => pushKeys(records.pushKeys));
  const found = await Promise.all([keys, ...others].map((ask) => ask()));
  assert.equal(new Set(found.map(({ publicKey }) => publicKey)).size, 1);
  assert.equal(new Set(found.map(({ privateKey }) => privateKey.reveal())).size, 1);
  assert.equal((await pushKeys(records.pushKeys)()).publicKey, found[0]?.publicKey);
});
