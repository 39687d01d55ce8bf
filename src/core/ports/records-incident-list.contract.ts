// What all records promise of lists of incidents: filters, orders, and pages that skip nothing.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { at, camera, household, id, incident, site, span } from '../../../test/houses/rows.ts';
import type { MemberId } from '../brand.ts';
import { type Incident, severities } from '../incident/incident.ts';
import type { OpenRecords } from './records.contract.ts';
import type { Records } from './records.ts';
import { type IncidentListFilter, type IncidentOrder, incidentOrders } from './records-incidents.ts';

export function incidentListContract(name: string, open: OpenRecords): void {
  filtering(name, open);
  ordering(name, open);
}

function filtering(name: string, open: OpenRecords): void {
  test(`${name}: every filter of a list narrows it, and all together`, async (t) => {
    const records = await open(t);
    const { organization: of, camera: gate, site: yard } = await household(records);
    const shop = site(of);
    await records.sites.insert(shop);
    const till = camera(shop);
    const ada = id<MemberId>();
    const serious = incident(gate, { startAt: at(10), severity: 'high', assigneeId: ada });
    const car = incident(till, { startAt: at(20), kind: 'vehicle', severity: 'low', state: 'acknowledged' });
    const false1 = incident(gate, { startAt: at(30), state: 'resolved', resolution: 'false-alarm' });
    const both = incident(till, { startAt: at(40), cameraIds: [till.id, gate.id], kind: 'sensor' });
    for (const each of [serious, car, false1, both]) await records.incidents.insert(each);
    const theirs = await household(records);
    await records.incidents.insert(incident(theirs.camera, { severity: 'high', assigneeId: ada }));
    const expect = async (
      filter: Omit<IncidentListFilter, 'organizationId' | 'limit'>,
      ...found: Incident[]
    ) => {
      const listed = await records.incidents.list({ organizationId: of.id, limit: 9, ...filter });
      assert.deepEqual(listed, found, JSON.stringify(filter));
    };
    await expect({ severity: 'high' }, serious);
    await expect({ kind: 'vehicle' }, car);
    await expect({ kind: 'sensor' }, both);
    await expect({ resolution: 'false-alarm' }, false1);
    await expect({ assigneeId: ada }, serious);
    await expect({ assigneeId: id() });
    await expect({ began: span(20, 40) }, false1, car);
    await expect({ began: { startAt: at(31) } }, both);
    await expect({ began: { endAt: at(20) } }, serious);
    await expect({ places: { siteIds: [yard.id], cameraIds: [] } }, false1, serious);
    await expect({ places: { siteIds: [], cameraIds: [gate.id] } }, both, false1, serious);
    await expect({ places: { siteIds: [shop.id], cameraIds: [gate.id] } }, both, false1, car, serious);
    await expect({ places: { siteIds: [], cameraIds: [] } });
    await expect({ severity: 'normal', states: ['open'], order: 'severity' }, both);
    await expect({ order: 'waiting', states: ['acknowledged'] });
    await expect({ severity: 'high', kind: 'person', cameraId: gate.id, assigneeId: ada }, serious);
  });
}

const rank = (one: Incident) => severities.indexOf(one.severity);

const before: Readonly<Record<IncidentOrder, (a: Incident, b: Incident) => number>> = {
  newest: (a, b) => b.startAt - a.startAt || (a.id < b.id ? 1 : -1),
  oldest: (a, b) => a.startAt - b.startAt || (a.id > b.id ? 1 : -1),
  severity: (a, b) => rank(b) - rank(a) || b.startAt - a.startAt || (a.id < b.id ? 1 : -1),
  waiting: (a, b) => a.openedAt - b.openedAt || (a.id > b.id ? 1 : -1),
};

function ordering(name: string, open: OpenRecords): void {
  test(`${name}: pages in any order are all there is, once, however many began together`, async (t) => {
    const records = await open(t);
    const row = fc.record({
      // Few moments: most share theirs with others.
      startMs: fc.integer({ min: 0, max: 4 }),
      openedMs: fc.integer({ min: 0, max: 3 }),
      severity: fc.constantFrom(...severities),
      state: fc.constantFrom('open' as const, 'acknowledged' as const),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 14 }),
        fc.integer({ min: 1, max: 5 }),
        async (made, limit) => {
          const { organization: of, camera: gate } = await household(records);
          const all = made.map(({ startMs, openedMs, ...change }) =>
            incident(gate, { startAt: at(startMs), openedAt: at(openedMs), ...change }),
          );
          for (const each of all) await records.incidents.insert(each);
          for (const order of incidentOrders) {
            const there = all.filter(({ state }) => order !== 'waiting' || state === 'open');
            const seen = await paged(records, { organizationId: of.id, order, limit });
            assert.deepEqual(seen, there.toSorted(before[order]), order);
          }
        },
      ),
      { numRuns: 12 },
    );
  });

  test(`${name}: an incident that comes between two pages moves none of the others`, async (t) => {
    const records = await open(t);
    const { organization: of, camera: gate } = await household(records);
    const [old, middle, young] = [1, 5, 9].map((ms) => incident(gate, { startAt: at(ms) })) as [
      Incident,
      Incident,
      Incident,
    ];
    for (const each of [old, middle, young]) await records.incidents.insert(each);
    const asked = { organizationId: of.id, limit: 2, order: 'severity' } as const;
    assert.deepEqual(await records.incidents.list(asked), [young, middle]);
    await records.incidents.insert(incident(gate, { startAt: at(20), severity: 'high' }));
    // The last one seen was raised meanwhile: the page goes on where it ended.
    await records.incidents.update({ ...middle, severity: 'high' }, 'open');
    const after = { severity: middle.severity, at: middle.startAt, id: middle.id };
    assert.deepEqual(await records.incidents.list({ ...asked, after }), [old]);
    const raised = await records.incidents.list({ ...asked, severity: 'high', cameraId: gate.id });
    assert.equal(raised.at(-1)?.id, middle.id, 'of its camera it is as severe as it is now');
  });
}

async function paged(
  records: Records,
  filter: IncidentListFilter & { order: IncidentOrder },
): Promise<Incident[]> {
  const seen: Incident[] = [];
  // The first page ends with a cursor like any other: `newest` without one may be longer than its limit.
  for (let page = await records.incidents.list(filter); page.length > 0; ) {
    seen.push(...page);
    const last = page.at(-1);
    if (last === undefined) break;
    const moment = filter.order === 'waiting' ? last.openedAt : last.startAt;
    const after = { severity: last.severity, at: moment, id: last.id };
    page = await records.incidents.list({ ...filter, after });
  }
  return seen;
}
