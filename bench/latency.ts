// How long it takes from a frame to the alert in the hands of the channel, with ten cameras and a real webhook.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { percentiles } from '../src/app/replay/report.ts';
import { readSettings } from '../src/app/settings.ts';
import { openAlerts } from '../src/app/wire/alerts.ts';
import type { House } from '../src/app/wire/house.ts';
import type { Channel } from '../src/core/alert/alert.ts';
import type { ChannelId } from '../src/core/brand.ts';
import type { Sighting } from '../src/core/detection/detection.ts';
import { newId } from '../src/core/identifiers.ts';
import { handleSighting } from '../src/core/incident/handle-sighting.ts';
import { secret } from '../src/core/secret.ts';
import { pause, startCameras } from './cameras.ts';
import { mainClip, visitsClip } from './clips.ts';
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
  await rig.house.records.channels.insert(channelOf(rig, receiver.url));
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

function channelOf(rig: { house: House; organizationId: Channel['organizationId'] }, url: string): Channel {
  const { clock } = rig.house;
  return {
    id: newId<ChannelId>(clock),
    organizationId: rig.organizationId,
    name: 'Bench',
    createdAt: clock.now(),
    kind: 'webhook',
    url,
    signingSecret: secret(`whsec_${Buffer.from('a secret of the bench, 32 bytes.').toString('base64')}`),
  };
}

/** A webhook that answers at once. */
async function startReceiver(
  onAlert: (incidentId: string) => void,
): Promise<{ url: string } & AsyncDisposable> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.writeHead(204).end();
      const found = /"incidentId":"([^"]+)"/.exec(Buffer.concat(chunks).toString());
      onAlert(found?.[1] ?? '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
