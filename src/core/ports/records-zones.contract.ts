// What all records keep of zones and suppressions.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, camera, household, id } from '../../../test/houses/rows.ts';
import type { IncidentId, MemberId, SuppressionId, ZoneId } from '../brand.ts';
import type { Suppression } from '../detection/suppression.ts';
import type { CameraZones, Zone } from '../detection/zone.ts';
import type { Camera } from '../site/camera.ts';
import type { OpenRecords } from './records.contract.ts';

const zone = (change: Partial<Zone> = {}): Zone => ({
  id: id<ZoneId>(),
  name: 'Door',
  kind: 'watch',
  points: [
    { x: 0, y: 0 },
    { x: 1, y: 0.25 },
    { x: 0.5, y: 1 },
  ],
  objectKinds: ['person', 'vehicle'],
  armings: ['armed-away'],
  minHeight: 0.125,
  dwellSeconds: 10,
  direction: 'either',
  ...change,
});

const zonesOf = ({ id: cameraId, organizationId, siteId }: Camera, version: number): CameraZones => ({
  ...{ cameraId, organizationId, siteId, version },
  changedAt: at(version),
  zones: [zone(), zone({ kind: 'mask', objectKinds: [], armings: [] })],
});

export function zonesContract(name: string, open: OpenRecords): void {
  test(`${name}: the zones of a camera change as a whole, and of many who do, one succeeds`, async (t) => {
    const records = await open(t);
    const { site } = await household(records);
    const gate = camera(site);
    await records.cameras.insert(gate);
    assert.equal(await records.zones.find(gate.id), null);
    const first = zonesOf(gate, 1);
    const race = await Promise.all(Array.from({ length: 20 }, () => records.zones.replace(first)));
    assert.equal(race.filter(Boolean).length, 1);
    assert.deepEqual(await records.zones.find(gate.id), first);
    const changes = Array.from({ length: 20 }, () => zonesOf(gate, 2));
    const won = await Promise.all(changes.map((change) => records.zones.replace(change)));
    assert.deepEqual(
      [await records.zones.find(gate.id)],
      changes.filter((_, index) => won[index]),
    );
    assert.equal(await records.zones.replace(zonesOf(gate, 2)), false);
    assert.equal(await records.zones.replace(zonesOf(gate, 9)), false);
    assert.equal((await records.zones.all()).length, 1);
  });

  test(`${name}: suppressions are listed by camera, and end with it as zones do`, async (t) => {
    const records = await open(t);
    const { site } = await household(records);
    const [gate, yard] = [camera(site), camera(site)];
    for (const each of [gate, yard]) await records.cameras.insert(each);
    const made = ({ id: cameraId, organizationId, siteId }: Camera, ms: number): Suppression => ({
      ...{ id: id<SuppressionId>(), organizationId, siteId, cameraId, kind: 'person', createdAt: at(ms) },
      box: { x: 0.1, y: 0.2, width: 0.3, height: 0.4 },
      by: id<MemberId>(),
      incidentId: id<IncidentId>(),
    });
    const [late, early, other] = [made(gate, 2), made(gate, 1), made(yard, 3)];
    for (const each of [late, early, other]) await records.suppressions.insert(each);
    assert.deepEqual(await records.suppressions.ofCamera(gate.id), [early, late]);
    assert.deepEqual(await records.suppressions.find(other.id), other);
    assert.equal((await records.suppressions.all()).length, 3);
    await records.suppressions.delete(late.id);
    await assert.rejects(records.suppressions.delete(late.id), { code: 'not-found' });
    await records.zones.replace(zonesOf(gate, 1));
    await records.cameras.delete(gate.id);
    assert.deepEqual(await records.suppressions.all(), [other]);
    assert.deepEqual(await records.zones.all(), []);
  });
}
