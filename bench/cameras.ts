// RTSP cameras for benchmarks: served by GStreamer in a process of its own, recorded by this one.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '../src/app/settings.ts';
import { type Eyes, openEyes } from '../src/app/wire/eyes.ts';
import { type House, openThrowawayHouse } from '../src/app/wire/house.ts';
import { branded, type CameraId, type EpochMs, type OrganizationId, type SiteId } from '../src/core/brand.ts';
import type { Sighting } from '../src/core/detection/detection.ts';
import { newId } from '../src/core/identifiers.ts';
import { openPolicy } from '../src/core/organization/organization.ts';
import { silentLog } from '../src/core/ports/log.ts';
import type { Span } from '../src/core/ports/records.ts';
import { rtspServerMissing, startRtspServer } from '../test/servers/rtsp-server.ts';
import { eventually } from '../test/servers/vedette.ts';
import { neverArmed } from '../src/core/site/site.ts';

export const modelFolder = join(tmpdir(), 'vedette-bench-models');
export const always: Span = { startAt: branded<EpochMs>(0), endAt: branded<EpochMs>(8.64e15) };

/** The files of one camera; without a substream file nothing is decoded: its address answers nothing. */
export interface CameraFiles {
  readonly main: string;
  readonly substream: string | null;
}

export interface Rig extends AsyncDisposable {
  readonly house: House;
  readonly eyes: Eyes;
  readonly cameraIds: readonly CameraId[];
  readonly organizationId: OrganizationId;
  /** Address of a stream for a peer, such as "/main0". */
  url(path: string): string;
  /** Milliseconds of CPU that this process takes a camera-second, measured over `seconds`. */
  cpu(seconds: number): Promise<number>;
}

/** Starts the cameras, each at an armed site of its own, and waits until all record. */
export async function startCameras(
  files: readonly CameraFiles[],
  onSighting: (house: House, sighting: Sighting) => void = () => {},
): Promise<Rig> {
  const missing = rtspServerMissing();
  if (missing !== false) throw new Error(missing);
  await using opening = new AsyncDisposableStack();
  const streams = Object.fromEntries(
    files.flatMap(({ main, substream }, index) => [
      [`/main${index}`, main] as const,
      ...(substream === null ? [] : [[`/sub${index}`, substream] as const]),
    ]),
  );
  const server = opening.use(await startRtspServer({ streams }));
  const folder = await mkdtemp(join(tmpdir(), 'vedette-bench-'));
  opening.defer(() => rm(folder, { recursive: true, force: true }));
  const house = opening.use(await openThrowawayHouse(folder, silentLog));
  const { organizationId, cameraIds } = await addCameras(house, files, server.url);
  const eyes = await openEyes(house, readSettings({}), {
    pace: 'real',
    modelFolder,
    makeRoom: async () => false,
    onSighting: (sighting) => onSighting(house, sighting),
  });
  opening.defer(() => eyes.stop());
  await eyes.detectorReady;
  await eventually('all cameras record', 30_000, async () =>
    cameraIds.every((id) => eyes.recorder.stats(id).fragments > 0) ? true : null,
  );
  const stack = opening.move();
  return {
    ...{ house, eyes, cameraIds, organizationId, url: server.url },
    cpu: async (seconds) => (await cpuMsOver(seconds)) / seconds / files.length,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** CPU that this process, all its threads included, takes in `seconds`. */
export async function cpuMsOver(seconds: number): Promise<number> {
  const before = process.cpuUsage();
  await pause(seconds);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

export function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

async function addCameras(house: House, files: readonly CameraFiles[], url: (path: string) => string) {
  const { records, clock } = house;
  const createdAt = clock.now();
  const organizationId = newId<OrganizationId>(clock);
  await records.organizations.insert({ id: organizationId, name: 'Bench', createdAt, policy: openPolicy });
  const cameraIds: CameraId[] = [];
  for (const [index, { substream }] of files.entries()) {
    const siteId = newId<SiteId>(clock);
    const id = newId<CameraId>(clock);
    const name = `Camera ${index + 1}`;
    const site = { id: siteId, organizationId, name, timeZone: 'UTC', createdAt };
    await records.sites.insert({ ...site, ...neverArmed(createdAt) });
    const at = branded<EpochMs>(0);
    await records.sites.arm({ siteId, arming: 'armed-away', at, effectiveAt: at, by: { kind: 'schedule' } });
    const substreamUrl = substream === null ? 'rtsp://127.0.0.1:9/none' : url(`/sub${index}`);
    const source = {
      kind: 'rtsp',
      url: url(`/main${index}`),
      substreamUrl,
      username: null,
      password: null,
    } as const;
    await records.cameras.insert({ id, organizationId, siteId, name, source, enabled: true, createdAt });
    cameraIds.push(id);
  }
  return { organizationId, cameraIds };
}
