// My alerts over HTTP: wishes, browsers, the phone, and the chain; with bad input and other people's things.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse, startMs } from '../../test/houses/http.ts';
import { noNotifier } from '../core/alert/no-notifier.ts';
import { memoryNotifiers } from '../adapters/memory/notifier.ts';
import { ChannelTestResult } from './contract/channels.ts';
import { Problem } from './contract/common.ts';
import { AlertReach, Chain } from './contract/escalation.ts';
import { MyAlerts, PushDevice, type Wishes } from './contract/my-alerts.ts';
import { paths } from './contract/paths.ts';

const browser = (name: string) => ({
  endpoint: `https://push.example.org/${name}`,
  keys: { p256dh: `B${'A'.repeat(86)}`, auth: 'A'.repeat(22) },
});

async function open() {
  const notifiers = memoryNotifiers();
  const house = await openHouse({}, undefined, { notifiers });
  const admin = await house.setUp();
  const { records } = house.deps;
  const [organization] = await records.organizations.page(null, 1);
  const organizationId = organization?.id ?? assert.fail();
  const mine = async (cookie: string) =>
    MyAlerts.parse(await (await house.call('GET', paths.myAlerts, { cookie })).json());
  const code = async (response: Response) => Problem.parse(await response.json()).code;
  return { house, admin, organizationId, notifiers, records, mine, code };
}

test('what I want is stored as I say it, and starts by the clock of my site', async () => {
  const { house, admin, mine } = await open();
  const before = await mine(admin);
  assert.deepEqual([before.wishes.timeZone, before.wishes.channels], ['Europe/Berlin', ['push', 'email']]);
  const day = [{ from: 480, to: 1080 }];
  const wanted: Wishes = {
    ...{ channels: ['email', 'push'], atOnce: true, siteIds: null, minimumSeverity: 'high' },
    ...{ timeZone: 'America/New_York', hours: { 1: day, 2: day, 3: day, 4: day, 5: day, 6: [], 7: [] } },
    quiet: { from: 1320, to: 420, highBreaksThrough: true },
    digest: { every: 'weekly', hour: 9, weekday: 1 },
  };
  const answer = await house.call('PUT', paths.myAlerts, { cookie: admin, json: wanted });
  assert.equal(answer.status, 200);
  assert.deepEqual((await mine(admin)).wishes, wanted);
  // The timer of the digest: Monday 09:00 in New York.
  const dueAt = await house.deps.records.outbox.nextDueAt(house.deps.clock.now());
  assert.equal(new Date(dueAt ?? 0).toISOString(), '2026-01-05T14:00:00.000Z');
  assert.ok(startMs < (dueAt ?? 0));
});

test('wishes that cannot be are refused with the field at fault', async () => {
  const { house, admin, mine } = await open();
  const { wishes } = await mine(admin);
  const faulty: readonly (readonly [Record<string, unknown>, RegExp])[] = [
    [{ channels: ['fax'] }, /channels/],
    [{ timeZone: 'Mars/Olympus' }, /timeZone/],
    [{ quiet: { from: -1, to: 10, highBreaksThrough: true } }, /quiet/],
    [{ quiet: { from: 1440, to: 10, highBreaksThrough: true } }, /quiet/],
    [{ hours: { 1: [] } }, /hours/],
    [{ digest: { every: 'daily', hour: 24, weekday: 1 } }, /digest/],
    [{ minimumSeverity: 'extreme' }, /minimumSeverity/],
  ];
  for (const [change, field] of faulty) {
    const response = await house.call('PUT', paths.myAlerts, {
      cookie: admin,
      json: { ...wishes, ...change },
    });
    assert.equal(response.status, 400, JSON.stringify(change));
    assert.match(Object.keys(Problem.parse(await response.json()).fields ?? {}).join(), field);
  }
  const foreign = { ...wishes, siteIds: ['01890a5d-ac96-774b-bcce-b302099a8057'] };
  assert.equal((await house.call('PUT', paths.myAlerts, { cookie: admin, json: foreign })).status, 404);
});

test('a browser that is added makes push messages wanted first; it is its owner’s alone to remove', async () => {
  const { house, admin, organizationId, mine, records } = await open();
  const viewer = await house.enrol('viewer', { organizationId });
  const wishes = { ...(await mine(viewer.cookie)).wishes, channels: ['email' as const] };
  await house.call('PUT', paths.myAlerts, { cookie: viewer.cookie, json: wishes });
  const added = await house.call('POST', paths.pushDevices, {
    cookie: viewer.cookie,
    json: browser('1'),
    headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' },
  });
  assert.equal(added.status, 201);
  const device = PushDevice.parse(await added.json());
  assert.equal(device.name, 'Firefox on Linux');
  assert.deepEqual((await mine(viewer.cookie)).wishes.channels, ['push', 'email']);
  assert.equal((await house.call('DELETE', paths.pushDevice(device.id), { cookie: admin })).status, 404);
  assert.deepEqual(await (await house.call('GET', paths.pushDevices, { cookie: admin })).json(), []);
  assert.equal(
    (await house.call('DELETE', paths.pushDevice(device.id), { cookie: viewer.cookie })).status,
    204,
  );
  assert.deepEqual(await records.pushSubscriptions.ids(organizationId), []);
});

test('what is no browser is refused, and so is one where nothing is ever sent', async () => {
  const { house, admin, notifiers, code } = await open();
  const add = (json: unknown) => house.call('POST', paths.pushDevices, { cookie: admin, json });
  const { keys } = browser('1');
  for (const json of [
    { ...browser('1'), endpoint: 'file:///etc/passwd' },
    { ...browser('1'), endpoint: 'x'.repeat(3_000) },
    { ...browser('1'), keys: { ...keys, p256dh: 'AAAA' } },
    { ...browser('1'), keys: { ...keys, auth: '' } },
    { ...browser('1'), keys: {} },
    {},
  ]) {
    assert.equal(await code(await add(json)), 'request-invalid', JSON.stringify(json).slice(0, 80));
  }
  notifiers.push.refuse('10.0.0.1 is not on the public internet.');
  assert.equal(await code(await add(browser('1'))), 'channel-refused');
});

test('at most twenty browsers are kept, and the same one again is the same', async () => {
  const { house, admin } = await open();
  for (let number = 0; number < 20; number += 1) {
    const json = browser(String(number));
    assert.equal((await house.call('POST', paths.pushDevices, { cookie: admin, json })).status, 201);
  }
  const again = { cookie: admin, json: browser('3') };
  assert.equal((await house.call('POST', paths.pushDevices, again)).status, 201);
  const more = { cookie: admin, json: browser('20') };
  assert.equal((await house.call('POST', paths.pushDevices, more)).status, 400);
});

test('a number counts once the code sent to it came back, and no longer when it changes', async () => {
  const { house, admin, notifiers, mine, code } = await open();
  const post = (path: string, json: unknown) => house.call('POST', path, { cookie: admin, json });
  assert.equal(await code(await post(paths.phoneCode, { kind: 'sms' })), 'request-invalid');
  const change = (phone: string) => house.call('PATCH', paths.account, { cookie: admin, json: { phone } });
  await change('+49 30 1234567');
  assert.equal((await post(paths.phoneCode, { kind: 'sms' })).status, 204);
  const [sent] = notifiers.sms.deliveries;
  assert.deepEqual(sent?.target, { kind: 'sms', number: '+49301234567' });
  const right = /\d{6}/.exec(sent?.alert.short ?? '')?.[0] ?? assert.fail();
  assert.equal(
    await code(await post(paths.phoneProof, { code: right === '000000' ? '1' : '000000' })),
    'code-wrong',
  );
  assert.equal((await mine(admin)).phone.isProven, false);
  assert.equal((await post(paths.phoneProof, { code: right })).status, 204);
  assert.equal((await mine(admin)).phone.isProven, true);
  // A code works once.
  assert.equal(await code(await post(paths.phoneProof, { code: right })), 'code-wrong');
  await change('+49 30 7654321');
  assert.equal((await mine(admin)).phone.isProven, false);
});

test('codes cannot be guessed, and nobody is rung up again and again', async () => {
  const { house, admin, notifiers, code } = await open();
  const post = (path: string, json: unknown) => house.call('POST', path, { cookie: admin, json });
  await house.call('PATCH', paths.account, { cookie: admin, json: { phone: '+49301234567' } });
  for (let count = 0; count < 4; count += 1) {
    assert.equal((await post(paths.phoneCode, { kind: 'voice' })).status, 204);
  }
  assert.equal(await code(await post(paths.phoneCode, { kind: 'sms' })), 'too-many-requests');
  assert.equal(notifiers.voice.deliveries.length, 4);
  const guesses = [];
  for (let count = 0; count < 7; count += 1) {
    guesses.push(await code(await post(paths.phoneProof, { code: `00000${count}` })));
  }
  assert.deepEqual(guesses.slice(5), ['too-many-requests', 'too-many-requests']);
  const spoken = notifiers.voice.deliveries.at(-1)?.alert.spoken.replace(/\D/g, '') ?? '';
  assert.equal(await code(await post(paths.phoneProof, { code: spoken.slice(0, 6) })), 'too-many-requests');
});

test('a test says what came of it, also where there is nothing to test', async () => {
  const { house, admin, notifiers } = await open();
  const testOf = async (kind: string) =>
    ChannelTestResult.parse(
      await (await house.call('POST', paths.myAlertsTest, { cookie: admin, json: { kind } })).json(),
    );
  assert.deepEqual(await testOf('email'), { outcome: 'handed-over', problem: null });
  assert.equal((await testOf('push')).problem, 'Push messages do not reach you yet. Set them up first.');
  await house.call('POST', paths.pushDevices, { cookie: admin, json: browser('1') });
  notifiers.push.answerNext({ outcome: 'failed', retry: false, reason: 'It is gone.', gone: true });
  assert.deepEqual(await testOf('push'), { outcome: 'failed', problem: 'It is gone.' });
  assert.deepEqual(await (await house.call('GET', paths.pushDevices, { cookie: admin })).json(), []);
});

test('the chain is shown with who would be told over what, changed, and taken back', async () => {
  const { house, admin, organizationId, code } = await open();
  const owner = await house.enrol('owner', { organizationId });
  const [site] = await house.deps.records.sites.list(organizationId);
  const siteId = site?.id ?? assert.fail();
  const read = async (path: string) =>
    Chain.parse(await (await house.call('GET', path, { cookie: admin })).json());
  const before = await read(paths.siteEscalation(siteId));
  assert.equal(before.from, 'default');
  assert.deepEqual(before.levels[0]?.people, [{ id: owner.member.id, name: 'owner', over: 'email' }]);
  const levels = [{ afterMs: 0, targets: [{ kind: 'member', memberId: owner.member.id }] }];
  const put = (path: string, json: unknown) => house.call('PUT', path, { cookie: admin, json });
  assert.equal((await put(paths.siteEscalation(siteId), { levels })).status, 200);
  assert.equal((await read(paths.siteEscalation(siteId))).from, 'site');
  assert.equal((await read(paths.escalation)).from, 'default');
  for (const bad of [
    [],
    [{ afterMs: 0, targets: [] }],
    [...levels, { afterMs: 1, targets: [{ kind: 'role', role: 'admin' }] }],
    Array.from({ length: 7 }, () => levels[0]),
  ]) {
    assert.equal(await code(await put(paths.escalation, { levels: bad })), 'request-invalid');
  }
  const stranger = await house.enrol('owner');
  const foreign = [{ afterMs: 0, targets: [{ kind: 'member', memberId: stranger.member.id }] }];
  assert.equal(await code(await put(paths.escalation, { levels: foreign })), 'not-found');
  const reset = await house.call('DELETE', paths.siteEscalation(siteId), { cookie: admin });
  assert.equal(Chain.parse(await reset.json()).from, 'default');
});

test('where no channel is set up nobody can be told, until one is; a viewer learns that it is never their turn', async () => {
  const working = memoryNotifiers();
  const without = { ...working, email: noNotifier('email', 'No mail server is set.') };
  const house = await openHouse({}, undefined, { notifiers: without });
  const cookie = await house.setUp();
  const [camera] = await house.deps.records.cameras.all();
  assert.ok(camera);
  const reach = async () =>
    AlertReach.parse(await (await house.call('GET', paths.alertReach, { cookie })).json());
  assert.deepEqual(await reach(), { untoldSiteIds: [camera.siteId], lastFailed: null });
  const json = { kind: 'webhook', name: 'House', url: 'https://hooks.example.org/house' };
  assert.equal((await house.call('POST', paths.channels, { cookie, json })).status, 201);
  assert.deepEqual((await reach()).untoldSiteIds, []);
  const viewer = await house.join('viewer', camera.organizationId);
  const turnOf = async (whose: string) =>
    MyAlerts.parse(await (await house.call('GET', paths.myAlerts, { cookie: whose })).json()).turn;
  assert.deepEqual((await turnOf(viewer)).firstMs, null);
  // Admins are on the last level of the first chain; nobody is on those before.
  assert.deepEqual(await turnOf(cookie), { sites: 1, onChain: 1, firstMs: 0, lastMs: 0 });
});
