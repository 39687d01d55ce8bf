// What all records count of incidents.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, camera, household, id, incident, member, site, span } from '../../../test/houses/rows.ts';
import type { IncidentStep } from '../incident/incident.ts';
import type { OpenRecords } from './records.contract.ts';

export function analyticsContract(name: string, open: OpenRecords): void {
  test(`${name}: outcomes are counted by site and camera, of what began in the span`, async (t) => {
    const records = await open(t);
    const { organization: of, camera: gate, site: yard } = await household(records);
    const shop = site(of);
    await records.sites.insert(shop);
    const till = camera(shop);
    const resolved = { state: 'resolved', resolution: 'false-alarm' } as const;
    const rows = [
      incident(gate, { startAt: at(10), ...resolved }),
      incident(gate, { startAt: at(19), cameraIds: [gate.id, till.id], ...resolved }),
      incident(gate, { startAt: at(15) }),
      incident(gate, { startAt: at(9), ...resolved }),
      incident(gate, { startAt: at(20), ...resolved }),
      incident(till, { startAt: at(12), state: 'resolved', resolution: 'intrusion' }),
    ];
    for (const row of rows) await records.incidents.insert(row);
    const theirs = await household(records);
    await records.incidents.insert(incident(theirs.camera, { startAt: at(15) }));

    const asked = { organizationId: of.id, siteIds: [yard.id], span: span(10, 20) };
    const sites = await records.analytics.outcomesBySite(asked);
    assert.deepEqual(
      new Set(sites),
      new Set([
        { siteId: yard.id, resolution: 'false-alarm', count: 2 },
        { siteId: yard.id, resolution: null, count: 1 },
      ]),
    );
    const cameras = await records.analytics.outcomesByCamera(asked);
    assert.deepEqual(
      new Set(cameras),
      new Set([
        { siteId: yard.id, cameraId: gate.id, resolution: 'false-alarm', count: 2 },
        { siteId: yard.id, cameraId: gate.id, resolution: null, count: 1 },
        { siteId: yard.id, cameraId: till.id, resolution: 'false-alarm', count: 1 },
      ]),
    );
    const both = await records.analytics.outcomesBySite({ ...asked, siteIds: [yard.id, shop.id] });
    assert.equal(both.length, 3);
    assert.deepEqual(await records.analytics.outcomesBySite({ ...asked, siteIds: [theirs.site.id] }), []);
    assert.deepEqual(await records.analytics.outcomesBySite({ ...asked, siteIds: [] }), []);
    assert.deepEqual(await records.analytics.outcomesByCamera({ ...asked, siteIds: [] }), []);
  });

  test(`${name}: who reacted first to an incident did so after a time; later people and machines do not count`, async (t) => {
    const records = await open(t);
    const { organization: of, camera: gate, site: yard } = await household(records);
    const [ada, bob] = [member(of), member(of)];
    const step = (
      of: { id: IncidentStep['incidentId'] },
      ms: number,
      action: IncidentStep['action'],
      memberId: IncidentStep['memberId'],
    ) => records.incidents.addStep({ incidentId: of.id, at: at(ms), action, memberId, detail: '' });
    const first = incident(gate, { startAt: at(10), openedAt: at(11) });
    const second = incident(gate, { startAt: at(20), openedAt: at(21) });
    const untouched = incident(gate, { startAt: at(30) });
    for (const each of [first, second, untouched]) await records.incidents.insert(each);
    await step(first, 11, 'opened', null);
    await step(first, 15, 'noted', bob.id);
    await step(first, 16, 'acknowledged', ada.id);
    await step(first, 90, 'resolved', bob.id);
    await step(second, 40, 'resolved', bob.id);
    await step(untouched, 30, 'resolved', null);

    const asked = { organizationId: of.id, siteIds: [yard.id], span: span(0, 99) };
    assert.deepEqual(
      new Set(await records.analytics.reactions(asked)),
      new Set([
        { memberId: ada.id, waitMs: 5 },
        { memberId: bob.id, waitMs: 19 },
      ]),
    );
    assert.deepEqual(await records.analytics.reactions({ ...asked, span: span(0, 10) }), []);
    assert.deepEqual(await records.analytics.reactions({ ...asked, organizationId: id() }), []);
    assert.deepEqual(await records.analytics.reactions({ ...asked, siteIds: [] }), []);
  });
}
