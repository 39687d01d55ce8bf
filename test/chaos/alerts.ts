// Kills what opens incidents and tells people of them with SIGKILL at random moments, and counts what became of alerts.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyFile } from '../../src/adapters/keyfile/keys.ts';
import { openDatabase } from '../../src/adapters/sql/database.ts';
import { sqlRecords } from '../../src/adapters/sql/records.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import type { Alert } from '../../src/core/alert/alert.ts';
import type { CameraId, ChannelId, OrganizationId, SiteId } from '../../src/core/brand.ts';
import { newId } from '../../src/core/identifiers.ts';
import { newMember } from '../../src/core/organization/members.ts';
import { openPolicy } from '../../src/core/organization/organization.ts';
import { silentLog as log } from '../../src/core/ports/log.ts';
import { secret } from '../../src/core/secret.ts';
import { neverArmed } from '../../src/core/site/site.ts';
import { openPushEndpoint, type PushEndpoint } from '../servers/push-endpoint.ts';

/** Visits between two kills at most: each site has one, once. */
const sitesAKill = 40;
/** From a start to its kill at most, in ms. */
const longestMs = 1_500;
/** What was left by the last kill is told in this time, in ms: the longest back-off of what was under way then. */
const settleMs = 60_000;
const browsers = 2;
const child = new URL('./alerts-child.ts', import.meta.url).pathname;

export interface AlertsReport {
  readonly kills: number;
  readonly incidents: number;
  readonly alerts: number;
  /** Incidents of which nobody was told, and alerts that are said to be delivered and never arrived. */
  readonly lost: readonly string[];
  /** Incidents that reached a browser under more than one key. */
  readonly doubled: readonly string[];
  /** Alerts that came again under their key, as what is killed between sending and writing that down must. */
  readonly repeated: number;
  /** What the push service could not read. */
  readonly faults: readonly string[];
}

/** An organization with armed sites of one camera each, and an owner with browsers. */
async function makeFolder(folder: string, endpoint: PushEndpoint, sites: number): Promise<OrganizationId> {
  const clock = systemClock();
  const database = await openDatabase({ path: `${folder}/vedette.sqlite`, log });
  const keys = await keyFile({ path: `${folder}/keys.json` });
  const records = sqlRecords({ database, keys, clock });
  const organizationId = newId<OrganizationId>(clock);
  const createdAt = clock.now();
  await records.organizations.insert({ id: organizationId, name: 'Bakery', createdAt, policy: openPolicy });
  const siteIds: SiteId[] = [];
  await records.transaction(async (tx) => {
    for (let number = 0; number < sites; number += 1) {
      const siteId = newId<SiteId>(clock);
      siteIds.push(siteId);
      const site = {
        id: siteId,
        organizationId,
        name: `Shop ${number}`,
        timeZone: 'UTC',
        createdAt,
      } as const;
      await tx.sites.insert({ ...site, ...neverArmed(createdAt) });
      const by = { kind: 'schedule' } as const;
      await tx.sites.arm({ siteId, arming: 'armed-away', at: createdAt, effectiveAt: createdAt, by });
      const camera = { id: newId<CameraId>(clock), organizationId, siteId, name: 'Door', createdAt };
      await tx.cameras.insert({ ...camera, source: { kind: 'demo' }, enabled: true });
    }
  });
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

/** `onProgress` is told after each kill. */
export async function killAlerts(options: {
  kills: number;
  onProgress?: (kill: number) => void;
}): Promise<AlertsReport> {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-alerts-'));
  await using parts = new AsyncDisposableStack();
  parts.defer(() => rm(folder, { recursive: true, force: true }));
  const endpoint = await openPushEndpoint();
  parts.defer(() => endpoint.close());
  const organizationId = await makeFolder(folder, endpoint, options.kills * sitesAKill);
  const opened = new Set<string>();
  for (let round = 0; round < options.kills; round += 1) {
    const kill = await work(folder, organizationId, 'work', opened);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * longestMs));
    await kill();
    options.onProgress?.(round + 1);
  }
  const finish = await work(folder, organizationId, 'finish', opened);
  const database = await openDatabase({ path: `${folder}/vedette.sqlite`, log });
  parts.defer(() => database.close());
  const keys = await keyFile({ path: `${folder}/keys.json` });
  const records = sqlRecords({ database, keys, clock: systemClock() });
  const all = async () => {
    const incidents = await records.incidents.list({ organizationId, limit: 100_000 });
    return (await Promise.all(incidents.map(({ id }) => records.alerts.ofIncident(id)))).flat();
  };
  const deadline = Date.now() + settleMs;
  while ((await all()).some(({ state }) => state === 'waiting') && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await finish();
  const alerts = (await all()).filter(({ occasion }) => occasion === 'opened');
  return { kills: options.kills, ...judged(opened, alerts, endpoint), faults: endpoint.faults };
}

function judged(
  opened: ReadonlySet<string>,
  alerts: readonly Alert[],
  endpoint: PushEndpoint,
): Omit<AlertsReport, 'kills' | 'faults'> {
  const arrivals = endpoint.arrivals.map(({ browser, text }) => ({ browser, ...keyOf(text) }));
  const told = new Set(arrivals.map(({ id }) => id));
  const untold = [...opened].filter(
    (id) => !alerts.some(({ incidentId, state }) => incidentId === id && state === 'delivered'),
  );
  // One that fell behind for 15 s was told by e-mail instead, and is skipped.
  const missing = alerts.filter(
    ({ id, kind, state }) =>
      kind === 'push' && state !== 'skipped' && !(state === 'delivered' && told.has(id)),
  );
  const byBrowser = Map.groupBy(arrivals, ({ browser, incidentId }) => `${browser} ${incidentId}`);
  return {
    incidents: opened.size,
    alerts: alerts.length,
    lost: [...untold, ...missing.map(({ id, state }) => `${id} ${state}`)],
    doubled: [...byBrowser]
      .filter(([, ones]) => new Set(ones.map(({ id }) => id)).size > 1)
      .map(([name]) => name),
    repeated: arrivals.length - told.size,
  };
}

function keyOf(text: string): { id: string; incidentId: string } {
  const { id, incidentId } = JSON.parse(text);
  return { id: String(id), incidentId: String(incidentId) };
}
