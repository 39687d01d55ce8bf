// Commands over webhooks, against servers on loopback that are down, slow, rejecting, or send elsewhere.

import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { z } from 'zod';
import type { Turn } from '../../core/device/alarm.ts';
import { deviceLinkContract, sampleCommand } from '../../core/ports/device-link.contract.ts';
import { silentLog } from '../../core/ports/log.ts';
import { secret } from '../../core/secret.ts';
import { manualClock } from '../memory/clock.ts';
import { mayReach } from '../outbound/address.ts';
import { guardedFetch } from '../outbound/fetch.ts';
import { webhookDeviceLink } from './device-link.ts';
import { signWebhook } from './signature.ts';

const signingSecret = secret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
const now = Date.UTC(2026, 0, 1);
const patient = () => new AbortController().signal;
const Body = z.object({ type: z.string(), data: z.object({ turn: z.enum(['on', 'off']) }).loose() }).loose();

/** A siren on loopback that answers with `answer`. */
async function siren(t: TestContext, answer: (response: ServerResponse) => void) {
  const calls: { readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];
  const server = createServer(async (request, response) => {
    calls.push({ headers: request.headers, body: await text(request) });
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  t.after(stop);
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return { url: `http://127.0.0.1:${address.port}/s3cr3t-path`, calls, stop };
}

function openLink(t: TestContext, { allowPrivate = true } = {}) {
  const clock = manualClock(now);
  const link = webhookDeviceLink({
    fetch: guardedFetch({ allowPrivateAddresses: allowPrivate }),
    mayReach: (url) => mayReach(url, { allowPrivate }),
    log: silentLog,
    clock,
  });
  t.after(() => link.close());
  return { link, clock };
}

const to = (url: string) => ({ via: 'webhook', url, signingSecrets: [signingSecret] }) as const;

deviceLinkContract('webhook device', async (t) => {
  let isSilent = false;
  const { url, calls, stop } = await siren(t, (response) => {
    if (!isSilent) response.writeHead(204).end();
  });
  const { link, clock } = openLink(t);
  return {
    ...{ link, clock, target: to(url) },
    told: () => calls.map(({ body }): Turn => Body.parse(JSON.parse(body)).data.turn),
    behave(how) {
      isSilent = how === 'silent';
      if (how === 'away') stop();
    },
    secrets: ['s3cr3t-path', signingSecret.reveal()],
  };
});

test('a command is signed over exactly what is sent, and says how long it goes on at most', async (t) => {
  const { url, calls } = await siren(t, (response) => response.end());
  await openLink(t).link.send(sampleCommand(), to(url), patient());
  const [{ headers, body } = assert.fail()] = calls;
  const timestamp = now / 1000;
  const id = 'alarm/1/on';
  assert.equal(headers['webhook-id'], id);
  assert.equal(headers['webhook-signature'], signWebhook(signingSecret, { id, timestamp, body }));
  assert.deepEqual(JSON.parse(body), {
    type: 'device.on',
    timestamp: new Date(now).toISOString(),
    data: {
      ...{ deviceId: 'device-1', name: 'Horn', turn: 'on', durationSeconds: 60 },
      ...{ incidentId: 'incident-1', test: false },
    },
  });
});

test('while a secret is being changed, a command is signed with the new and with the old one', async (t) => {
  const { url, calls } = await siren(t, (response) => response.end());
  const next = secret('whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD');
  const target = { ...to(url), signingSecrets: [next, signingSecret] };
  await openLink(t).link.send(sampleCommand(), target, patient());
  const [{ headers, body } = assert.fail()] = calls;
  const signed = { id: 'alarm/1/on', timestamp: now / 1000, body };
  const both = [next, signingSecret].map((one) => signWebhook(one, signed)).join(' ');
  assert.equal(headers['webhook-signature'], both);
});

test('what passes with time is tried again, a refusal and a redirect are not, and a redirect is not followed', async (t) => {
  const inner = await siren(t, (response) => response.end());
  let status = 0;
  const { url } = await siren(t, (response) => response.writeHead(status, { location: inner.url }).end());
  const { link } = openLink(t);
  const retried: number[] = [];
  for (status of [301, 302, 307, 400, 401, 403, 404, 408, 410, 429, 500, 503]) {
    const result = await link.send(sampleCommand(), to(url), patient());
    assert.ok(result.outcome === 'failed', String(status));
    if (result.retry) retried.push(status);
  }
  assert.deepEqual(retried, [408, 429, 500, 503]);
  assert.deepEqual(inner.calls, []);
});

test('an address inside is never called, where the settings do not allow it', async (t) => {
  const { url, calls } = await siren(t, (response) => response.end());
  const { link } = openLink(t, { allowPrivate: false });
  assert.match(link.refusal(to(url)) ?? '', /VEDETTE_ALLOW_PRIVATE_WEBHOOKS/);
  const result = await link.send(sampleCommand(), to(url), patient());
  assert.ok(result.outcome === 'failed' && !result.retry);
  assert.deepEqual(calls, []);
});
