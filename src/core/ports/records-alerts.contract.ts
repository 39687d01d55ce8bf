// What all records keep of what people want to be told, over what.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  alert,
  at,
  channel,
  household,
  id,
  incident,
  member,
  organization,
} from '../../../test/houses/rows.ts';
import { defaultPreferences } from '../alert/preferences.ts';
import type { PushSubscription } from '../alert/push-subscription.ts';
import type { Member } from '../organization/organization.ts';
import { secret } from '../secret.ts';
import type { OpenRecords } from './records.contract.ts';

const callers = 20;

export function alertsContract(name: string, open: OpenRecords): void {
  wishes(name, open);
  browsers(name, open);
  chains(name, open);
}

function wishes(name: string, open: OpenRecords): void {
  test(`${name}: an incident is told for each occasion once a channel, whoever asks at the same time`, async (t) => {
    const records = await open(t);
    const { camera: gate, organization: of } = await household(records);
    const opened = incident(gate);
    await records.incidents.insert(opened);
    const over = channel(of);
    const occasions = ['opened', 'escalated-1', 'changed-12', 'by-hand-2', 'reopened-1'] as const;
    const all = occasions.flatMap((occasion) =>
      Array.from({ length: 4 }, () => ({ ...alert(opened, over), occasion, memberId: id<Member['id']>() })),
    );
    const won = await Promise.all(all.map((each) => records.alerts.insertIfAbsent(each)));
    assert.equal(won.filter(Boolean).length, occasions.length);
    const kept = await records.alerts.ofIncident(opened.id);
    assert.deepEqual(new Set(kept.map(({ occasion }) => occasion)), new Set(occasions));
    for (const each of kept) assert.deepEqual(await records.alerts.find(each.id), each);
  });

  test(`${name}: what a member wants comes back as it was, is replaced, and goes with the member`, async (t) => {
    const records = await open(t);
    const { organization: of, site: yard } = await household(records);
    const ada = member(of);
    const bob = member(of, { userId: 'bob' });
    await records.members.insert(ada);
    await records.members.insert(bob);
    assert.equal(await records.preferences.find(ada.id), null);
    const day = [{ from: 0, to: 480 }];
    const full = {
      ...defaultPreferences(ada, 'Europe/Berlin'),
      channels: ['voice', 'push'],
      atOnce: true,
      siteIds: [yard.id],
      minimumSeverity: 'high',
      hours: { 1: day, 2: [], 3: day, 4: day, 5: day, 6: [], 7: [{ from: 1320, to: 420 }] },
      quiet: { from: 1320, to: 420, highBreaksThrough: false },
      digest: { every: 'weekly', hour: 7, weekday: 3 },
    } as const;
    await records.preferences.put(full, of.id);
    assert.deepEqual(await records.preferences.find(ada.id), full);
    const plain = { ...defaultPreferences(ada), channels: ['email'] } as const;
    await records.preferences.put(plain, of.id);
    await records.preferences.put(defaultPreferences(bob), of.id);
    assert.deepEqual(await records.preferences.find(ada.id), plain);
    assert.equal((await records.preferences.list(of.id)).length, 2);
    assert.deepEqual(await records.preferences.list(id()), []);
    await records.preferences.provePhone(ada.id, of.id, '+49301', at(1));
    await records.preferences.provePhone(ada.id, of.id, '+49302', at(2));
    assert.equal(await records.preferences.provenPhone(ada.id), '+49302');
    assert.deepEqual(await records.preferences.provenPhones(of.id), new Map([[ada.id, '+49302']]));
    await records.members.delete(ada.id);
    assert.equal(await records.preferences.find(ada.id), null);
    assert.equal(await records.preferences.provenPhone(ada.id), null);
    assert.equal((await records.preferences.list(of.id)).length, 1);
  });
}

function browsers(name: string, open: OpenRecords): void {
  const browser = (of: Member, endpoint: string): PushSubscription => ({
    id: id(),
    organizationId: of.organizationId,
    memberId: of.id,
    userId: of.userId,
    name: 'Firefox on Linux',
    endpoint,
    p256dh: 'BAAA',
    auth: secret('sixteen bytes ok'),
    createdAt: at(1),
  });

  test(`${name}: a browser is kept once a member, belongs to the person who added it last, and goes with them`, async (t) => {
    const records = await open(t);
    const { organization: of } = await household(records);
    const elsewhere = organization();
    await records.organizations.insert(elsewhere);
    const ada = member(of);
    const adaElsewhere = member(elsewhere, { userId: ada.userId });
    const bob = member(of, { userId: 'bob' });
    for (const each of [ada, adaElsewhere, bob]) await records.members.insert(each);
    const { pushSubscriptions } = records;
    const first = browser(ada, 'https://push.example.org/1');
    await pushSubscriptions.put(first);
    const found = await pushSubscriptions.find(first.id);
    assert.equal(found?.auth.reveal(), 'sixteen bytes ok');
    assert.deepEqual({ ...found, auth: null }, { ...first, auth: null });
    const again = browser(ada, first.endpoint);
    await pushSubscriptions.put(again);
    await pushSubscriptions.put(browser(adaElsewhere, first.endpoint));
    assert.deepEqual(
      (await pushSubscriptions.ofMember(ada.id)).map((each) => each.id),
      [again.id],
    );
    assert.equal((await pushSubscriptions.ofMember(adaElsewhere.id)).length, 1);
    // Somebody else signs in on the same browser: what it shows is theirs from now on.
    const taken = browser(bob, first.endpoint);
    await pushSubscriptions.put(taken);
    assert.deepEqual(await pushSubscriptions.ofMember(ada.id), []);
    assert.deepEqual(await pushSubscriptions.ofMember(adaElsewhere.id), []);
    assert.deepEqual(await pushSubscriptions.ids(of.id), [{ id: taken.id, memberId: bob.id }]);
    await pushSubscriptions.put(browser(bob, 'https://push.example.org/2'));
    await pushSubscriptions.delete(taken.id);
    assert.equal(await pushSubscriptions.find(taken.id), null);
    assert.equal((await pushSubscriptions.ids(of.id)).length, 1);
    await records.members.delete(bob.id);
    assert.deepEqual(await pushSubscriptions.ids(of.id), []);
  });

  test(`${name}: of many who make the keys of push messages all find the same`, async (t) => {
    const { pushKeys } = await open(t);
    assert.equal(await pushKeys.find(), null);
    await Promise.all(
      Array.from({ length: callers }, (_, index) =>
        pushKeys.insertIfAbsent({ publicKey: `public ${index}`, privateKey: secret(`private ${index}`) }),
      ),
    );
    const kept = await pushKeys.find();
    const number = kept?.publicKey.split(' ')[1];
    assert.equal(kept?.privateKey.reveal(), `private ${number}`);
  });
}

function chains(name: string, open: OpenRecords): void {
  test(`${name}: a chain is that of a site or that of the organization, and one of each`, async (t) => {
    const records = await open(t);
    const { organization: of, site: yard } = await household(records);
    const levels = [
      { afterMs: 0, targets: [{ kind: 'role', role: 'owner' }] },
      { afterMs: 60_000, targets: [{ kind: 'member', memberId: id<Member['id']>() }] },
    ] as const;
    const whole = { organizationId: of.id, siteId: null, levels, changedAt: at(1) };
    const own = { ...whole, siteId: yard.id, levels: levels.slice(0, 1), changedAt: at(2) };
    const { escalationChains } = records;
    assert.equal(await escalationChains.find(of.id, null), null);
    await escalationChains.put(whole);
    await escalationChains.put(own);
    await escalationChains.put({ ...own, changedAt: at(3) });
    assert.deepEqual(await escalationChains.find(of.id, null), whole);
    assert.deepEqual(await escalationChains.find(of.id, yard.id), { ...own, changedAt: at(3) });
    assert.equal((await escalationChains.list(of.id)).length, 2);
    assert.equal(await escalationChains.find(id(), null), null);
    await escalationChains.delete(of.id, yard.id);
    assert.equal(await escalationChains.find(of.id, yard.id), null);
    assert.deepEqual(await escalationChains.list(of.id), [whole]);
  });
}
