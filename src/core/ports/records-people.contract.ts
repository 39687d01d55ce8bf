// What all records keep of people: organizations, members, invitations, providers and access keys.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  accessKey,
  at,
  hash,
  household,
  id,
  imageSource,
  invitation,
  member,
  organization,
  provider,
  site,
} from '../../../test/houses/rows.ts';
import type { MemberId } from '../brand.ts';
import type { ImageSource } from '../image/image-source.ts';
import type { Provider } from '../organization/provider.ts';
import { secret } from '../secret.ts';
import type { OpenRecords } from './records.contract.ts';

const callers = 40;

export function peopleContract(name: string, open: OpenRecords): void {
  organizations(name, open);
  members(name, open);
  invitations(name, open);
  providers(name, open);
  accessKeys(name, open);
  imageSources(name, open);
}

function organizations(name: string, open: OpenRecords): void {
  test(`${name}: organizations come back as they went in, and change field by field`, async (t) => {
    const records = await open(t);
    const [one, two] = [organization(), { ...organization(), policy: { requireSecondFactor: true } }];
    assert.equal(await records.organizations.count(), 0);
    for (const each of [one, two]) await records.organizations.insert(each);
    assert.equal(await records.organizations.count(), 2);
    assert.deepEqual(await records.organizations.find(one.id), one);
    assert.deepEqual(await records.organizations.find(two.id), two);
    assert.equal(await records.organizations.find(id()), null);
    assert.deepEqual(await records.organizations.page(null, 1), [one]);
    assert.deepEqual(await records.organizations.page(one.id, 9), [two]);
    assert.deepEqual(await records.organizations.page(two.id, 9), []);
    const policy = { requireSecondFactor: true };
    await records.organizations.update(one.id, { name: 'Backwerk' });
    await records.organizations.update(one.id, { policy });
    await records.organizations.update(one.id, {});
    assert.deepEqual(await records.organizations.find(one.id), { ...one, name: 'Backwerk', policy });
    assert.deepEqual(await records.organizations.find(two.id), two);
    await assert.rejects(records.organizations.update(id(), { name: 'x' }), { code: 'not-found' });
  });

  test(`${name}: the same row twice, or a row of nobody, is a conflict`, async (t) => {
    const records = await open(t);
    const one = organization();
    await records.organizations.insert(one);
    await assert.rejects(records.organizations.insert(one), { code: 'conflict' });
    await records.members.insert(member(one, { userId: 'ada' }));
    await assert.rejects(records.members.insert(member(one, { userId: 'ada' })), { code: 'conflict' });
    await assert.rejects(records.sites.insert(site(organization())), { code: 'conflict' });
    const nowhere = member(one, { siteIds: [id()] });
    await assert.rejects(records.members.insert(nowhere), { code: 'conflict' });
    assert.equal(await records.members.find(nowhere.id), null);
  });
}

function members(name: string, open: OpenRecords): void {
  test(`${name}: members come back as they went in, with the sites that name them`, async (t) => {
    const records = await open(t);
    const { organization: one, site: yard } = await household(records);
    const { organization: two } = await household(records);
    const shop = site(one);
    await records.sites.insert(shop);
    const ada = member(one, { userId: 'ada', role: 'owner', siteIds: [yard.id, shop.id] });
    const elsewhere = member(two, { userId: 'ada', createdAt: at(5), phone: '+49301234', lastSeenAt: at(7) });
    const bob = member(one, { userId: 'bob', createdAt: at(9) });
    for (const each of [bob, elsewhere, ada]) await records.members.insert(each);
    assert.deepEqual(await records.members.find(ada.id), ada);
    assert.equal(await records.members.find(id()), null);
    assert.deepEqual(await records.members.ofUser('ada'), [ada, elsewhere]);
    assert.deepEqual(await records.members.ofUser('nobody'), []);
    assert.deepEqual(await records.members.list(one.id), [ada, bob]);
    assert.deepEqual(await records.members.list(id()), []);
  });

  test(`${name}: a member changes field by field, and is gone when deleted`, async (t) => {
    const records = await open(t);
    const { organization: of, site: yard } = await household(records);
    const shop = site(of);
    await records.sites.insert(shop);
    const ada = member(of, { role: 'owner', siteIds: [yard.id] });
    await records.members.insert(ada);
    await records.members.update(ada.id, { name: 'Ada L.', email: 'l@example.org', phone: '+49301234' });
    await records.members.update(ada.id, { siteIds: [shop.id] });
    await records.members.update(ada.id, { role: 'viewer', lastSeenAt: at(3) });
    await records.members.update(ada.id, {});
    const changed = { name: 'Ada L.', email: 'l@example.org', phone: '+49301234', siteIds: [shop.id] };
    const later = { role: 'viewer', lastSeenAt: at(3) } as const;
    assert.deepEqual(await records.members.find(ada.id), { ...ada, ...changed, ...later });
    await records.members.update(ada.id, { phone: null, siteIds: [] });
    assert.deepEqual(await records.members.find(ada.id), {
      ...ada,
      ...changed,
      ...later,
      phone: null,
      siteIds: [],
    });
    await records.members.update(ada.id, { siteIds: [yard.id, shop.id] });
    // All or nothing: a site that is not there leaves the member as they were.
    await assert.rejects(records.members.update(ada.id, { role: 'owner', siteIds: [id()] }), {
      code: 'conflict',
    });
    const kept = await records.members.find(ada.id);
    assert.deepEqual([kept?.role, kept?.siteIds], ['viewer', [yard.id, shop.id]]);
    for (const change of [{ name: 'x' }, { siteIds: [] }]) {
      await assert.rejects(records.members.update(id(), change), { code: 'not-found' });
    }
    await records.members.delete(ada.id);
    await records.members.delete(ada.id);
    assert.equal(await records.members.find(ada.id), null);
    await records.members.insert(ada);
    assert.deepEqual(await records.members.find(ada.id), ada);
  });
}

function invitations(name: string, open: OpenRecords): void {
  test(`${name}: invitations are found by id and token, and an address is invited once`, async (t) => {
    const records = await open(t);
    const { organization: of, site: yard } = await household(records);
    const { organization: others } = await household(records);
    const eve = invitation(of, { email: 'eve@example.org', siteIds: [yard.id], createdAt: at(2) });
    const dan = invitation(of, { createdAt: at(1) });
    const same = invitation(others, { email: eve.email });
    for (const each of [eve, dan, same]) await records.invitations.insert(each);
    assert.deepEqual(await records.invitations.find(eve.id), eve);
    assert.deepEqual(await records.invitations.findByToken(dan.tokenSha256), dan);
    assert.equal(await records.invitations.find(id()), null);
    assert.equal(await records.invitations.findByToken(hash(1)), null);
    assert.deepEqual(await records.invitations.list(of.id), [dan, eve]);
    await assert.rejects(records.invitations.insert(invitation(of, { email: eve.email })), {
      code: 'conflict',
    });
  });

  test(`${name}: of many who take an invitation exactly one does`, async (t) => {
    const records = await open(t);
    const { organization: of } = await household(records);
    const [eve, dan] = [invitation(of), invitation(of)];
    for (const each of [eve, dan]) await records.invitations.insert(each);
    const taken = await Promise.all(
      Array.from({ length: callers }, (_, i) =>
        i % 2 === 0
          ? records.invitations.take(eve.id)
          : records.transaction((tx) => tx.invitations.take(eve.id)),
      ),
    );
    assert.equal(taken.filter(Boolean).length, 1);
    assert.deepEqual(await records.invitations.list(of.id), [dan]);
  });

  test(`${name}: invitations that expired are deleted, and only those`, async (t) => {
    const records = await open(t);
    const { organization: of } = await household(records);
    const [old, young] = [invitation(of, { expiresAt: at(9) }), invitation(of, { expiresAt: at(10) })];
    for (const each of [old, young]) await records.invitations.insert(each);
    assert.equal(await records.invitations.deleteExpired(at(10)), 1);
    assert.equal(await records.invitations.deleteExpired(at(10)), 0);
    assert.deepEqual(await records.invitations.list(of.id), [young]);
  });
}

function providers(name: string, open: OpenRecords): void {
  test(`${name}: providers come back with their secret, which shows nowhere`, async (t) => {
    const records = await open(t);
    const { organization: of } = await household(records);
    assert.equal(await records.providers.any(), false);
    const entra = provider(of, {
      domains: ['a.example', 'b.example'],
      roleClaim: 'groups',
      roleByValue: { 'Süd/Leitung': 'manager', chefs: 'admin' },
      defaultRole: 'viewer',
    });
    const keycloak = provider(of, { createdAt: at(1) });
    for (const each of [keycloak, entra]) await records.providers.insert(each);
    const found = await records.providers.find(entra.id);
    assert.equal(found?.clientSecret.reveal(), 'correct horse');
    assert.ok(!JSON.stringify(found).includes('correct horse'));
    assert.deepEqual(plain(found), plain(entra));
    assert.deepEqual((await records.providers.list(of.id)).map(plain), [entra, keycloak].map(plain));
    assert.deepEqual(plain(await records.providers.findByDomain('b.example')), plain(entra));
    for (const domain of ['c.example', 'example', 'B.EXAMPLE', '%']) {
      assert.equal(await records.providers.findByDomain(domain), null);
    }
    assert.equal(await records.providers.find(id()), null);
    assert.equal(await records.providers.organizationOf(entra.id), of.id);
    assert.equal(await records.providers.organizationOf(id()), null);
    assert.deepEqual([await records.providers.count(of.id), await records.providers.count(id())], [2, 0]);
    assert.equal(await records.providers.any(), true);
  });

  test(`${name}: a provider’s name for a person stands for one account, until the provider goes`, async (t) => {
    const records = await open(t);
    const { organization: of } = await household(records);
    const [one, two] = [provider(of), provider(of)];
    for (const each of [one, two]) await records.providers.insert(each);
    assert.equal(await records.providers.linkedUser(one.id, '42'), null);
    await Promise.all(Array.from({ length: 4 }, () => records.providers.link(one.id, '42', 'eve')));
    assert.equal(await records.providers.linkedUser(one.id, '42'), 'eve');
    assert.equal(await records.providers.linkedSubject(one.id, 'eve'), '42');
    assert.equal(await records.providers.linkedUser(two.id, '42'), null);
    await assert.rejects(records.providers.link(one.id, '42', 'mallory'), { code: 'conflict' });
    await records.providers.link(two.id, '42', 'mallory');
    await records.providers.link(one.id, '43', 'eve');
    assert.equal(await records.providers.linkedUser(one.id, '42'), null);
    assert.equal(await records.providers.linkedUser(one.id, '43'), 'eve');
    await records.providers.delete(one.id);
    assert.equal(await records.providers.linkedUser(one.id, '43'), null);
    assert.equal(await records.providers.linkedUser(two.id, '42'), 'mallory');
  });

  test(`${name}: of many who claim a domain exactly one gets it, and gives it back`, async (t) => {
    const records = await open(t);
    const { organization: of } = await household(records);
    const { organization: others } = await household(records);
    const claims = Array.from({ length: callers }, (_, i) =>
      provider(i % 2 === 0 ? of : others, { domains: [`own${i}.example`, 'shared.example'] }),
    );
    const outcomes = await Promise.allSettled(claims.map((claim) => records.providers.insert(claim)));
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    assert.deepEqual(new Set(refused.map(({ reason }) => reason.code)), new Set(['conflict']));
    assert.equal(refused.length, callers - 1);
    const winner = claims[outcomes.findIndex(({ status }) => status === 'fulfilled')];
    assert.equal((await records.providers.findByDomain('shared.example'))?.id, winner?.id);
    // Who lost left nothing behind.
    const all = [...(await records.providers.list(of.id)), ...(await records.providers.list(others.id))];
    assert.deepEqual(
      all.map((each) => each.id),
      [winner?.id],
    );
    await records.providers.delete(winner?.id ?? id());
    assert.equal(await records.providers.findByDomain('shared.example'), null);
    await records.providers.insert(provider(others, { domains: ['shared.example'] }));
  });
}

function accessKeys(name: string, open: OpenRecords): void {
  test(`${name}: access keys are found by what they hash to, and remember when they were used`, async (t) => {
    const records = await open(t);
    const { organization: of, site: yard } = await household(records);
    const narrow = accessKey(of, { siteIds: [yard.id], permissions: ['view'], createdAt: at(1) });
    const none = accessKey(of, { siteIds: [], createdAt: at(2) });
    const wide = accessKey(of);
    for (const each of [none, narrow, wide]) await records.accessKeys.insert(each);
    assert.deepEqual(await records.accessKeys.find(narrow.id), narrow);
    assert.deepEqual(await records.accessKeys.findBySha256(wide.sha256), wide);
    assert.equal(await records.accessKeys.find(id()), null);
    assert.equal(await records.accessKeys.findBySha256(hash(1)), null);
    assert.deepEqual(await records.accessKeys.list(of.id), [wide, narrow, none]);
    assert.deepEqual(await records.accessKeys.list(id()), []);
    await records.accessKeys.used(wide.id, at(60_000));
    assert.equal((await records.accessKeys.find(wide.id))?.lastUsedAt, at(60_000));
    await assert.rejects(records.accessKeys.used(id(), at(1)), { code: 'not-found' });
    await records.accessKeys.delete(wide.id);
    assert.equal(await records.accessKeys.findBySha256(wide.sha256), null);
  });
}

function imageSources(name: string, open: OpenRecords): void {
  test(`${name}: sources of images come back with their secrets, and go with who made them`, async (t) => {
    const records = await open(t);
    const { organization: of, site: yard } = await household(records);
    const ada = id<MemberId>();
    const narrow = imageSource(of, { siteIds: [yard.id], createdAt: at(1), createdBy: ada });
    const wide = imageSource(of);
    await records.imageSources.seal(wide);
    for (const each of [narrow, wide]) await records.imageSources.insert(each);
    assert.deepEqual(plain(await records.imageSources.find(narrow.id)), plain(narrow));
    assert.deepEqual((await records.imageSources.list(of.id)).map(plain), [wide, narrow].map(plain));
    assert.equal(await records.imageSources.count(of.id), 2);
    assert.deepEqual(await records.imageSources.list(id()), []);
    assert.equal(await records.imageSources.find(id()), null);
    await records.imageSources.used(wide.id, at(60_000));
    const renewed = { ...wide, secret: secret('vds_another'), renewedAt: at(5), name: 'Not this' };
    await records.imageSources.renew(renewed);
    const after = await records.imageSources.find(wide.id);
    assert.equal(after?.secret.reveal(), 'vds_another');
    assert.deepEqual(plain(after), plain({ ...wide, renewedAt: at(5), lastUsedAt: at(60_000) }));
    await assert.rejects(records.imageSources.used(id(), at(1)), { code: 'not-found' });
    await assert.rejects(records.imageSources.renew({ ...wide, id: id() }), { code: 'not-found' });
    await records.imageSources.deleteOf(ada);
    assert.deepEqual(
      (await records.imageSources.list(of.id)).map((each) => each.id),
      [wide.id],
    );
    await records.imageSources.delete(wide.id);
    assert.equal(await records.imageSources.find(wide.id), null);
  });
}

/** A row with a secret that can be compared: handles of secrets are never the same. */
function plain(of: Provider | ImageSource | null): unknown {
  return JSON.parse(JSON.stringify(of));
}
