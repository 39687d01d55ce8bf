// The delivery worker: from the outbox to the notifier, once.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { email, episode, openScene, picture, webhook } from '../../test/houses/incident.ts';
import { memoryNotifiers } from '../adapters/memory/notifier.ts';
import { memoryQueue } from '../adapters/memory/queue.ts';
import type { Alert } from '../core/alert/alert.ts';
import type { Sighting } from '../core/detection/detection.ts';
import { handleSighting } from '../core/incident/handle-sighting.ts';
import { resolveIncident } from '../core/incident/life.ts';
import { changeProfile } from '../core/organization/profile.ts';
import { type Log, silentLog } from '../core/ports/log.ts';
import { type DeliveryDeps, deliveryLimits, startDelivery } from './deliver.ts';

const publicUrl = 'https://cams.example.org';

async function openHouse(t: TestContext, log: Log = silentLog) {
  const scene = await openScene();
  const queue = memoryQueue({ clock: scene.clock });
  const notifiers = memoryNotifiers();
  await scene.arm('armed-away', -600);
  const attempts: string[] = [];
  const onAttempt: DeliveryDeps['onAttempt'] = ({ kind }, outcome) => attempts.push(`${kind} ${outcome}`);
  const delivery = startDelivery({ ...scene.deps, log, queue, notifiers, onAttempt }, { publicUrl });
  t.after(async () => {
    await delivery.stop();
    await queue.close();
    await scene.close();
  });
  return {
    ...scene,
    queue,
    notifiers,
    delivery,
    /** What came of each, as it is told to whoever counts. */
    attempts,
    /** Opens an incident and hands the outbox to the queue, as the relay does. */
    async alarm(more: Partial<Sighting> = {}) {
      const sighting = episode(scene, scene.cameras[0], 0)('began', 1, more);
      const { opened } = await handleSighting(scene.deps, sighting);
      assert.ok(opened !== null);
      const messages = await scene.records.outbox.list(100);
      await queue.publish(messages);
      return { incident: opened, messages };
    },
    alerts: async () => {
      const [incident] = await scene.incidents();
      return scene.records.alerts.ofIncident(incident?.id ?? assert.fail());
    },
  };
}

/** Lets promises and threads of the sealing settle until `condition` holds. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 2_000; turn += 1) {
    if (await condition()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.fail('It did not come to that.');
}

/**
 * Lets the clock run on, ten seconds at a time, until `condition` holds. For alerts without picture and secret:
 * threads that decrypt know nothing of this clock, and the queue would think that they take for ever.
 */
async function passUntil(house: Awaited<ReturnType<typeof openHouse>>, condition: () => Promise<boolean>) {
  await until(async () => {
    await house.clock.advance(10_000);
    for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    return condition();
  });
}

const is = (state: Alert['state']) => (alert: Alert) => alert.state === state;

test('an alert reaches its channel with words, link and picture, and is written down as delivered', async (t) => {
  const house = await openHouse(t);
  await house.addChannel(email);
  await house.addChannel(webhook);
  const { incident } = await house.alarm();
  await until(async () => (await house.alerts()).every(is('delivered')));

  const [mail] = house.notifiers.email.deliveries;
  assert.ok(mail !== undefined);
  assert.equal(mail.alert.title, 'Person at Bakery · Camera 1');
  assert.equal(mail.alert.url, `${publicUrl}/incidents/${incident.id}`);
  assert.deepEqual(mail.alert.snapshot?.bytes, Uint8Array.from(picture(0)));
  assert.deepEqual(mail.target, email);
  const [call] = house.notifiers.webhook.deliveries;
  assert.ok(call?.target.kind === 'webhook');
  assert.equal(call.target.signingSecret.reveal(), webhook.signingSecret.reveal());
  for (const alert of await house.alerts()) {
    assert.deepEqual([alert.attempts, alert.problem], [1, null]);
    assert.notEqual(alert.handedOverAt, null);
  }
});

test('a message that comes twice is sent once', async (t) => {
  const house = await openHouse(t);
  await house.addChannel(email);
  const { messages } = await house.alarm();
  await until(async () => (await house.alerts()).every(is('delivered')));
  await house.queue.publish(messages.map((message) => ({ ...message, id: `${message.id}-again` })));
  await until(async () => (await house.queue.depth('alerts')) === 0);
  assert.equal(house.notifiers.email.attempts, 1);
});

test('what fails for now is tried again under the same key until it is handed over', async (t) => {
  const house = await openHouse(t);
  await house.addChannel(email);
  const away = { outcome: 'failed', retry: true, reason: 'The mail server is away.' } as const;
  house.notifiers.email.answerNext(away, away);
  await house.alarm({ snapshot: null });
  await until(() => house.notifiers.email.attempts === 1);
  await until(async () => (await house.alerts()).every((alert) => alert.problem === away.reason));
  assert.ok((await house.alerts()).every(is('waiting')));
  await passUntil(house, async () => (await house.alerts()).every(is('delivered')));
  const [alert] = await house.alerts();
  assert.deepEqual([alert?.attempts, alert?.problem], [3, null]);
  assert.equal(house.notifiers.email.deliveries[0]?.alert.idempotencyKey, alert?.id);
  assert.deepEqual(house.attempts, ['email tried-again', 'email tried-again', 'email handed-over']);
});

test('what can never work fails at once, with its reason', async (t) => {
  const house = await openHouse(t);
  await house.addChannel(email);
  house.notifiers.email.answerNext({ outcome: 'failed', retry: false, reason: 'No mail server is set.' });
  await house.alarm();
  await until(async () => (await house.alerts()).every(is('failed')));
  const [alert] = await house.alerts();
  assert.deepEqual([alert?.attempts, alert?.problem], [1, 'No mail server is set.']);
  await until(async () => (await house.queue.depth('alerts')) === 0);
  assert.deepEqual(house.attempts, ['email failed']);
  assert.deepEqual(await house.queue.deadLetters('alerts'), []);
});

test('after the last attempt an alert has failed', async (t) => {
  const house = await openHouse(t);
  await house.addChannel(email);
  const away = { outcome: 'failed', retry: true, reason: 'It does not answer.' } as const;
  house.notifiers.email.answerNext(...Array.from({ length: deliveryLimits.maxAttempts }, () => away));
  await house.alarm({ snapshot: null });
  await passUntil(house, async () => (await house.alerts()).every(is('failed')));
  const [alert] = await house.alerts();
  assert.deepEqual([alert?.state, alert?.problem], ['failed', 'It does not answer.']);
  assert.equal(house.notifiers.email.attempts, deliveryLimits.maxAttempts);
});

test('a failure is one line of the log', async (t) => {
  const lines: string[] = [];
  const write = (message: string) => void lines.push(message);
  const log: Log = { debug: () => {}, info: () => {}, warn: write, error: write, with: () => log };
  const house = await openHouse(t, log);
  await house.addChannel(email);
  const away = { outcome: 'failed', retry: true, reason: 'It does not answer.' } as const;
  house.notifiers.email.answerNext(away, { ...away, retry: false });
  await house.alarm({ snapshot: null });
  await passUntil(house, async () => (await house.alerts()).every(is('failed')));
  // The first failure is told by the queue, which is going to try again.
  assert.deepEqual(lines, ['An alert failed for good.']);
});

test('a webhook that hangs does not keep the e-mail of the same incident waiting', async (t) => {
  const house = await openHouse(t);
  await house.addChannel(webhook);
  await house.addChannel(email);
  const release = house.notifiers.webhook.hang();
  await house.alarm();
  await until(() => house.notifiers.email.deliveries.length === 1);
  assert.equal(house.notifiers.webhook.deliveries.length, 0);
  release();
  await until(async () => (await house.alerts()).every(is('delivered')));
});

test('an alert whose channel was removed fails with that reason', async (t) => {
  const house = await openHouse(t);
  const channel = await house.addChannel(email);
  await handleSighting(house.deps, episode(house, house.cameras[0], 0)('began', 1));
  await house.records.channels.delete(channel.id);
  await house.queue.publish(await house.records.outbox.list(10));
  await until(async () => (await house.alerts()).every(is('failed')));
  assert.equal((await house.alerts())[0]?.problem, 'The channel was removed.');
});

test('an alert whose picture is lost goes out without it', async (t) => {
  const house = await openHouse(t);
  await house.addChannel(email);
  await handleSighting(house.deps, episode(house, house.cameras[0], 0)('began', 1));
  for (const { key } of await Array.fromAsync(house.blobs.list(''))) await house.blobs.delete(key);
  await house.queue.publish(await house.records.outbox.list(10));
  await until(async () => (await house.alerts()).every(is('delivered')));
  assert.equal(house.notifiers.email.deliveries[0]?.alert.snapshot, null);
});

test('an alert of an incident that was resolved meanwhile still goes out and says so', async (t) => {
  const house = await openHouse(t);
  await house.addChannel(email);
  const { opened } = await handleSighting(house.deps, episode(house, house.cameras[0], 0)('began', 1));
  await resolveIncident(house.deps, house.caller, {
    memberId: house.memberId,
    incidentId: opened?.id ?? assert.fail(),
    resolution: 'test',
  });
  await house.queue.publish(await house.records.outbox.list(10));
  await until(async () => (await house.alerts()).every(is('delivered')));
  assert.match(house.notifiers.email.deliveries[0]?.alert.text ?? '', /resolved in the meantime/);
});

test('a member is told at the address they have now; who was removed meanwhile is told nothing', async (t) => {
  const house = await openHouse(t);
  const ada = await house.addMember();
  const bob = await house.addMember();
  await handleSighting(house.deps, episode(house, house.cameras[0], 0)('began', 1));
  await changeProfile(house, ada.userId, { email: 'ada@new.example' });
  await house.records.members.delete(bob.id);
  await house.queue.publish(await house.records.outbox.list(10));
  await until(async () => (await house.alerts()).every(({ state }) => state !== 'waiting'));
  const targets = house.notifiers.email.deliveries.map(({ target }) => target);
  assert.deepEqual(targets, [{ kind: 'email', address: 'ada@new.example' }]);
  const states = (await house.alerts()).map(({ state, problem }) => `${state} ${problem}`);
  assert.deepEqual(states.toSorted(), ['delivered null', 'failed The channel was removed.']);
});

test('messages that speak of no alert are dropped', async (t) => {
  const house = await openHouse(t);
  for (const payload of ['', '{}', '{"alertId":7}', 'null', '{"alertId":"nobody"}']) {
    await house.queue.publish([{ topic: 'alerts', key: payload, id: `bad-${payload}`, payload }]);
  }
  await until(async () => (await house.queue.depth('alerts')) === 0);
  assert.deepEqual(await house.queue.deadLetters('alerts'), []);
});
