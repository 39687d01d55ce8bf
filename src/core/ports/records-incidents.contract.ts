// What all records keep of incidents and alerts.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  alert,
  at,
  camera,
  channel,
  household,
  id,
  incident,
  site,
  span,
} from '../../../test/houses/rows.ts';
import { branded, type EpochMs, type IncidentId, type SiteId } from '../brand.ts';
import { type Incident, type IncidentStep, severities } from '../incident/incident.ts';
import { secret } from '../secret.ts';
import type { OpenRecords } from './records.contract.ts';

const callers = 40;

export function incidentsContract(name: string, open: OpenRecords): void {
  life(name, open);
  search(name, open);
  spans(name, open);
  paging(name, open);
  alerting(name, open);
}

function life(name: string, open: OpenRecords): void {
  test(`${name}: of many who change an incident in the same state exactly one does`, async (t) => {
    const records = await open(t);
    const { camera: gate } = await household(records);
    const opened = incident(gate);
    await records.incidents.insert(opened);
    const changes = Array.from(
      { length: callers },
      (_, i): Incident => ({ ...opened, state: 'acknowledged', bestScore: i / callers }),
    );
    const won = await Promise.all(changes.map((change) => records.incidents.update(change, 'open')));
    assert.equal(won.filter(Boolean).length, 1);
    assert.deepEqual(await records.incidents.find(opened.id), changes[won.indexOf(true)]);
    assert.equal(await records.incidents.update({ ...opened, id: id() }, 'open'), false);
    assert.equal(await records.incidents.find(id()), null);
  });

  test(`${name}: every field of an incident changes, and its cameras keep their order`, async (t) => {
    const records = await open(t);
    const { camera: gate, organization: of } = await household(records);
    const opened = incident(gate);
    await records.incidents.insert(opened);
    const later: Incident = {
      ...opened,
      cameraIds: [gate.id, id(), id()],
      startAt: branded<EpochMs>(opened.startAt - 1_000),
      state: 'resolved',
      resolution: 'false-alarm',
      bestScore: 0.875,
      lastSeenAt: at(9_000),
      endAt: at(10_000),
      snapshotId: id(),
    };
    assert.equal(await records.incidents.update(later, 'open'), true);
    assert.deepEqual(await records.incidents.find(opened.id), later);
    for (const cameraId of later.cameraIds) {
      const found = await records.incidents.list({ organizationId: of.id, cameraId, limit: 9 });
      assert.deepEqual(found, [later]);
      const began = { startAt: later.startAt, endAt: branded<EpochMs>(later.startAt + 1) };
      const then = await records.incidents.list({ organizationId: of.id, cameraId, limit: 9, began });
      assert.deepEqual(then, [later], 'its begin is known of each of its cameras');
    }
  });

  test(`${name}: an incident without an end is found until it has one, whatever its state`, async (t) => {
    const records = await open(t);
    const { camera: gate } = await household(records);
    const ended = incident(gate, { openedAt: at(1), lastSeenAt: at(100), endAt: at(100) });
    const going = incident(gate, { openedAt: at(200), state: 'acknowledged' });
    for (const each of [ended, going]) await records.incidents.insert(each);
    assert.deepEqual(await records.incidents.unended(), [going]);
    const resolved = { ...going, state: 'resolved', resolution: 'test' } as const;
    await records.incidents.update(resolved, 'acknowledged');
    assert.deepEqual(await records.incidents.unended(), [resolved]);
    await records.incidents.update({ ...resolved, endAt: at(300) }, 'resolved');
    assert.deepEqual(await records.incidents.unended(), []);
  });

  test(`${name}: the steps of an incident are in order`, async (t) => {
    const records = await open(t);
    const { camera: gate } = await household(records);
    const opened = incident(gate);
    await records.incidents.insert(opened);
    const step = (ms: number, action: IncidentStep['action'], detail: string): IncidentStep => ({
      incidentId: opened.id,
      at: at(ms),
      action,
      memberId: action === 'acknowledged' ? id() : null,
      detail,
    });
    const steps = [step(1, 'opened', ''), step(1, 'joined', 'Door'), step(5, 'acknowledged', 'On my way')];
    for (const each of steps) await records.incidents.addStep(each);
    assert.deepEqual(await records.incidents.steps(opened.id), steps);
    assert.deepEqual(await records.incidents.steps(id()), []);
  });
}

function search(name: string, open: OpenRecords): void {
  test(`${name}: incidents are listed newest first, filtered, in pages`, async (t) => {
    const records = await open(t);
    const { organization: of, camera: gate } = await household(records);
    const shop = site(of);
    await records.sites.insert(shop);
    const till = camera(shop);
    await records.cameras.insert(till);
    const old = incident(gate, { startAt: at(10), lastSeenAt: at(20), endAt: at(20), state: 'resolved' });
    const both = incident(till, { startAt: at(30), cameraIds: [till.id, gate.id], endAt: at(40) });
    const going = incident(gate, { startAt: at(50), state: 'acknowledged' });
    for (const each of [both, going, old]) await records.incidents.insert(each);
    const { incident: foreign } = await stranger(records);
    const ids = async (
      filter: Omit<Parameters<typeof records.incidents.list>[0], 'organizationId' | 'limit'>,
    ) =>
      (await records.incidents.list({ organizationId: of.id, limit: 9, ...filter })).map((each) => each.id);
    const expect = async (filter: Parameters<typeof ids>[0], ...expected: readonly Incident[]) =>
      assert.deepEqual(
        await ids(filter),
        expected.map((each) => each.id),
      );
    await expect({}, going, both, old);
    await expect({ siteId: gate.siteId }, going, old);
    await expect({ siteIds: [gate.siteId] }, going, old);
    await expect({ siteIds: [gate.siteId, shop.id] }, going, both, old);
    await expect({ siteIds: [shop.id, foreign.siteId] }, both);
    await expect({ siteIds: [] });
    await expect({ siteIds: [shop.id], siteId: gate.siteId });
    await expect({ cameraId: gate.id }, going, both, old);
    await expect({ siteIds: [gate.siteId], cameraId: gate.id }, going, old);
    await expect({ cameraId: till.id }, both);
    await expect({ states: ['resolved'] }, old);
    await expect({ states: ['open', 'acknowledged'] }, going, both);
    await expect({ states: [] });
    await expect({ before: going.startAt }, both, old);
    await expect({ before: old.startAt });
    await expect({ span: span(20, 31) }, both);
    await expect({ span: span(19, 30) }, old);
    await expect({ span: span(900, 901) }, going);
    await expect({ siteId: gate.siteId, cameraId: gate.id, states: ['resolved'], span: span(0, 99) }, old);
    assert.deepEqual(await records.incidents.list({ organizationId: of.id, limit: 1 }), [going]);
    assert.ok(!(await ids({})).includes(foreign.id));
  });
}

function spans(name: string, open: OpenRecords): void {
  test(`${name}: a span finds what overlaps it, however long ago that began, in every order and page by page`, async (t) => {
    const records = await open(t);
    const { organization: of, camera: gate, site: yard } = await household(records);
    const hour = 3_600_000;
    const lengths = [0, 1, hour - 1, hour, hour + 1, 3 * hour, 50 * hour, null];
    const made = lengths.flatMap((length, place) =>
      [-60, -3, -1, 0, 1, 2].map((begin, number) => {
        const startAt = at((60 + begin) * hour);
        const endAt = length === null ? null : at((60 + begin) * hour + length);
        const severity = severities[(place + number) % severities.length] ?? 'normal';
        return incident(gate, { startAt, lastSeenAt: startAt, endAt, severity, state: 'resolved' });
      }),
    );
    for (const each of made) await records.incidents.insert(each);
    const wanted = span(60 * hour, 61 * hour);
    const expected = made
      .filter(({ startAt, endAt }) => startAt < wanted.endAt && (endAt === null || endAt > wanted.startAt))
      .map(({ id: one }) => one);
    assert.ok(expected.length > 10 && expected.length < made.length);
    for (const order of ['newest', 'oldest', 'severity'] as const) {
      for (const place of [{}, { siteId: yard.id }, { cameraId: gate.id }]) {
        const asked = { organizationId: of.id, order, span: wanted, ...place };
        const whole = await records.incidents.list({ ...asked, limit: 100 });
        assert.deepEqual(new Set(whole.map(({ id: one }) => one)), new Set(expected), order);
        const paged: Incident[] = [];
        for (;;) {
          const last = paged.at(-1);
          const after = last === undefined ? {} : { after: { ...last, at: last.startAt } };
          const page = await records.incidents.list({ ...asked, ...after, limit: 3 });
          paged.push(...page);
          if (page.length < 3) break;
        }
        assert.deepEqual(paged, whole, order);
        assert.equal(new Set(whole).size, whole.length);
      }
    }
  });
}

function paging(name: string, open: OpenRecords): void {
  test(`${name}: who pages through incidents by time misses none that began together`, async (t) => {
    const records = await open(t);
    const { organization: of, camera: gate, site: yard } = await household(records);
    const shop = site(of);
    await records.sites.insert(shop);
    const made = [9, 5, 5, 5, 3].map((ms) => incident(gate, { startAt: at(ms) }));
    const hidden = [9, 7, 5, 5, 4].map((ms) => incident(camera(shop), { startAt: at(ms) }));
    for (const each of [...made, ...hidden]) await records.incidents.insert(each);
    const seen: Incident[] = [];
    for (let before = at(99); ; before = seen.at(-1)?.startAt ?? before) {
      const siteIds = [yard.id];
      const page = await records.incidents.list({ organizationId: of.id, siteIds, limit: 2, before });
      seen.push(...page);
      if (page.length < 2) break;
    }
    assert.deepEqual(new Set(seen.map((each) => each.id)), new Set(made.map((each) => each.id)));
    assert.equal(seen.length, made.length);
  });

  test(`${name}: unresolved incidents are counted by site`, async (t) => {
    const records = await open(t);
    const { organization: of, camera: gate, site: yard } = await household(records);
    await stranger(records);
    assert.deepEqual(await records.incidents.countUnresolved(of.id), new Map());
    for (const state of ['open', 'acknowledged', 'resolved'] as const) {
      await records.incidents.insert(incident(gate, { state }));
    }
    const shop = site(of);
    await records.sites.insert(shop);
    await records.incidents.insert(incident(camera(shop)));
    const counted = (siteIds?: readonly SiteId[]) => records.incidents.countUnresolved(of.id, siteIds);
    const all = new Map([
      [yard.id, 2],
      [shop.id, 1],
    ]);
    assert.deepEqual(await counted(), all);
    assert.deepEqual(await counted([yard.id, shop.id, id()]), all);
    assert.deepEqual(await counted([yard.id]), new Map([[yard.id, 2]]));
    assert.deepEqual(await counted([]), new Map());
  });
}

function alerting(name: string, open: OpenRecords): void {
  test(`${name}: of many who alert one channel of one incident exactly one does`, async (t) => {
    const records = await open(t);
    const { organization: of, camera: gate } = await household(records);
    const mail = channel(of);
    await records.channels.insert(mail);
    const opened = incident(gate);
    await records.incidents.insert(opened);
    const alerts = Array.from({ length: callers }, () => alert(opened, mail));
    const won = await Promise.all(alerts.map((each) => records.alerts.insertIfAbsent(each)));
    assert.equal(won.filter(Boolean).length, 1);
    assert.deepEqual(await records.alerts.ofIncident(opened.id), [alerts[won.indexOf(true)]]);
  });

  test(`${name}: an alert changes field by field and outlives its channel`, async (t) => {
    const records = await open(t);
    const { organization: of, camera: gate } = await household(records);
    const mail = channel(of);
    await records.channels.insert(mail);
    const opened = incident(gate);
    await records.incidents.insert(opened);
    const waiting = alert(opened, mail);
    await records.alerts.insertIfAbsent(waiting);
    await records.alerts.update(waiting.id, { attempts: 1, problem: 'No answer.' });
    await records.alerts.update(waiting.id, { state: 'delivered', handedOverAt: at(5) });
    await records.alerts.update(waiting.id, {});
    await records.channels.delete(mail.id);
    const delivered = {
      ...waiting,
      attempts: 1,
      problem: 'No answer.',
      state: 'delivered',
      handedOverAt: at(5),
    };
    assert.deepEqual(await records.alerts.find(waiting.id), delivered);
    await records.alerts.update(waiting.id, { problem: null });
    assert.equal((await records.alerts.find(waiting.id))?.problem, null);
    assert.equal(await records.alerts.find(id()), null);
    assert.deepEqual(await records.alerts.ofIncident(id<IncidentId>()), []);
  });

  test(`${name}: channels come back by organization, and each alone with its secret`, async (t) => {
    const records = await open(t);
    const { organization: of } = await household(records);
    const mail = channel(of);
    const { id: hookId, organizationId, createdAt } = channel(of);
    const signingSecret = secret('whsec_0123');
    const url = 'https://example.org/hook?a=b';
    await records.channels.insert(mail);
    await records.channels.insert({
      id: hookId,
      organizationId,
      createdAt,
      name: 'Hook',
      kind: 'webhook',
      url,
      signingSecret,
    });
    const [first, hook, ...more] = await records.channels.list(of.id);
    assert.deepEqual([first, more], [mail, []]);
    assert.deepEqual(await records.channels.list(id()), []);
    assert.deepEqual(hook, { id: hookId, organizationId, createdAt, name: 'Hook', kind: 'webhook', url });
    const found = await records.channels.find(hookId);
    if (found?.kind !== 'webhook') return assert.fail();
    assert.deepEqual([found.url, found.signingSecret.reveal()], [url, 'whsec_0123']);
    assert.ok(!JSON.stringify(found).includes('whsec_0123'));
    await records.channels.delete(hookId);
    assert.equal(await records.channels.find(hookId), null);
    assert.deepEqual(await records.channels.find(mail.id), mail);
  });
}

/** An incident of somebody else. */
async function stranger(records: Awaited<ReturnType<OpenRecords>>) {
  const theirs = await household(records);
  const opened = incident(theirs.camera);
  await records.incidents.insert(opened);
  return { ...theirs, incident: opened };
}
