// Channels: added, listed, tested, removed.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openScene } from '../../../test/houses/incident.ts';
import { memoryNotifiers } from '../../adapters/memory/notifier.ts';
import { branded, type OrganizationId, type SiteId } from '../brand.ts';
import { addChannel, listChannels, removeChannel, testChannel } from './channels.ts';

const publicUrl = 'https://cams.example.org';
const others = branded<OrganizationId>('00000000-0000-7000-8000-000000000001');
const mail = { kind: 'email', name: 'Owner', address: 'owner@example.org' } as const;
const hook = { kind: 'webhook', name: 'House', url: 'https://hooks.example.org/a#part' } as const;

async function open(t: TestContext) {
  const scene = await openScene();
  t.after(() => scene.close());
  const notifiers = memoryNotifiers();
  return { ...scene, notifiers };
}

test('a webhook gets a signing secret of its own, which is stored and shows only on demand', async (t) => {
  const house = await open(t);
  const { caller } = house;
  const first = await addChannel(house, caller, hook);
  const second = await addChannel(house, caller, hook);
  const text = first.signingSecret?.reveal() ?? '';
  assert.match(text, /^whsec_[A-Za-z0-9+/]{43}=$/);
  assert.notEqual(text, second.signingSecret?.reveal());
  assert.equal(JSON.stringify(first).includes(text), false);
  const listed = await listChannels(house, caller);
  const stored = listed.find(({ id }) => id === first.channel.id);
  assert.ok(stored?.kind === 'webhook');
  assert.equal(stored.url, 'https://hooks.example.org/a');
  const found = await house.records.channels.find(first.channel.id);
  assert.ok(found?.kind === 'webhook');
  assert.equal(found.signingSecret.reveal(), text);
});

test('an address that could become a second recipient or another header is refused', async (t) => {
  const house = await open(t);
  const { caller } = house;
  for (const address of ['a@b.org, c@d.org', 'a@b.org\r\nBcc: c@d.org', 'a', '<a@b.org>', 'a@b@c.org', '']) {
    const adding = addChannel(house, caller, { ...mail, address });
    await assert.rejects(adding, {
      code: 'request-invalid',
      fields: { address: 'This is not an e-mail address.' },
    });
  }
  for (const url of [
    'ftp://example.org',
    'https://user:secret@example.org',
    'nowhere',
    'file:///etc/passwd',
  ]) {
    await assert.rejects(addChannel(house, caller, { ...hook, url }), {
      code: 'request-invalid',
    });
  }
  assert.deepEqual(await listChannels(house, caller), []);
});

test('an address that nothing is ever sent to is refused when it is added, not when an alert is due', async (t) => {
  const house = await open(t);
  const { caller, notifiers } = house;
  const sentence = 'hooks.example.org is not on the public internet.';
  notifiers.webhook.refuse(sentence);
  await assert.rejects(addChannel(house, caller, hook), {
    code: 'channel-refused',
    detail: sentence,
    fields: { url: sentence },
  });
  assert.deepEqual(await listChannels(house, caller), []);
});

test('a test alert goes out at once and says that nothing has happened', async (t) => {
  const house = await open(t);
  const { caller, notifiers } = house;
  const { channel } = await addChannel(house, caller, mail);
  const result = await testChannel(house, caller, { channelId: channel.id, publicUrl });
  assert.deepEqual(result, { outcome: 'handed-over' });
  assert.match(notifiers.email.deliveries[0]?.alert.text ?? '', /channel Owner.*Nothing has happened/);
  notifiers.email.answerNext({ outcome: 'failed', retry: true, reason: 'The mail server is away.' });
  const failed = await testChannel(house, caller, { channelId: channel.id, publicUrl });
  assert.equal(failed.outcome === 'failed' && failed.reason, 'The mail server is away.');
});

test('a channel of another organization can neither be tested nor removed', async (t) => {
  const house = await open(t);
  const { caller } = house;
  const { channel } = await addChannel(house, caller, mail);
  const input = { channelId: channel.id, publicUrl };
  const foreign = { ...caller, organizationId: others };
  await assert.rejects(removeChannel(house, foreign, input), { code: 'not-found' });
  await assert.rejects(testChannel(house, foreign, input), { code: 'not-found' });
  await removeChannel(house, caller, input);
  assert.deepEqual(await listChannels(house, caller), []);
});

test('who reaches only some sites has no say in where everything is told', async (t) => {
  const house = await open(t);
  const { channel } = await addChannel(house, house.caller, mail);
  const caller = { ...house.caller, reach: new Set([branded<SiteId>(others)]) };
  const input = { channelId: channel.id, publicUrl };
  for (const refused of [
    () => addChannel(house, caller, mail),
    () => listChannels(house, caller),
    () => testChannel(house, caller, input),
    () => removeChannel(house, caller, input),
  ]) {
    await assert.rejects(refused, { code: 'not-allowed' });
  }
});

test('alerts over MQTT stay below the topics of their organization, whatever is typed', async (t) => {
  const house = await open(t);
  const { caller, organizationId } = house;
  const kitchen = { kind: 'mqtt', name: 'Kitchen', topic: 'house/kitchen' } as const;
  const { channel } = await addChannel(house, caller, kitchen);
  assert.ok(channel.kind === 'mqtt');
  assert.equal(channel.topic, `${organizationId}/alerts/house/kitchen`);
  assert.deepEqual(await listChannels(house, caller), [channel]);
  for (const topic of ['', '/', '/kitchen', 'kitchen/', 'a//b', '#', 'a/+/b', 'a\u0000b', 'x'.repeat(600)]) {
    await assert.rejects(
      addChannel(house, caller, { ...kitchen, topic }),
      { code: 'request-invalid' },
      topic,
    );
  }
});
