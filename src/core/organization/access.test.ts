// The access law: whatever an installation holds, nobody is shown what the law forbids.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { callerFor, openPeopleHouse } from '../../../test/houses/people.ts';
import {
  at,
  camera,
  household,
  id,
  incident,
  member,
  organization,
  site,
} from '../../../test/houses/rows.ts';
import type { OrganizationId, SiteId } from '../brand.ts';
import { acknowledgeIncident } from '../incident/life.ts';
import { listIncidents } from '../incident/list.ts';
import { armSite } from '../site/arming.ts';
import type { Camera } from '../site/camera.ts';
import { homePolicy } from '../site/camera-policy.ts';
import { addCamera, changeCamera, listCameras, removeCamera } from '../site/cameras.ts';
import type { Site } from '../site/site.ts';
import { addSite, changeSite, listSites } from '../site/sites.ts';
import { allows, isOwned, owned, ownedSite, permissionTable, type Scope } from './access.ts';
import { type Role, roles } from './organization.ts';
import { permissions } from './permission.ts';

test('roles have the permissions of the table, and each role all that the one below has', () => {
  const granted = (role: Role) => permissions.filter((permission) => allows(role, permission));
  assert.deepEqual(granted('viewer'), ['view', 'be-alerted', 'view-live', 'view-footage']);
  assert.ok(!granted('owner').includes('manage-sites') && granted('owner').includes('export'));
  assert.ok(!granted('manager').includes('manage-organization'));
  assert.deepEqual(granted('admin'), Object.keys(permissionTable));
  for (const [index, role] of roles.entries()) {
    const below = roles[index + 1];
    for (const name of below === undefined ? [] : granted(below)) assert.ok(granted(role).includes(name));
  }
});

test('what belongs to others, or is out of reach, cannot be told from what does not exist', () => {
  const of = organization();
  const [yard, shop] = [site(of), site(of)];
  const everywhere: Scope = { organizationId: of.id, reach: 'every-site' };
  const inYard: Scope = { organizationId: of.id, reach: new Set([yard.id]) };
  const elsewhere: Scope = { organizationId: id(), reach: new Set([yard.id]) };
  const gate = camera(yard);
  assert.equal(owned(gate, everywhere), gate);
  assert.equal(owned(gate, inYard), gate);
  assert.equal(ownedSite(yard, inYard), yard);
  assert.equal(ownedSite(shop, everywhere), shop);
  const refused = [
    () => owned(null, everywhere),
    () => owned(gate, elsewhere),
    () => owned(camera(shop), inYard),
    () => owned({ organizationId: of.id }, elsewhere),
    () => ownedSite(null, everywhere),
    () => ownedSite(shop, inYard),
    () => ownedSite(yard, elsewhere),
  ];
  for (const refusal of refused) {
    assert.throws(refusal, {
      code: 'not-found',
      message: 'There is nothing here, or it is not yours to see.',
    });
  }
});

/** A small installation: whose site is where, whose role is what, and where incidents are. */
const world = fc.record({
  sites: fc.array(fc.nat(2), { minLength: 1, maxLength: 6 }),
  member: fc.record({ organization: fc.nat(2), role: fc.constantFrom(...roles), sites: fc.array(fc.nat(5)) }),
  incidents: fc.array(fc.record({ site: fc.nat(5), startMs: fc.nat(4), resolved: fc.boolean() }), {
    maxLength: 12,
  }),
  pageSize: fc.integer({ min: 1, max: 4 }),
});

test('whatever is where and whoever asks, lists, counts and single objects show what the law allows, all of it, and nothing else', async (t) => {
  const house = await openPeopleHouse();
  t.after(() => house.close());
  const { records, events, clock } = house;
  const deps = { records, events, clock, cameraPolicy: homePolicy };
  await fc.assert(
    fc.asyncProperty(world, async (given) => {
      const organizations = [
        await house.organization(),
        await house.organization(),
        await house.organization(),
      ];
      const places: { readonly site: Site; readonly camera: Camera }[] = [];
      for (const number of given.sites) {
        const made = site(organizations[number] ?? assert.fail());
        await records.sites.insert(made);
        const gate = camera(made);
        await records.cameras.insert(gate);
        places.push({ site: made, camera: gate });
      }
      const at6 = (index: number) => places[index % places.length] ?? assert.fail();
      const home = organizations[given.member.organization] ?? assert.fail();
      const named = new Set(given.member.sites.map((index) => at6(index).site.id));
      const incidents = given.incidents.map((each) =>
        incident(at6(each.site).camera, {
          startAt: at(each.startMs),
          state: each.resolved ? 'resolved' : 'open',
        }),
      );
      for (const each of incidents) await records.incidents.insert(each);
      // A member may be named by sites of others, which a broken database could hold: the law stands all the same.
      const { role } = given.member;
      const caller = callerFor(member(home, { role, siteIds: [...named] }));

      // The law, written down a second time and plainly.
      const sees = (row: { organizationId: OrganizationId; siteId: SiteId }) =>
        row.organizationId === home.id && (role === 'admin' || role === 'manager' || named.has(row.siteId));
      const seesPlace = (place: (typeof places)[number]) => sees(place.camera);
      const seenSites = places.filter(seesPlace).map((place) => place.site.id);
      const seenIncidents = incidents.filter(sees);

      const listed = await listSites(deps, caller);
      assert.deepEqual(
        listed.map((each) => each.id),
        seenSites,
      );
      for (const each of listed) {
        const open = incidents.filter((one) => one.siteId === each.id && one.state !== 'resolved');
        assert.equal(each.openIncidents, open.length);
      }
      const cameras = await listCameras(deps, caller);
      assert.deepEqual(
        cameras.map((each) => each.id),
        places.filter(seesPlace).map((place) => place.camera.id),
      );
      const paged = new Set<string>();
      for (let before = at(99); ; ) {
        const page = await listIncidents(deps, caller, { before, limit: given.pageSize });
        for (const each of page) paged.add(each.id);
        if (page.length < given.pageSize) break;
        before = page.at(-1)?.startAt ?? before;
      }
      assert.deepEqual(paged, new Set(seenIncidents.map((each) => each.id)));
      for (const place of places) {
        const { id: siteId, name, timeZone } = place.site;
        const acts = [
          () => armSite(deps, caller, { siteId, arming: 'armed-home', by: { kind: 'schedule' } }),
          () => changeSite(deps, caller, { siteId, name, timeZone }),
          () => changeCamera(deps, caller, { cameraId: place.camera.id, enabled: false }),
        ];
        for (const act of acts) {
          if (seesPlace(place)) await act();
          else await assert.rejects(act(), { code: 'not-found' });
        }
        const ofSite = await listIncidents(deps, caller, { siteId, limit: 50 });
        assert.deepEqual(
          new Set(ofSite.map((each) => each.id)),
          new Set(seenIncidents.filter((each) => each.siteId === siteId).map((each) => each.id)),
        );
      }
      for (const each of incidents.filter(({ state }) => state === 'open')) {
        const acting = acknowledgeIncident(deps, caller, { incidentId: each.id, memberId: id() });
        if (sees(each)) await acting;
        else await assert.rejects(acting, { code: 'not-found' });
      }
      for (const each of incidents) assert.equal(isOwned(each, caller), sees(each));
    }),
    { numRuns: 60 },
  );
});

test('who reaches some sites adds cameras there and nowhere else, and adds no site', async (t) => {
  const house = await openPeopleHouse();
  t.after(() => house.close());
  const { organization: of, site: yard } = await household(house.records);
  const shop = await house.site(of);
  const caller: Scope = { organizationId: of.id, reach: new Set([yard.id]) };
  const source = { kind: 'demo' } as const;
  const made = await addCamera(house, caller, { siteId: yard.id, name: 'Door', source });
  await assert.rejects(addCamera(house, caller, { siteId: shop, name: 'Door', source }), {
    code: 'not-found',
  });
  await assert.rejects(addSite(house, caller, { name: 'Barn', timeZone: 'UTC' }), { code: 'not-allowed' });
  const blind: Scope = { ...caller, reach: new Set([shop]) };
  await assert.rejects(removeCamera(house, blind, { cameraId: made.id }), { code: 'not-found' });
  await removeCamera(house, caller, { cameraId: made.id });
});
