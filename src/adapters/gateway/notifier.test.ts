// The gateway notifier against gateways on loopback: that take, refuse, are slow, and lead elsewhere.

import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { silentLog } from '../../core/ports/log.ts';
import { type Arrival, notifierContract, sampleAlert } from '../../core/ports/notifier.contract.ts';
import { secret } from '../../core/secret.ts';
import { mayReach } from '../outbound/address.ts';
import { guardedFetch } from '../outbound/fetch.ts';
import { gatewayNotifier } from './notifier.ts';

const patient = () => new AbortController().signal;
const token = secret('t0ken-of-the-gateway');

async function gateway(t: TestContext, answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const requests: { readonly request: IncomingMessage; readonly body: string }[] = [];
  const server = createServer(async (request, response) => {
    requests.push({ request, body: (await buffer(request)).toString() });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/s3cr3t/send`, requests };
}

function open(t: TestContext, kind: 'sms' | 'voice', url: string, allowPrivate = true) {
  const notifier = gatewayNotifier({
    kind,
    url: secret(url),
    token,
    fetch: guardedFetch({ allowPrivateAddresses: allowPrivate }),
    mayReach: (address) => mayReach(address, { allowPrivate }),
    log: silentLog,
  });
  t.after(() => notifier.close());
  return notifier;
}

for (const kind of ['sms', 'voice'] as const) {
  notifierContract(`${kind} gateway`, async (t) => {
    let status = 202;
    const arrivals: Arrival[] = [];
    const { url, requests } = await gateway(t, (request, response) => {
      if (status === 0) return;
      const text = requests.at(-1)?.body ?? '';
      const idempotencyKey = String(request.headers['idempotency-key']);
      if (status === 202) arrivals.push({ idempotencyKey, text, snapshot: null });
      response.writeHead(status).end();
    });
    const statuses = { take: 202, 'refuse-for-now': 503, 'refuse-for-good': 422, hang: 0 };
    return {
      notifier: open(t, kind, url),
      target: { kind, number: '+49301234567' },
      lacks: kind === 'sms' ? ['picture'] : ['picture', 'link'],
      arrivals: () => arrivals,
      behave: (how) => {
        status = statuses[how];
      },
      secrets: ['s3cr3t', token.reveal()],
    };
  });
}

test('a gateway gets number, text and key as JSON, with its token', async (t) => {
  const { url, requests } = await gateway(t, (_, response) => response.writeHead(200).end('{"queued":true}'));
  await open(t, 'sms', url).send(sampleAlert('key'), { kind: 'sms', number: '+49301234567' }, patient());
  const [{ request, body } = assert.fail()] = requests;
  assert.equal(request.headers.authorization, `Bearer ${token.reveal()}`);
  assert.deepEqual(JSON.parse(body), {
    to: '+49301234567',
    text: 'Person at Bakery, Yard. https://cams.example.org/incidents/key',
    id: 'key',
  });
});

test('what is no number is refused before anything is sent', async (t) => {
  const { url, requests } = await gateway(t, (_, response) => response.end());
  const notifier = open(t, 'sms', url);
  for (const number of [
    '',
    '0301234567',
    '+0301234567',
    '+49 30 1',
    '+49301234567890123',
    '112',
    '+49\r\nx: y',
  ]) {
    assert.notEqual(notifier.refusal({ kind: 'sms', number }), null, number);
    const result = await notifier.send(sampleAlert('key'), { kind: 'sms', number }, patient());
    assert.ok(result.outcome === 'failed' && !result.retry);
  }
  assert.equal(requests.length, 0);
});

test('a redirect inward is not followed, an inner address is not called, a wrong token is said to be one', async (t) => {
  const inner = await gateway(t, (_, response) => response.end());
  const { url } = await gateway(t, (_, response) =>
    response.writeHead(302, { location: inner.url.replace('127.0.0.1', 'localhost') }).end(),
  );
  const target = { kind: 'sms', number: '+49301234567' } as const;
  const led = await open(t, 'sms', url).send(sampleAlert('key'), target, patient());
  assert.ok(led.outcome === 'failed' && !led.retry);
  assert.match(led.reason, /redirect/);
  const strict = open(t, 'sms', inner.url, false);
  assert.match(strict.refusal(target) ?? '', /VEDETTE_ALLOW_PRIVATE_GATEWAYS/);
  const refused = await strict.send(sampleAlert('key'), target, patient());
  assert.ok(refused.outcome === 'failed' && !refused.retry);
  assert.equal(inner.requests.length, 0);
  const locked = await gateway(t, (_, response) => response.writeHead(401).end());
  const wrong = await open(t, 'sms', locked.url).send(sampleAlert('key'), target, patient());
  assert.ok(wrong.outcome === 'failed' && !wrong.retry);
  assert.match(wrong.reason, /token/);
});
