// Escalation, fall-through and gathered news, from the incident to what people got, by a clock that the test moves.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { email, episode, openScene } from '../../test/houses/incident.ts';
import { memoryNotifiers } from '../adapters/memory/notifier.ts';
import { memoryQueue } from '../adapters/memory/queue.ts';
import type { ChannelTarget } from '../core/alert/alert.ts';
import type { AlertPreferences } from '../core/alert/preferences.ts';
import { defaultPreferences } from '../core/alert/preferences.ts';
import { readTurn } from '../core/alert/reach.ts';
import type { ChannelId, IncidentId } from '../core/brand.ts';
import { VedetteError } from '../core/errors.ts';
import { newId } from '../core/identifiers.ts';
import { noteIncident } from '../core/incident/assign.ts';
import { escalateIncident } from '../core/incident/escalate.ts';
import { handleSighting } from '../core/incident/handle-sighting.ts';
import type { Incident } from '../core/incident/incident.ts';
import { acknowledgeIncident, reopenIncident, resolveIncident } from '../core/incident/life.ts';
import type { Member, Role } from '../core/organization/organization.ts';
import { silentLog } from '../core/ports/log.ts';
import type { NotifyResult } from '../core/ports/notifier.ts';
import type { QueueMessage } from '../core/ports/queue.ts';
import type { Records } from '../core/ports/records.ts';
import { secret } from '../core/secret.ts';
import { startAlertTimers } from './alert-timers.ts';
import { startDelivery } from './deliver.ts';
import { startRelay } from './relay.ts';

const publicUrl = 'https://cams.example.org';
const broken: NotifyResult = { outcome: 'failed', retry: false, reason: 'It is broken for good.' };
const away: NotifyResult = { outcome: 'failed', retry: true, reason: 'It does not answer.' };

async function openHouse(t: TestContext, cameraCount = 1) {
  const scene = await openScene(cameraCount);
  const { clock, records } = scene;
  const queue = memoryQueue({ clock });
  const notifiers = memoryNotifiers();
  await scene.arm('armed-away', -600);
  const start = () => [
    startRelay({ records, queue, clock, log: silentLog }),
    startDelivery({ ...scene.deps, queue, notifiers }, { publicUrl }),
    startAlertTimers({ ...scene.deps, queue }),
  ];
  let workers = start();
  const stop = async () => {
    for (const worker of workers) await worker.stop();
  };
  t.after(async () => {
    await stop();
    await queue.close();
    await scene.close();
  });
  let people = 0;

  /** Lets what is under way settle: also what waits for a thread, which a digest asked for now comes after. */
  async function settle() {
    for (let turn = 0; turn < 60; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      await crypto.subtle.digest('SHA-256', new Uint8Array(1));
    }
  }
  return {
    ...scene,
    queue,
    notifiers,
    settle,
    async restart() {
      await stop();
      workers = start();
    },
    /** Somebody who wants to be told by e-mail, in their turn. */
    async person(role: Role, change: Partial<AlertPreferences> = {}): Promise<Member> {
      people += 1;
      const member = await scene.addMember({
        role,
        name: `${role} ${people}`,
        ...(role === 'owner' ? {} : { siteIds: [] }),
      });
      const wishes = {
        ...defaultPreferences(member),
        channels: ['email'],
        atOnce: false,
        ...change,
      } as const;
      await records.preferences.put(wishes, scene.organizationId);
      return member;
    },
    async browser(member: Member): Promise<ChannelId> {
      const id = newId<ChannelId>(clock);
      const endpoint = `https://push.example.org/${id}`;
      const keys = { p256dh: 'p', auth: secret('a') };
      const { organizationId, userId } = member;
      const place = { id, organizationId, memberId: member.id, userId, name: 'Firefox' };
      await records.pushSubscriptions.put({ ...place, endpoint, ...keys, createdAt: clock.now() });
      return id;
    },
    /** Somebody comes in; without a picture, whose decrypting knows nothing of this clock. */
    async alarm(): Promise<Incident> {
      const sighting = episode(scene, scene.cameras[0], 0)('began', 1, { snapshot: null });
      const { opened } = await handleSighting(scene.deps, sighting);
      await settle();
      return opened ?? assert.fail();
    },
    async pass(ms: number) {
      for (let left = ms; left > 0; left -= 5_000) {
        await clock.advance(Math.min(left, 5_000));
        await settle();
      }
    },
    /** Who was told by e-mail, in order. */
    mailed: () => notifiers.email.deliveries.map(({ target }) => addressOf(target)),
    incident: async (id: IncidentId) => (await records.incidents.find(id)) ?? assert.fail(),
    alerts: (id: IncidentId) => records.alerts.ofIncident(id),
    steps: async (id: IncidentId) => (await records.incidents.steps(id)).map(({ detail }) => detail),
  };
}

function addressOf(target: ChannelTarget): string {
  return target.kind === 'email' ? target.address : target.kind;
}

test('owners are told at once, managers after a minute, admins after two more, each once', async (t) => {
  const house = await openHouse(t);
  const owner = await house.person('owner');
  const manager = await house.person('manager');
  const admin = await house.person('admin');
  const { id } = await house.alarm();
  assert.deepEqual(house.mailed(), [owner.email]);
  await house.pass(59_000);
  assert.deepEqual(house.mailed(), [owner.email]);
  await house.pass(2_000);
  assert.deepEqual(house.mailed(), [owner.email, manager.email]);
  assert.match(house.notifiers.email.deliveries[1]?.alert.title ?? '', /^Unanswered: Person at Bakery/);
  await house.pass(120_000);
  assert.deepEqual(house.mailed(), [owner.email, manager.email, admin.email]);
  assert.equal((await house.incident(id)).escalation, 2);
  await house.pass(600_000);
  assert.equal(house.mailed().length, 3);
  assert.deepEqual(
    (await house.steps(id)).filter((detail) => detail.startsWith('Nobody looked')),
    [
      'Nobody looked after it for 1 minute: telling manager 2.',
      'Nobody looked after it for 3 minutes: telling admin 3.',
    ],
  );
});

test('acknowledging stops the chain, at the last moment too; reopening starts it again', async (t) => {
  const house = await openHouse(t);
  const owner = await house.person('owner');
  const manager = await house.person('manager');
  const { id: incidentId } = await house.alarm();
  await house.pass(59_000);
  const act = { incidentId, memberId: owner.id };
  await acknowledgeIncident(house.deps, house.caller, act);
  assert.equal(await house.records.outbox.nextDueAt(house.clock.now()), null);
  await house.pass(300_000);
  assert.deepEqual(house.mailed(), [owner.email]);
  await resolveIncident(house.deps, house.caller, { ...act, resolution: 'false-alarm' });
  await reopenIncident(house.deps, house.caller, act);
  await house.settle();
  assert.deepEqual(house.mailed(), [owner.email, owner.email]);
  await house.pass(61_000);
  assert.deepEqual(house.mailed(), [owner.email, owner.email, manager.email]);
});

test('a timer that was on its way when somebody acknowledged tells nobody', async (t) => {
  const house = await openHouse(t);
  const owner = await house.person('owner');
  await house.person('manager');
  const { id: incidentId, openedAt } = await house.alarm();
  await acknowledgeIncident(house.deps, house.caller, { incidentId, memberId: owner.id });
  const payload = JSON.stringify({ incidentId, level: 1, by: 'time', since: openedAt });
  await house.queue.publish([{ topic: 'escalations', key: incidentId, id: 'late', payload }]);
  await house.settle();
  assert.deepEqual(house.mailed(), [owner.email]);
  assert.equal((await house.incident(incidentId)).escalation, 0);
});

test('a message that comes twice escalates once', async (t) => {
  const house = await openHouse(t);
  await house.person('owner');
  const manager = await house.person('manager');
  const { id: incidentId, openedAt } = await house.alarm();
  await house.pass(60_000);
  const payload = JSON.stringify({ incidentId, level: 1, by: 'time', since: openedAt });
  for (const id of ['again', 'and again']) {
    await house.queue.publish([{ topic: 'escalations', key: incidentId, id, payload }]);
  }
  await house.settle();
  assert.deepEqual(house.mailed().filter((address) => address === manager.email).length, 1);
});

test('where nobody is on a level or can be told, the next is told in its place', async (t) => {
  const house = await openHouse(t);
  await house.person('owner', { channels: [] });
  const admin = await house.person('admin');
  const { id } = await house.alarm();
  assert.deepEqual(house.mailed(), [admin.email]);
  const { escalation, level } = await house.incident(id);
  assert.deepEqual([escalation, level], [0, 2], 'nobody was told before: it was not escalated');
});

test('skipped levels are no escalations, and the words count from the beginning', async (t) => {
  const house = await openHouse(t);
  const owner = await house.person('owner');
  const admin = await house.person('admin');
  const { id: incidentId } = await house.alarm();
  await house.pass(61_000);
  assert.deepEqual(house.mailed(), [owner.email, admin.email]);
  assert.equal((await house.incident(incidentId)).escalation, 1);
  const said = `Nobody looked after it for 1 minute: telling ${admin.name}.`;
  assert.ok((await house.steps(incidentId)).includes(said));
});

test('what somebody did last is what nobody looked after it since', async (t) => {
  const house = await openHouse(t);
  const owner = await house.person('owner');
  await house.person('manager');
  const { id: incidentId } = await house.alarm();
  await house.pass(30_000);
  await noteIncident(house.deps, house.caller, { incidentId, memberId: owner.id, text: 'I am on my way.' });
  await house.pass(31_000);
  assert.ok(
    (await house.steps(incidentId)).includes('Nobody looked after it for 30 seconds: telling manager 2.'),
  );
});

test('where nobody is left on any level the history says so, and counts no escalation', async (t) => {
  const house = await openHouse(t);
  await house.person('owner');
  const { id } = await house.alarm();
  await house.pass(61_000);
  const { escalation } = await house.incident(id);
  assert.equal(escalation, 0);
  const [last] = (await house.records.incidents.steps(id)).slice(-1);
  assert.deepEqual(
    [last?.action, last?.detail],
    ['noted', 'Nobody looked after it for 1 minute: nobody is left who could be told.'],
  );
});

test('who asks for help where there is nobody else is told so, and not told by themselves', async (t) => {
  const house = await openHouse(t);
  const owner = await house.person('owner');
  const { id: incidentId } = await house.alarm();
  await house.pass(61_000);
  await escalateIncident(house.deps, house.caller, { incidentId, memberId: owner.id });
  await house.pass(5_000);
  assert.deepEqual(house.mailed(), [owner.email]);
  const [last] = (await house.steps(incidentId)).slice(-1);
  assert.equal(last, 'Help was asked for, but there is nobody else who could be told.');
});

test('each is told when the pages say that it is their turn, whoever is on the levels', async (t) => {
  const roles = ['owner', 'manager', 'admin'] as const;
  for (const present of [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]]) {
    const house = await openHouse(t);
    const people = await Promise.all(present.map((index) => house.person(roles[index] ?? 'owner')));
    const turns = await Promise.all(people.map((member) => readTurn(house, member)));
    const { id, openedAt } = await house.alarm();
    await house.pass(190_000);
    const alerts = await house.alerts(id);
    for (const [index, member] of people.entries()) {
      const told = alerts.find(({ memberId }) => memberId === member.id)?.createdAt ?? 0;
      const dueMs = turns[index]?.firstMs ?? -1;
      assert.ok(
        told - openedAt >= dueMs && told - openedAt <= dueMs + 5_000,
        `${told - openedAt} of ${dueMs}`,
      );
    }
  }
});

test('whose hours are quiet is passed over, and the incident says so', async (t) => {
  const house = await openHouse(t);
  const quiet = { from: 0, to: 1440, highBreaksThrough: true };
  const owner = await house.person('owner', { quiet });
  const manager = await house.person('manager');
  const { id } = await house.alarm();
  assert.deepEqual(house.mailed(), [manager.email]);
  const skipped = (await house.alerts(id)).find(({ memberId }) => memberId === owner.id);
  assert.deepEqual([skipped?.state, skipped?.problem], ['skipped', 'Quiet hours until 00:00.']);
});

test('the next level is told at once where nobody of a level can be reached', async (t) => {
  const house = await openHouse(t);
  const owner = await house.person('owner');
  const manager = await house.person('manager');
  house.notifiers.email.answerNext(broken);
  const { id: incidentId } = await house.alarm();
  await house.settle();
  assert.deepEqual(house.mailed(), [manager.email]);
  assert.equal((await house.incident(incidentId)).escalation, 1);
  assert.ok((await house.steps(incidentId)).includes(`Nobody could be reached: telling ${manager.name}.`));
  const [lost] = (await house.alerts(incidentId)).filter(({ memberId }) => memberId === owner.id);
  assert.equal(lost?.state, 'failed');
  await house.pass(60_000);
  assert.equal((await house.incident(incidentId)).escalation, 1, 'the level after it has its own time');
});

test('who asks for help by hand has the next level told now, and quiet hours give way', async (t) => {
  const house = await openHouse(t);
  const owner = await house.person('owner');
  const manager = await house.person('manager', { quiet: { from: 0, to: 1440, highBreaksThrough: true } });
  const { id: incidentId } = await house.alarm();
  await acknowledgeIncident(house.deps, house.caller, { incidentId, memberId: owner.id });
  await escalateIncident(house.deps, house.caller, { incidentId, memberId: owner.id });
  await house.settle();
  assert.deepEqual(house.mailed(), [owner.email, manager.email]);
  assert.match(house.notifiers.email.deliveries[1]?.alert.text ?? '', /asks for your help/);
  const steps = await house.steps(incidentId);
  assert.ok(steps.includes(`Help was asked for: telling ${manager.name}.`));
  assert.ok(steps.includes(`Telling ${manager.name}.`));
});

test('who asks for help again after the incident was opened again is heard again', async (t) => {
  const house = await openHouse(t);
  const owner = await house.person('owner');
  const manager = await house.person('manager');
  const { id: incidentId } = await house.alarm();
  const act = { incidentId, memberId: owner.id };
  await escalateIncident(house.deps, house.caller, act);
  await house.pass(5_000);
  assert.deepEqual(house.mailed(), [owner.email, manager.email]);
  await resolveIncident(house.deps, house.caller, { ...act, resolution: 'false-alarm' });
  await house.pass(120_000);
  await reopenIncident(house.deps, house.caller, act);
  await house.pass(5_000);
  assert.equal((await house.incident(incidentId)).escalation, 0);
  await escalateIncident(house.deps, house.caller, act);
  await house.pass(5_000);
  assert.deepEqual(house.mailed(), [owner.email, manager.email, owner.email, manager.email]);
});

test('a message of somebody, or of a reopening, that comes twice tells once and is written down once', async (t) => {
  const house = await openHouse(t);
  const owner = await house.person('owner');
  const manager = await house.person('manager');
  const { id: incidentId } = await house.alarm();
  const act = { incidentId, memberId: owner.id };
  const seen = new Map<string, QueueMessage>();
  const { publish } = house.queue;
  house.queue.publish = (messages) => {
    for (const message of messages) seen.set(message.id, message);
    return publish(messages);
  };
  const again = async () => {
    const messages = [...seen.values()].filter(({ topic }) => topic === 'escalations');
    await publish(messages.map((message) => ({ ...message, id: `${message.id} again` })));
    await house.pass(70_000);
    seen.clear();
  };
  await acknowledgeIncident(house.deps, house.caller, act);
  await escalateIncident(house.deps, house.caller, act);
  await house.settle();
  await house.pass(70_000);
  await again();
  assert.deepEqual(house.mailed(), [owner.email, manager.email]);
  const told = async () => (await house.steps(incidentId)).filter((detail) => detail.startsWith('Telling'));
  assert.deepEqual(await told(), [`Telling ${manager.name}.`]);
  await resolveIncident(house.deps, house.caller, { ...act, resolution: 'false-alarm' });
  await reopenIncident(house.deps, house.caller, act);
  await house.settle();
  await acknowledgeIncident(house.deps, house.caller, act);
  await again();
  assert.deepEqual(await told(), [`Telling ${manager.name}.`, `Telling ${owner.name}.`]);
  assert.equal((await house.incident(incidentId)).escalation, 0);
});

test('who is told by the mailbox of the house is not told there again where their browser fails', async (t) => {
  const house = await openHouse(t);
  const owner = await house.person('owner', { channels: ['push', 'email'] });
  await house.addChannel({ kind: 'email', address: owner.email });
  await house.browser(owner);
  house.notifiers.push.answerNext(broken);
  await house.alarm();
  await house.pass(50_000);
  assert.deepEqual(house.mailed(), [owner.email]);
});

test('a channel that fails for good falls through to the next at once, one that hangs after 15 s', async (t) => {
  const house = await openHouse(t);
  const owner = await house.person('owner', { channels: ['push', 'email'] });
  await house.browser(owner);
  house.notifiers.push.answerNext(broken);
  const { id } = await house.alarm();
  assert.deepEqual(house.mailed(), [owner.email]);
  const states = (await house.alerts(id)).map(({ kind, state }) => `${kind} ${state}`);
  assert.deepEqual(states.toSorted(), ['email delivered', 'push failed']);

  const slow = await openHouse(t);
  const bob = await slow.person('owner', { channels: ['push', 'email'] });
  await slow.browser(bob);
  slow.notifiers.push.answerNext(...Array.from({ length: 40 }, () => away));
  const { id: second } = await slow.alarm();
  await slow.pass(14_000);
  assert.deepEqual(slow.mailed(), []);
  await slow.pass(2_000);
  assert.deepEqual(slow.mailed(), [bob.email]);
  await slow.pass(600_000);
  const push = (await slow.alerts(second)).find(({ kind }) => kind === 'push');
  assert.deepEqual(
    [push?.state, push?.problem],
    ['skipped', 'They were told over another of their channels.'],
  );
});

test('where every channel fails, those that may still work are tried on: nobody is lost on the way', async (t) => {
  const house = await openHouse(t);
  const owner = await house.person('owner', { channels: ['push', 'email'] });
  await house.browser(owner);
  house.notifiers.push.answerNext(away, away, away, away, away, away);
  house.notifiers.email.answerNext(broken);
  const { id } = await house.alarm();
  await house.pass(300_000);
  assert.equal(house.notifiers.push.deliveries.length, 1);
  const states = (await house.alerts(id)).map(({ kind, state }) => `${kind} ${state}`);
  assert.deepEqual(states.toSorted(), ['email failed', 'push delivered']);
});

test('every browser of a person is told; one that is gone is forgotten, and the others count', async (t) => {
  const house = await openHouse(t);
  const owner = await house.person('owner', { channels: ['push', 'email'] });
  for (let count = 0; count < 3; count += 1) await house.browser(owner);
  house.notifiers.push.answerNext({ outcome: 'failed', retry: false, reason: 'It is gone.', gone: true });
  await house.alarm();
  await house.pass(30_000);
  assert.equal(house.notifiers.push.deliveries.length, 2);
  assert.deepEqual(house.mailed(), []);
  assert.equal((await house.records.pushSubscriptions.ofMember(owner.id)).length, 2);
});

test('news is gathered and told once a minute at most, with all of it in the words', async (t) => {
  const house = await openHouse(t, 3);
  await house.person('owner');
  const channel = await house.addChannel(email);
  const { id } = await house.alarm();
  const second = episode(house, house.cameras[1], 5);
  const third = episode(house, house.cameras[2], 8);
  await house.pass(10_000);
  await handleSighting(house.deps, second('began', 6, { snapshot: null }));
  await handleSighting(house.deps, third('began', 9, { snapshot: null }));
  await house.pass(45_000);
  assert.equal(house.mailed().length, 2);
  await house.pass(10_000);
  assert.equal(house.mailed().length, 4);
  for (const { alert } of house.notifiers.email.deliveries.slice(2)) {
    assert.match(alert.title, /^News: Person at Bakery/);
    assert.match(
      alert.text,
      /^A person was seen by Camera 2\. A person was seen by Camera 3\. A person was seen at/,
    );
  }
  await house.pass(300_000);
  assert.equal(house.mailed().length, 4);
  const own = (await house.alerts(id)).filter(({ channelId }) => channelId === channel.id);
  assert.deepEqual(
    own.map(({ occasion }) => occasion),
    ['opened', 'changed-1'],
  );
});

test('however much happens, nobody gets two alerts of one incident within a minute', async (t) => {
  const house = await openHouse(t, 8);
  await house.person('owner');
  await house.person('manager', { atOnce: true });
  await house.addChannel(email);
  const { id } = await house.alarm();
  for (let camera = 1; camera < 8; camera += 1) {
    await house.pass(25_000);
    const seconds = camera * 25;
    const sighting = episode(house, house.cameras[camera], seconds)('began', seconds, { snapshot: null });
    await handleSighting(house.deps, sighting);
  }
  await house.pass(300_000);
  const alerts = await house.alerts(id);
  for (const who of new Set(alerts.map((alert) => alert.memberId ?? alert.channelId))) {
    const times = alerts
      .filter((alert) => (alert.memberId ?? alert.channelId) === who)
      .map((each) => each.createdAt);
    assert.ok(times.length > 1);
    for (const [index, time] of times.slice(1).entries()) {
      assert.ok(time - (times[index] ?? 0) >= 60_000, `${time - (times[index] ?? 0)} ms apart`);
    }
  }
});

test('a restart at any moment loses nobody and tells nobody twice', async (t) => {
  for (const restartAt of [0, 14_000, 59_000, 60_000, 179_000]) {
    const house = await openHouse(t);
    const owner = await house.person('owner', { channels: ['push', 'email'] });
    await house.browser(owner);
    house.notifiers.push.answerNext(...Array.from({ length: 6 }, () => away));
    const manager = await house.person('manager');
    const admin = await house.person('admin');
    await house.alarm();
    await house.pass(restartAt);
    await house.restart();
    await house.pass(400_000 - restartAt);
    assert.deepEqual(house.mailed(), [owner.email, manager.email, admin.email], `restarted at ${restartAt}`);
    const keys = house.notifiers.email.deliveries.map(({ alert }) => alert.idempotencyKey);
    assert.equal(new Set(keys).size, keys.length);
  }
});

test('messages that cannot be read are dropped', async (t) => {
  const house = await openHouse(t);
  for (const topic of ['escalations', 'alert-timers']) {
    for (const payload of ['', '{}', 'null', '{"incidentId":7}', '{"what":"news","incidentId":"nobody"}']) {
      await house.queue.publish([{ topic, key: payload, id: `${topic} ${payload}`, payload }]);
    }
  }
  await house.settle();
  for (const topic of ['escalations', 'alert-timers']) {
    assert.equal(await house.queue.depth(topic), 0);
    assert.deepEqual(await house.queue.deadLetters(topic), []);
  }
});

test('while whom to tell cannot be read an incident opens all the same, and all are told once, in turn, as soon as it can be', async (t) => {
  const house = await openHouse(t);
  const owner = await house.person('owner');
  const manager = await house.person('manager');
  await house.addChannel(email);
  const away = () => Promise.reject(new VedetteError('records-unavailable'));
  const records: Records = { ...house.records, channels: { ...house.records.channels, list: away } };
  const sighting = episode(house, house.cameras[0], 0)('began', 1, { snapshot: null });
  const { opened } = await handleSighting({ ...house.deps, records }, sighting);
  const { id } = opened ?? assert.fail();
  assert.deepEqual(await house.alerts(id), []);
  await house.settle();
  assert.deepEqual(house.mailed().toSorted(), [owner.email, email.address].toSorted());
  assert.ok((await house.alerts(id)).every(({ occasion }) => occasion === 'opened'));
  await house.pass(61_000);
  assert.equal(house.mailed().at(-1), manager.email);
  await house.pass(600_000);
  assert.equal(house.mailed().length, 3);
});

test('channels are told late of an incident that somebody looks after already', async (t) => {
  const house = await openHouse(t);
  const channel = await house.addChannel(email);
  const away = () => Promise.reject(new VedetteError('records-unavailable'));
  const records: Records = { ...house.records, channels: { ...house.records.channels, list: away } };
  const sighting = episode(house, house.cameras[0], 0)('began', 1, { snapshot: null });
  const { opened } = await handleSighting({ ...house.deps, records }, sighting);
  const before = opened ?? assert.fail();
  await house.records.incidents.update({ ...before, state: 'acknowledged' }, 'open');
  await house.settle();
  const told = await house.alerts(before.id);
  assert.deepEqual(
    told.map(({ occasion, channelId }) => [occasion, channelId]),
    [['opened', channel.id]],
  );
});

test('an incident is told where the one that it would have joined is closed in that very moment', async (t) => {
  const house = await openHouse(t);
  const owner = await house.person('owner');
  const seen = (seconds: number) =>
    episode(house, house.cameras[0], seconds)('ended', seconds + 4, { snapshot: null });
  const { opened } = await handleSighting(house.deps, seen(0));
  const before = opened ?? assert.fail();
  let isClosed = false;
  const records: Records = {
    ...house.records,
    async transaction(work) {
      if (!isClosed) {
        isClosed = true;
        await house.records.incidents.update({ ...before, state: 'resolved' }, 'open');
      }
      return house.records.transaction(work);
    },
  };
  const { opened: next } = await handleSighting({ ...house.deps, records }, seen(6));
  assert.notEqual(next?.id, before.id);
  await house.settle();
  const told = await house.alerts(next?.id ?? assert.fail());
  assert.deepEqual(
    told.map(({ occasion, memberId }) => [occasion, memberId]),
    [['opened', owner.id]],
  );
});
