// What is found on clips with known truth, and how fast incidents open when a thousand sites have visitors in one minute.

import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { percentiles } from '../src/app/replay/report.ts';
import { readSettings } from '../src/app/settings.ts';
import { type House, openHouse } from '../src/app/wire/house.ts';
import { branded, type Sha256, type TrackId } from '../src/core/brand.ts';
import { type Sighting, wholePicture } from '../src/core/detection/detection.ts';
import { newId } from '../src/core/identifiers.ts';
import { handleSighting } from '../src/core/incident/handle-sighting.ts';
import { silentLog } from '../src/core/ports/log.ts';
import type { Camera } from '../src/core/site/camera.ts';
import { pause } from './cameras.ts';
import { accuracy } from './detection.ts';
import { addCompany, webhookTo } from './company.ts';
import { startReceiver } from './receiver.ts';
import { atMost, exactly, type Row } from './row.ts';
import { startTelling } from './telling.ts';

const incidentsAMinute = 1_000;
/** A picture of 640×360 as the demo makes it. */
const snapshotBytes = 60_000;

export async function measure(): Promise<Row[]> {
  return [...(await accuracy()), ...(await opening())];
}

/** A minute in which every site of a large company has a visitor, at random moments, on a real folder. */
async function opening(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-bench-'));
  try {
    await using house = await openHouse(readSettings({ VEDETTE_DATA: folder }), silentLog);
    await using receiver = await startReceiver();
    const { organizationId, cameras } = await addCompany(house, incidentsAMinute);
    await house.records.channels.insert(webhookTo(house, organizationId, receiver.url));
    const limit = await storingAlone(house);
    const alerts = startTelling(house, readSettings({ VEDETTE_ALLOW_PRIVATE_WEBHOOKS: 'true' }));
    const openedMs = await visitors(house, cameras);
    await settled(house);
    await alerts.stop();
    const { p50, p95 } = percentiles(openedMs) ?? { p50: Number.NaN, p95: Number.NaN };
    const peer = { name: 'sealing and storing the picture alone, p95', value: limit };
    const named = 'ms from sighting to open';
    return [
      exactly('incidents/opened', openedMs.length, 'incidents in a minute', incidentsAMinute),
      { ...atMost('incidents/open p50', p50, named, 200), target: 'none', met: true },
      atMost('incidents/open p95', p95, named, 200, peer),
      exactly(
        'incidents/alerts',
        receiver.keys.size,
        'alerts received, each once by its key',
        incidentsAMinute,
      ),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Each camera sees somebody at a random moment of the minute. What is counted begins at that moment, so that one slow
 * opening counts for all that wait behind it.
 */
async function visitors(house: House, cameras: readonly Camera[]): Promise<number[]> {
  const openedMs: number[] = [];
  const failures: unknown[] = [];
  const visits = cameras.map(async (camera) => {
    const dueMs = Math.random() * 60_000;
    await pause(dueMs / 1000);
    const before = performance.now();
    const { opened } = await handleSighting(house, sightingAt(house, camera));
    if (opened !== null) openedMs.push(performance.now() - before);
  });
  for (const visit of await Promise.allSettled(visits)) {
    if (visit.status === 'rejected') failures.push(visit.reason);
  }
  if (failures.length > 0) throw new AggregateError(failures, 'Some sightings could not be handled.');
  return openedMs;
}

function sightingAt({ clock }: House, camera: Camera): Sighting {
  const now = clock.now();
  return {
    phase: 'began',
    cameraId: camera.id,
    trackId: newId<TrackId>(clock),
    kind: 'person',
    startAt: now,
    lastSeenAt: now,
    bestScore: 0.6,
    bestBox: { x: 0.4, y: 0.3, width: 0.1, height: 0.4 },
    paths: [],
    touches: [wholePicture(now, now)],
    snapshot: crypto.getRandomValues(new Uint8Array(snapshotBytes)),
  };
}

/** The limit: hashing and storing a picture durably, with nothing else to do; p95 in ms of a hundred. */
async function storingAlone({ blobs, clock }: House): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < 100; count += 1) {
    const bytes = crypto.getRandomValues(new Uint8Array(snapshotBytes));
    const key = `bench/${newId(clock)}`;
    const before = performance.now();
    const sha256 = branded<Sha256>(createHash('sha256').update(bytes).digest('hex'));
    await blobs.put(key, bytes, { sizeBytes: bytes.byteLength, sha256 });
    times.push(performance.now() - before);
    await blobs.delete(key);
  }
  return percentiles(times)?.p95 ?? Number.NaN;
}

/** Waits until every alert has left; what waits for its time stays. */
async function settled({ records, queue, clock }: House): Promise<void> {
  while ((await records.outbox.list(1, clock.now())).length > 0 || (await queue.depth('alerts')) > 0)
    await pause(0.1);
}
