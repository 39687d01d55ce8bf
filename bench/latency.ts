// How long it takes from a frame to the alert in the hands of the channel, with ten cameras and a real webhook.

import { percentiles } from '../src/app/replay/report.ts';
import { readSettings } from '../src/app/settings.ts';
import { openAlerts } from '../src/app/wire/alerts.ts';
import type { House } from '../src/app/wire/house.ts';
import type { Sighting } from '../src/core/detection/detection.ts';
import { handleSighting } from '../src/core/incident/handle-sighting.ts';
import { pause, startCameras } from './cameras.ts';
import { mainClip, visitsClip } from './clips.ts';
import { webhookTo } from './company.ts';
import { startReceiver } from './receiver.ts';
import { atMost, type Row } from './row.ts';

const cameras = 10;
/** The scene has a visitor about every minute: in this time each camera has four. */
const minutes = 5;

export async function measure(): Promise<Row[]> {
  const main = await mainClip(minutes + 1);
  const substream = await visitsClip(minutes + 1);
  /** When the frame that began an episode was taken, by the incident it opened. */
  const begunAt = new Map<string, number>();
  const latenciesMs: number[] = [];
  await using receiver = await startReceiver((incidentId) => {
    const at = begunAt.get(incidentId);
    if (at !== undefined) latenciesMs.push(Date.now() - at);
  });
  const judge = async (house: House, sighting: Sighting) => {
    const { lastSeenAt } = sighting;
    const { opened } = await handleSighting(house, sighting);
    if (opened !== null) begunAt.set(opened.id, lastSeenAt);
  };
  await using rig = await startCameras(
    Array.from({ length: cameras }, () => ({ main, substream })),
    (house, sighting) => void judge(house, sighting),
  );
  await rig.house.records.channels.insert(webhookTo(rig.house, rig.organizationId, receiver.url));
  const settings = readSettings({ VEDETTE_ALLOW_PRIVATE_WEBHOOKS: 'true' });
  const alerts = openAlerts({ ...rig.house, mqtt: null }, settings, 'http://localhost:8080');
  await pause(minutes * 60);
  await alerts.stop();
  const { p50, p95 } = percentiles(latenciesMs) ?? { p50: Number.NaN, p95: Number.NaN };
  return [
    {
      ...atMost('latency/alerts', latenciesMs.length, 'alerts measured', 0),
      target: '≥ 20',
      met: latenciesMs.length >= 20,
    },
    { ...atMost('latency/p50', p50, 'ms from frame to webhook', 500), target: 'none', met: true },
    atMost('latency/p95', p95, 'ms from frame to webhook', 500),
  ];
}
