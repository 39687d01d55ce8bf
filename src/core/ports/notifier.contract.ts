// What every notifier keeps.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ChannelTarget } from '../alert/alert.ts';
import { secret } from '../secret.ts';
import type { Notifier, NotifyResult, OutgoingAlert } from './notifier.ts';

/** What arrived at the other end. */
export interface Arrival {
  readonly idempotencyKey: string;
  /** Everything that arrived, decoded to text as far as it is text. */
  readonly text: string;
  /** The picture, where it arrived. */
  readonly snapshot: Uint8Array | null;
}

/** A notifier and the place it delivers to. */
export interface NotifierUnderTest {
  readonly notifier: Notifier;
  readonly target: ChannelTarget;
  readonly arrivals: () => readonly Arrival[];
  /** What the channel cannot carry: a voice reads no link, and a text message has no picture. */
  readonly lacks?: readonly ('picture' | 'link')[];
  /** How the other end treats what comes from now on. `hang`: it takes the call and never answers. */
  readonly behave: (how: 'take' | 'refuse-for-now' | 'refuse-for-good' | 'hang') => void;
  /** Words that must not show in any result. */
  readonly secrets: readonly string[];
}

const callers = 12;
const jpeg = Uint8Array.from({ length: 3_000 }, (_, index) => (index * 31) % 256);

/** An alert as the core composes it. */
export function sampleAlert(idempotencyKey: string): OutgoingAlert {
  const url = `https://cams.example.org/incidents/${idempotencyKey}`;
  return {
    idempotencyKey,
    title: 'Person at Bakery · Yard',
    text: 'A person was seen at Bäckerei <Müller> by Yard.',
    short: `Person at Bakery, Yard. ${url}`,
    spoken: 'This is Vedette. Person at Bakery, Yard. I repeat. Person at Bakery, Yard.',
    subject: 'incident-1',
    url,
    data: {
      type: 'incident.opened',
      data: { url, snapshot: { mediaType: 'image/jpeg', base64: jpeg.toBase64() } },
    },
    snapshot: { mediaType: 'image/jpeg', bytes: jpeg },
  };
}

const patient = () => new AbortController().signal;

function reasonOf(result: NotifyResult): { retry: boolean; reason: string } {
  assert.equal(result.outcome, 'failed');
  assert.ok(result.outcome === 'failed');
  assert.match(result.reason, /^\S.{10,400}$/u, 'a reason is one sentence');
  return result;
}

/** Runs the suite; `open` gives a notifier and its other end, which takes everything. */
export function notifierContract(name: string, open: (t: TestContext) => Promise<NotifierUnderTest>): void {
  deliveryContract(name, open);
  failureContract(name, open);
}

function deliveryContract(name: string, open: (t: TestContext) => Promise<NotifierUnderTest>): void {
  test(`${name}: an alert arrives once, with its key, its link and its picture`, async (t) => {
    const { notifier, target, arrivals, lacks = [] } = await open(t);
    assert.deepEqual(await notifier.send(sampleAlert('key-1'), target, patient()), {
      outcome: 'handed-over',
    });
    const [arrival] = arrivals();
    assert.equal(arrivals().length, 1);
    assert.equal(arrival?.idempotencyKey, 'key-1');
    assert.equal(arrival.text.includes('/incidents/key-1'), !lacks.includes('link'));
    assert.deepEqual(arrival.snapshot, lacks.includes('picture') ? null : jpeg);
  });

  test(`${name}: an alert without a picture arrives too`, async (t) => {
    const { notifier, target, arrivals } = await open(t);
    const alert = { ...sampleAlert('key-2'), snapshot: null, data: { type: 'incident.opened' } };
    assert.deepEqual(await notifier.send(alert, target, patient()), { outcome: 'handed-over' });
    assert.equal(arrivals()[0]?.snapshot, null);
  });

  test(`${name}: every attempt carries the same key`, async (t) => {
    const { notifier, target, arrivals, behave } = await open(t);
    behave('refuse-for-now');
    await notifier.send(sampleAlert('key-3'), target, patient());
    behave('take');
    await notifier.send(sampleAlert('key-3'), target, patient());
    await notifier.send(sampleAlert('key-3'), target, patient());
    assert.deepEqual(new Set(arrivals().map((arrival) => arrival.idempotencyKey)), new Set(['key-3']));
  });

  test(`${name}: ${callers} alerts at once arrive each once`, async (t) => {
    const { notifier, target, arrivals } = await open(t);
    const keys = Array.from({ length: callers }, (_, index) => `key-${index}`);
    const results = await Promise.all(keys.map((key) => notifier.send(sampleAlert(key), target, patient())));
    assert.ok(results.every(({ outcome }) => outcome === 'handed-over'));
    assert.deepEqual(
      arrivals()
        .map((arrival) => arrival.idempotencyKey)
        .sort(),
      keys.sort(),
    );
  });
}

function failureContract(name: string, open: (t: TestContext) => Promise<NotifierUnderTest>): void {
  test(`${name}: a refusal for now may be tried again, one for good may not, and neither tells secrets`, async (t) => {
    const { notifier, target, arrivals, behave, secrets } = await open(t);
    behave('refuse-for-now');
    const passing = reasonOf(await notifier.send(sampleAlert('key-4'), target, patient()));
    behave('refuse-for-good');
    const lasting = reasonOf(await notifier.send(sampleAlert('key-4'), target, patient()));
    assert.deepEqual([passing.retry, lasting.retry], [true, false]);
    assert.deepEqual(arrivals(), []);
    for (const word of secrets) assert.ok(![passing.reason, lasting.reason].join().includes(word));
    behave('take');
    assert.deepEqual(await notifier.send(sampleAlert('key-4'), target, patient()), {
      outcome: 'handed-over',
    });
  });

  test(`${name}: sending is given up when its signal says so, and may be tried again`, async (t) => {
    const { notifier, target, arrivals, behave } = await open(t);
    const before = reasonOf(await notifier.send(sampleAlert('key-5'), target, AbortSignal.abort()));
    behave('hang');
    const controller = new AbortController();
    const sending = notifier.send(sampleAlert('key-5'), target, controller.signal);
    setImmediate(() => controller.abort());
    assert.deepEqual([before.retry, reasonOf(await sending).retry], [true, true]);
    assert.deepEqual(arrivals(), []);
  });

  test(`${name}: a target of another kind is refused for good`, async (t) => {
    const { notifier, target } = await open(t);
    assert.equal(notifier.refusal(target), null);
    const other: ChannelTarget =
      target.kind === 'email'
        ? { kind: 'webhook', url: 'https://example.org', signingSecret: secret('whsec_AAAA') }
        : { kind: 'email', address: 'owner@example.org' };
    assert.equal(reasonOf(await notifier.send(sampleAlert('key-6'), other, patient())).retry, false);
  });

  test(`${name}: once closed it fails without throwing`, async (t) => {
    const { notifier, target } = await open(t);
    await notifier.close();
    await notifier.close();
    assert.equal(reasonOf(await notifier.send(sampleAlert('key-7'), target, patient())).retry, true);
  });
}
