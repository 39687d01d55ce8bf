// Alerts over kills at random moments: none is lost, and what arrives twice is known to be one by its key.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { keyFile } from '../../src/adapters/keyfile/keys.ts';
import { openDatabase } from '../../src/adapters/sql/database.ts';
import { sqlRecords } from '../../src/adapters/sql/records.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import type { CameraId, ChannelId, OrganizationId, SiteId } from '../../src/core/brand.ts';
import { newId } from '../../src/core/identifiers.ts';
import { newMember } from '../../src/core/organization/members.ts';
import { openPolicy } from '../../src/core/organization/organization.ts';
import { silentLog as log } from '../../src/core/ports/log.ts';
import { secret } from '../../src/core/secret.ts';
import { neverArmed } from '../../src/core/site/site.ts';
import { openPushEndpoint, type PushEndpoint } from '../servers/push-endpoint.ts';

const kills = 8;
const sites = 300;
const browsers = 2;
const child = new URL('./alerts-child.ts', import.meta.url).pathname;

/** An organization with armed sites of one camera each, and an owner with browsers. */
async function makeFolder(folder: string, endpoint: PushEndpoint): Promise<OrganizationId> {
  const clock = systemClock();
  const database = await openDatabase({ path: `${folder}/vedette.sqlite`, log });
  const keys = await keyFile({ path: `${folder}/keys.json` });
  const records = sqlRecords({ database, keys, clock });
  const organizationId = newId<OrganizationId>(clock);
  const createdAt = clock.now();
  await records.organizations.insert({ id: organizationId, name: 'Bakery', createdAt, policy: openPolicy });
  const siteIds: SiteId[] = [];
  for (let number = 0; number < sites; number += 1) {
    const siteId = newId<SiteId>(clock);
    siteIds.push(siteId);
    const site = { id: siteId, organizationId, name: `Shop ${number}`, timeZone: 'UTC', createdAt } as const;
    await records.sites.insert({ ...site, ...neverArmed(createdAt) });
    const by = { kind: 'schedule' } as const;
    await records.sites.arm({ siteId, arming: 'armed-away', at: createdAt, effectiveAt: createdAt, by });
    const camera = { id: newId<CameraId>(clock), organizationId, siteId, name: 'Door', createdAt };
    await records.cameras.insert({ ...camera, source: { kind: 'demo' }, enabled: true });
  }
  const user = { id: 'ada', name: 'Ada', email: 'ada@example.org' };
  const ada = newMember(clock, user, { organizationId, role: 'owner', siteIds });
  await records.members.insert(ada);
  for (let number = 0; number < browsers; number += 1) {
    const { endpoint: address, keys: browserKeys } = endpoint.subscribe();
    await records.pushSubscriptions.put({
      ...{ id: newId<ChannelId>(clock), organizationId, memberId: ada.id, userId: 'ada', name: 'Firefox' },
      ...{ endpoint: address, p256dh: browserKeys.p256dh, auth: secret(browserKeys.auth), createdAt },
    });
  }
  await database.close();
  return organizationId;
}

/** Runs the part that tells; resolves with how to kill it once it is at work. */
async function work(
  folder: string,
  organizationId: OrganizationId,
  mode: 'work' | 'finish',
  opened: Set<string>,
) {
  const process_ = spawn(process.execPath, [child, folder, organizationId, mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ready = Promise.withResolvers<void>();
  let rest = '';
  process_.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === 'ready') ready.resolve();
      else opened.add(line.slice('opened '.length));
    }
  });
  await ready.promise;
  return async () => {
    const exited = once(process_, 'exit');
    process_.kill('SIGKILL');
    await exited;
  };
}

test(`over ${kills} kills no alert is lost, and none arrives under two keys`, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-alerts-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const endpoint = await openPushEndpoint();
  t.after(() => endpoint.close());
  const organizationId = await makeFolder(folder, endpoint);
  const opened = new Set<string>();
  for (let round = 0; round < kills; round += 1) {
    const kill = await work(folder, organizationId, 'work', opened);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 1_500));
    await kill();
  }
  const finish = await work(folder, organizationId, 'finish', opened);
  const database = await openDatabase({ path: `${folder}/vedette.sqlite`, log });
  t.after(() => database.close());
  const keys = await keyFile({ path: `${folder}/keys.json` });
  const records = sqlRecords({ database, keys, clock: systemClock() });
  const all = async () => {
    const incidents = await records.incidents.list({ organizationId, limit: 100_000 });
    return (await Promise.all(incidents.map(({ id }) => records.alerts.ofIncident(id)))).flat();
  };
  const deadline = Date.now() + 30_000;
  while ((await all()).some(({ state }) => state === 'waiting') && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await finish();
  const alerts = (await all()).filter(({ occasion }) => occasion === 'opened');
  const arrived = endpoint.arrivals.map(({ text }): string => JSON.parse(text).id);
  const told = new Set(arrived);
  for (const id of opened) {
    const own = alerts.filter(({ incidentId }) => incidentId === id);
    assert.equal(own.filter(({ kind }) => kind === 'push').length, browsers, `incident ${id}`);
    assert.ok(
      own.some(({ state }) => state === 'delivered'),
      `incident ${id} was told`,
    );
  }
  assert.ok(opened.size >= kills);
  for (const alert of alerts) {
    // One that fell behind for 15 s was told by e-mail instead.
    assert.ok(alert.state === 'delivered' || alert.state === 'skipped', alert.state);
    if (alert.kind !== 'push' || alert.state === 'skipped') continue;
    assert.ok(told.has(alert.id), `alert ${alert.id} arrived`);
  }
  // The same key never stands for two alerts, and no incident reaches a browser under two keys.
  const pairs = endpoint.arrivals.map(({ browser, text }) => `${browser} ${JSON.parse(text).id}`);
  assert.equal(new Set(pairs).size, told.size);
  assert.deepEqual(endpoint.faults, []);
  t.diagnostic(`${alerts.length} alerts; ${arrived.length - told.size} were sent again under their key`);
});
