// The digest: comes at its hour, once, over each way, and says plainly what is not well.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { episode, noon, openScene } from '../../test/houses/incident.ts';
import { memoryNotifiers } from '../adapters/memory/notifier.ts';
import { memoryQueue } from '../adapters/memory/queue.ts';
import { troubles } from '../core/alert/digest.ts';
import { defaultPreferences } from '../core/alert/preferences.ts';
import { changeWishes } from '../core/alert/wishes.ts';
import { branded, type EpochMs } from '../core/brand.ts';
import { newId } from '../core/identifiers.ts';
import { handleSighting } from '../core/incident/handle-sighting.ts';
import type { Member } from '../core/organization/organization.ts';
import { silentLog } from '../core/ports/log.ts';
import { secret } from '../core/secret.ts';
import { startDigests } from './digests.ts';
import { startRelay } from './relay.ts';

const hourMs = 3_600_000;

async function openHouse(t: TestContext) {
  const scene = await openScene();
  const { clock, records } = scene;
  const queue = memoryQueue({ clock });
  const notifiers = memoryNotifiers();
  const relay = startRelay({ records, queue, clock, log: silentLog });
  const digests = startDigests(
    { ...scene.deps, queue, notifiers },
    { publicUrl: 'https://cams.example.org' },
  );
  t.after(async () => {
    await relay.stop();
    await digests.stop();
    await queue.close();
    await scene.close();
  });
  return {
    ...scene,
    notifiers,
    async wants(member: Member, every: 'none' | 'daily' | 'weekly', hour: number) {
      const digest = { every, hour, weekday: 7 } as const;
      const channels = ['push', 'email'] as const;
      const wishes = { ...defaultPreferences(member), timeZone: 'Europe/Berlin', channels, digest };
      await changeWishes({ records, clock }, member, wishes);
    },
    async pass(hours: number) {
      // The relay looks at the wall clock again every minute.
      for (let half = 0; half < hours * 2; half += 1) {
        await clock.advance(hourMs / 2);
        for (let turn = 0; turn < 30; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

test('a digest comes every day at its hour by the clock on the wall, over e-mail and each browser', async (t) => {
  const house = await openHouse(t);
  const ada = await house.addMember();
  const id = newId<Parameters<typeof house.records.pushSubscriptions.find>[0]>(house.clock);
  const { organizationId, userId, id: memberId } = ada;
  await house.records.pushSubscriptions.put({
    ...{ id, organizationId, memberId, userId, name: 'Firefox', endpoint: 'https://push.example.org/1' },
    ...{ p256dh: 'p', auth: secret('a'), createdAt: house.clock.now() },
  });
  // It is 14:00 in Berlin.
  await house.wants(ada, 'daily', 16);
  await house.pass(1.5);
  assert.equal(house.notifiers.email.deliveries.length, 0);
  await house.pass(1);
  assert.equal(house.notifiers.email.deliveries.length, 1);
  assert.equal(house.notifiers.push.deliveries.length, 1);
  await house.pass(48);
  assert.equal(house.notifiers.email.deliveries.length, 3);
  const keys = house.notifiers.email.deliveries.map(({ alert }) => alert.idempotencyKey);
  assert.equal(new Set(keys).size, 3);
  const [{ alert } = assert.fail()] = house.notifiers.email.deliveries;
  assert.equal(alert.title, 'Not all is well at Baker & Sons');
  assert.match(alert.text, /Camera 1 has never recorded\./);
});

test('who changes the hour, or wants none any more, gets none at the old hour', async (t) => {
  const house = await openHouse(t);
  const ada = await house.addMember();
  await house.wants(ada, 'daily', 16);
  await house.wants(ada, 'daily', 18);
  await house.pass(3);
  assert.equal(house.notifiers.email.deliveries.length, 0);
  await house.pass(1.5);
  assert.equal(house.notifiers.email.deliveries.length, 1);
  await house.wants(ada, 'none', 18);
  await house.pass(48);
  assert.equal(house.notifiers.email.deliveries.length, 1);
});

test('a mail server that is away gets the digest later, once', async (t) => {
  const house = await openHouse(t);
  const ada = await house.addMember();
  const away = { outcome: 'failed', retry: true, reason: 'It is away.' } as const;
  house.notifiers.email.answerNext(away, away, away);
  await house.wants(ada, 'daily', 16);
  await house.pass(6);
  assert.deepEqual([house.notifiers.email.attempts, house.notifiers.email.deliveries.length], [4, 1]);
});

test('a server that was off for days sends one digest, not all that were missed', async (t) => {
  const house = await openHouse(t);
  const ada = await house.addMember();
  await house.wants(ada, 'daily', 16);
  house.clock.step(72 * hourMs);
  await house.pass(1);
  assert.equal(house.notifiers.email.deliveries.length, 1);
});

test('incidents are counted by what they were, and one that is open is said to be', async (t) => {
  const house = await openHouse(t);
  const ada = await house.addMember();
  await house.arm('armed-away', -600);
  await handleSighting(house.deps, episode(house, house.cameras[0], 0)('ended', 2, { snapshot: null }));
  await house.wants(ada, 'daily', 16);
  await house.pass(3);
  const { text = '' } = house.notifiers.email.deliveries[0]?.alert ?? {};
  assert.match(text, /1 incident at Bakery is not resolved\./);
  assert.match(text, /0 intrusions, 0 false alarms and 0 tests/);
});

test('a camera that stopped is named with how long, one that is off on purpose is not', () => {
  const at = (hoursAgo: number) => branded<EpochMs>(noon - hoursAgo * hourMs);
  const camera = { recordedMs: 0, missingMs: 0, createdAt: at(99), enabled: true };
  const incidents = { intrusion: 0, 'false-alarm': 0, test: 0, unresolved: 0 };
  const site = (cameras: Parameters<typeof troubles>[0]['sites'][number]['cameras']) => ({
    span: { startAt: at(24), endAt: at(0) },
    sites: [{ name: 'Bakery', cameras, incidents, lastTestAt: null }],
  });
  const said = (newestAt: EpochMs | null, more: Partial<typeof camera> = {}) =>
    troubles(site([{ name: 'Yard', newestAt, ...camera, ...more }]), noon);
  assert.deepEqual(said(at(0)), []);
  assert.deepEqual(said(at(3)), ['Yard has not recorded for 3 h.']);
  assert.deepEqual(said(null), ['Yard has never recorded.']);
  assert.deepEqual(said(at(3), { enabled: false }), []);
  assert.deepEqual(said(at(0), { missingMs: 2 * hourMs }), ['Yard was without footage for 2 h in all.']);
  assert.deepEqual(troubles(site([]), noon), ['Bakery has no camera.']);
});
