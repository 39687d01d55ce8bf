// How long it takes from a frame to a person's browser, with ten cameras, and what kills cost of alerts.

import { percentiles } from '../src/app/replay/report.ts';
import { readSettings } from '../src/app/settings.ts';
import type { House } from '../src/app/wire/house.ts';
import type { ChannelId, OrganizationId } from '../src/core/brand.ts';
import type { Sighting } from '../src/core/detection/detection.ts';
import { newId } from '../src/core/identifiers.ts';
import { handleSighting } from '../src/core/incident/handle-sighting.ts';
import { newMember } from '../src/core/organization/members.ts';
import { secret } from '../src/core/secret.ts';
import { killAlerts } from '../test/chaos/alerts.ts';
import { openPushEndpoint, type PushEndpoint } from '../test/servers/push-endpoint.ts';
import { pause, startCameras } from './cameras.ts';
import { mainClip, visitsClip } from './clips.ts';
import { webhookTo } from './company.ts';
import { startReceiver } from './receiver.ts';
import { atMost, exactly, type Row } from './row.ts';
import { startTelling } from './telling.ts';

const cameras = 10;
/** The scene has a visitor about every minute: in this time each camera has three. */
const minutes = 4;
const kills = 50;

export async function measure(): Promise<Row[]> {
  return [...(await latency()), ...(await crashes())];
}

async function latency(): Promise<Row[]> {
  const main = await mainClip(minutes + 1);
  const substream = await visitsClip(minutes + 1);
  /** When the frame that began an episode was taken, by the incident it opened. */
  const begunAt = new Map<string, number>();
  const arrivedAt = new Map<string, number>();
  await using receiver = await startReceiver((incidentId) => {
    if (!arrivedAt.has(incidentId)) arrivedAt.set(incidentId, Date.now());
  });
  const endpoint = await openPushEndpoint();
  const judge = async (house: House, sighting: Sighting) => {
    const { opened } = await handleSighting(house, sighting);
    if (opened !== null) begunAt.set(opened.id, sighting.lastSeenAt);
  };
  await using rig = await startCameras(
    Array.from({ length: cameras }, () => ({ main, substream })),
    (house, sighting) => void judge(house, sighting),
  );
  await addManager(rig.house, rig.organizationId, endpoint);
  await rig.house.records.channels.insert(webhookTo(rig.house, rig.organizationId, receiver.url));
  const settings = readSettings({
    VEDETTE_ALLOW_PRIVATE_WEBHOOKS: 'true',
    VEDETTE_ALLOW_PRIVATE_PUSH: 'true',
  });
  const alerts = startTelling(rig.house, settings);
  await pause(minutes * 60);
  await alerts.stop();
  await endpoint.close();
  const pushedAt = new Map<string, number>();
  for (const { text, at } of endpoint.arrivals) {
    const { incidentId } = JSON.parse(text);
    if (!pushedAt.has(incidentId)) pushedAt.set(incidentId, at);
  }
  return [
    ...rowsOf('webhook', took(begunAt, arrivedAt), 500),
    ...rowsOf('push', took(begunAt, pushedAt), 1_000),
  ];
}

/** Somebody who is told of every site, in one browser. */
async function addManager({ records, clock }: House, organizationId: OrganizationId, endpoint: PushEndpoint) {
  const user = { id: 'ada', name: 'Ada', email: 'ada@example.org' };
  const ada = newMember(clock, user, { organizationId, role: 'manager', siteIds: [] });
  await records.members.insert(ada);
  const { endpoint: address, keys } = endpoint.subscribe();
  await records.pushSubscriptions.put({
    ...{ id: newId<ChannelId>(clock), organizationId, memberId: ada.id, userId: user.id, name: 'Firefox' },
    ...{ endpoint: address, p256dh: keys.p256dh, auth: secret(keys.auth), createdAt: clock.now() },
  });
}

/** For each incident that arrived, how long that took, in ms. */
function took(begunAt: ReadonlyMap<string, number>, at: ReadonlyMap<string, number>): number[] {
  return [...begunAt].flatMap(([id, begun]) => {
    const arrived = at.get(id);
    return arrived === undefined ? [] : [arrived - begun];
  });
}

function rowsOf(channel: string, ms: readonly number[], limit: number): Row[] {
  const { p50, p95 } = percentiles(ms) ?? { p50: Number.NaN, p95: Number.NaN };
  const unit = `ms from frame to ${channel}, ten cameras`;
  const count = atMost(`alerts/${channel}`, ms.length, 'alerts measured', 0);
  return [
    { ...count, target: '≥ 20', met: ms.length >= 20 },
    { ...atMost(`alerts/${channel} p50`, p50, unit, limit), target: 'none', met: true },
    atMost(`alerts/${channel} p95`, p95, unit, limit),
  ];
}

async function crashes(): Promise<Row[]> {
  const report = await killAlerts({
    kills,
    onProgress: (kill) => process.stderr.write(`\r  kill ${kill}`),
  });
  process.stderr.write('\n');
  return [
    exactly('alerts/kills', report.kills, 'kills at random points', kills),
    { ...exactly('alerts/of', report.alerts, 'alerts of all incidents', 0), target: 'none', met: true },
    exactly('alerts/lost', report.lost.length, 'incidents and alerts that nobody got', 0),
    exactly('alerts/doubled', report.doubled.length, 'alerts under a second key', 0),
    {
      ...exactly('alerts/repeated', report.repeated, 'sent again under their own key', 0),
      target: 'none',
      met: true,
    },
  ];
}
