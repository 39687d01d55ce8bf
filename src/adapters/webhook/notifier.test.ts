// The webhook notifier against servers on loopback, and against addresses it must not reach.

import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import type { Clock } from '../../core/ports/clock.ts';
import { silentLog } from '../../core/ports/log.ts';
import { type Arrival, notifierContract, sampleAlert } from '../../core/ports/notifier.contract.ts';
import { secret } from '../../core/secret.ts';
import { manualClock } from '../memory/clock.ts';
import { isPrivateHost } from '../outbound/address.ts';
import { type GuardedFetchOptions, guardedFetch } from '../outbound/fetch.ts';
import { webhookNotifier } from './notifier.ts';
import { signWebhook } from './signature.ts';

const signingSecret = secret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
const patient = () => new AbortController().signal;

/** A server on loopback that answers with `answer`; its address, and the requests that came. */
async function receiver(
  t: TestContext,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
) {
  const requests: { readonly request: IncomingMessage; readonly body: Buffer }[] = [];
  const server = createServer(async (request, response) => {
    requests.push({ request, body: await buffer(request) });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/hook/s3cr3t-path`, port, requests };
}

function open(
  t: TestContext,
  { allowPrivateAddresses = true, resolve, clock }: { clock?: Clock } & Partial<GuardedFetchOptions> = {},
) {
  const fetch = guardedFetch({ allowPrivateAddresses, ...(resolve === undefined ? {} : { resolve }) });
  const mayReach = (url: URL) => allowPrivateAddresses || !isPrivateHost(url);
  const notifier = webhookNotifier({
    fetch,
    mayReach,
    log: silentLog,
    ...(clock === undefined ? {} : { clock }),
  });
  t.after(() => notifier.close());
  return notifier;
}

const to = (url: string) => ({ kind: 'webhook', url, signingSecret }) as const;

notifierContract('webhook notifier', async (t) => {
  let status = 204;
  const arrivals: Arrival[] = [];
  const { url, requests } = await receiver(t, (request, response) => {
    if (status === 0) return;
    if (status === 204) {
      const text = requests.at(-1)?.body.toString() ?? '';
      const { data } = JSON.parse(text);
      const picture = data?.snapshot === undefined ? null : Uint8Array.fromBase64(data.snapshot.base64);
      arrivals.push({ idempotencyKey: String(request.headers['webhook-id']), text, snapshot: picture });
    }
    response.writeHead(status).end();
  });
  const statuses = { take: 204, 'refuse-for-now': 503, 'refuse-for-good': 404, hang: 0 };
  return {
    notifier: open(t),
    target: to(url),
    arrivals: () => arrivals,
    behave: (how) => {
      status = statuses[how];
    },
    secrets: ['s3cr3t-path', signingSecret.reveal()],
  };
});

test('the signature agrees with the published vector of Standard Webhooks', () => {
  const signature = signWebhook(signingSecret, {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: 1614265330,
    body: '{"test": 2432232314}',
  });
  assert.equal(signature, 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  assert.equal(signWebhook(secret('whsec_%%%'), { id: '', timestamp: 0, body: '' }), null);
});

test('a call is a POST of the JSON, signed over exactly the bytes that are sent, at the time of the attempt', async (t) => {
  const { url, requests } = await receiver(t, (_, response) => response.end());
  const clock = manualClock(Date.UTC(2026, 0, 1));
  await open(t, { clock }).send(sampleAlert('key'), to(url), patient());
  const [{ request, body } = assert.fail()] = requests;
  const timestamp = Date.UTC(2026, 0, 1) / 1000;
  assert.equal(request.method, 'POST');
  assert.equal(request.headers['content-type'], 'application/json');
  assert.equal(request.headers['webhook-timestamp'], String(timestamp));
  const expected = signWebhook(signingSecret, { id: 'key', timestamp, body: body.toString() });
  assert.equal(request.headers['webhook-signature'], expected);
  assert.deepEqual(JSON.parse(body.toString()), sampleAlert('key').data);
});

test('statuses that pass with time are tried again, others are not', async (t) => {
  let status = 0;
  const { url } = await receiver(t, (_, response) => response.writeHead(status).end());
  const notifier = open(t);
  const retried: number[] = [];
  for (status of [300, 302, 400, 401, 403, 404, 408, 410, 413, 422, 425, 429, 500, 502, 503, 504]) {
    const result = await notifier.send(sampleAlert('key'), to(url), patient());
    assert.ok(result.outcome === 'failed');
    if (result.retry) retried.push(status);
  }
  assert.deepEqual(retried, [408, 425, 429, 500, 502, 503, 504]);
});

test('a redirect is not followed', async (t) => {
  const inner = await receiver(t, (_, response) => response.end());
  const { url } = await receiver(t, (_, response) => response.writeHead(307, { location: inner.url }).end());
  const result = await open(t).send(sampleAlert('key'), to(url), patient());
  assert.ok(result.outcome === 'failed' && !result.retry);
  assert.match(result.reason, /redirect/);
  assert.deepEqual(inner.requests, []);
});

test('an answer without end is cut off and counts by its status', async (t) => {
  const { promise: cut, resolve } = Promise.withResolvers<number>();
  const { url } = await receiver(t, (request, response) => {
    response.on('close', () => resolve(request.socket.bytesWritten));
    const pour = () => {
      while (!response.destroyed && response.write(Buffer.alloc(16 * 1024)));
    };
    response.on('drain', pour);
    pour();
  });
  const result = await open(t).send(sampleAlert('key'), to(url), patient());
  assert.deepEqual(result, { outcome: 'handed-over' });
  // What lies in the buffers of two sockets has left the server too.
  assert.ok((await cut) < 32 * 1024 * 1024);
});

test('a host that cannot be reached is tried again', async (t) => {
  const notifier = open(t, {
    resolve: () => Promise.reject(Object.assign(new Error(), { code: 'ENOTFOUND' })),
  });
  const result = await notifier.send(sampleAlert('key'), to('https://hooks.invalid/x'), patient());
  assert.deepEqual(result, {
    outcome: 'failed',
    retry: true,
    reason: 'hooks.invalid cannot be reached: there is no such host.',
  });
});

test('private hosts are refused before anything is sent, however they are written', async (t) => {
  const { port, requests } = await receiver(t, (_, response) => response.end());
  const resolve = async (hostname: string) => {
    assert.equal(hostname, 'inside.example.org');
    return [
      { address: '127.0.0.1', family: 4 },
      { address: '::1', family: 6 },
    ];
  };
  const notifier = open(t, { allowPrivateAddresses: false, resolve });
  const hosts = ['inside.example.org', '127.0.0.1', '2130706433', '0x7f.1', '[::1]', '[::ffff:127.0.0.1]'];
  for (const host of [...hosts, '169.254.169.254', '[fd00::1]', '10.0.0.1', '0.0.0.0']) {
    const target = to(`http://${host}:${port}/`);
    const result = await notifier.send(sampleAlert('key'), target, patient());
    assert.ok(result.outcome === 'failed' && !result.retry, host);
    assert.match(result.reason, /not on the public internet/, host);
    const isNever = ['169.254.169.254', '0.0.0.0'].includes(host);
    assert.equal(
      result.reason.includes('VEDETTE_ALLOW_PRIVATE_WEBHOOKS'),
      !isNever,
      'no setting opens these',
    );
    // What is refused later is refused at once, where the host itself says it.
    const refusal = notifier.refusal(target);
    assert.equal(refusal, host === 'inside.example.org' ? null : result.reason);
  }
  assert.deepEqual(requests, []);
});

test('the name is asked once, and the connection goes to the address that was checked', async (t) => {
  const { port, requests } = await receiver(t, (_, response) => response.end());
  let asked = 0;
  const resolve = async () => {
    asked += 1;
    return [{ address: asked === 1 ? '127.0.0.1' : '192.0.2.1', family: 4 }];
  };
  const notifier = open(t, { resolve });
  const result = await notifier.send(sampleAlert('key'), to(`http://rebind.example.org:${port}/`), patient());
  assert.deepEqual(result, { outcome: 'handed-over' });
  assert.equal(asked, 1);
  assert.equal(requests[0]?.request.headers.host, `rebind.example.org:${port}`);
});

test('of a name with public and private addresses only the public ones are used', async (t) => {
  const { port, requests } = await receiver(t, (_, response) => response.end());
  const resolve = async () => [
    { address: '127.0.0.1', family: 4 },
    { address: '2001:db8::1', family: 6 },
  ];
  const notifier = open(t, { allowPrivateAddresses: false, resolve });
  const result = await notifier.send(sampleAlert('key'), to(`http://mixed.example.org:${port}/`), patient());
  assert.equal(result.outcome, 'failed');
  assert.deepEqual(requests, []);
});

test('other protocols and damaged secrets are refused for good', async (t) => {
  const notifier = open(t);
  for (const url of ['ftp://example.org/', 'nowhere', 'file:///etc/passwd']) {
    const result = await notifier.send(sampleAlert('key'), to(url), patient());
    assert.ok(result.outcome === 'failed' && !result.retry);
  }
  const target = { ...to('https://example.org'), signingSecret: secret('whsec_') };
  const result = await notifier.send(sampleAlert('key'), target, patient());
  assert.ok(result.outcome === 'failed' && !result.retry);
});
