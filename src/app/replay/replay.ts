// Replay: the whole path from file to incident, as if a camera had sent the file to an armed site.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { branded, type CameraId, type EpochMs, type OrganizationId, type SiteId } from '../../core/brand.ts';
import type { Sighting } from '../../core/detection/detection.ts';
import { newId } from '../../core/identifiers.ts';
import { openPolicy } from '../../core/organization/organization.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Span } from '../../core/ports/records.ts';
import { openJudge } from '../judge.ts';
import type { Settings } from '../settings.ts';
import { openEyes } from '../wire/eyes.ts';
import { type House, openThrowawayHouse } from '../wire/house.ts';
import { episodesOf, percentiles, type ReplayedFile, round } from './report.ts';
import { neverArmed } from '../../core/site/site.ts';

export interface ReplayOptions {
  readonly pace: 'real' | 'max';
  readonly settings: Settings;
  /** Keeps the converted model between runs. */
  readonly modelFolder: string;
  readonly log: Log;
  /** Told the frames recorded so far, as the footage grows. */
  readonly onProgress: (frames: number) => void;
}

const always: Span = { startAt: branded<EpochMs>(0), endAt: branded<EpochMs>(8.64e15) };

/** Replays one file. A file that cannot be read to its end carries its problem. */
export async function replayFile(file: string, options: ReplayOptions): Promise<ReplayedFile> {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-replay-'));
  try {
    await using house = await openThrowawayHouse(folder, options.log);
    return await replayIn(house, file, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function replayIn(house: House, file: string, options: ReplayOptions): Promise<ReplayedFile> {
  const cameraId = await addArmedCamera(house, resolve(file));
  const sightings: Sighting[] = [];
  const latenciesMs: number[] = [];
  const judge = openJudge(house, () => {});
  const before = process.cpuUsage();
  const eyes = await openEyes(house, options.settings, {
    pace: options.pace,
    modelFolder: options.modelFolder,
    makeRoom: async () => false,
    onSighting: (sighting) => {
      sightings.push(sighting);
      if (sighting.phase === 'began') latenciesMs.push(house.clock.now() - sighting.lastSeenAt);
      judge.see(sighting);
    },
  });
  await eyes.detectorReady;
  const unsubscribe = house.events.subscribe((event) => {
    if (event.type === 'timeline-grew') options.onProgress(eyes.recorder.stats(cameraId).framesRecorded);
  });
  await eyes.recorder.settled(cameraId);
  unsubscribe();
  const stats = eyes.recorder.stats(cameraId);
  const problem = eyes.recorder.status(cameraId)?.problem ?? null;
  await eyes.stop();
  await judge.settled();
  const cpu = process.cpuUsage(before);

  const spans = await recordedSpans(house, cameraId);
  const durationSeconds = secondsOf(spans);
  return {
    file,
    durationSeconds: round(durationSeconds),
    episodes: episodesOf(sightings, spans[0]?.startAt ?? 0),
    framesDecoded: stats.framesDecoded,
    framesDamaged: stats.framesDamaged,
    framesDetected: stats.framesDetected,
    cpuMsPerCameraSecond: durationSeconds === 0 ? 0 : round((cpu.user + cpu.system) / 1000 / durationSeconds),
    latencyMs: options.pace === 'real' ? percentiles(latenciesMs) : null,
    ...(problem === null || problem.code === 'source-ended'
      ? {}
      : { problem: { code: problem.code, detail: problem.detail } }),
  };
}

async function addArmedCamera(house: House, path: string): Promise<CameraId> {
  const { records, clock } = house;
  const createdAt = clock.now();
  const organizationId = newId<OrganizationId>(clock);
  const siteId = newId<SiteId>(clock);
  const id = newId<CameraId>(clock);
  await records.organizations.insert({ id: organizationId, name: 'Replay', createdAt, policy: openPolicy });
  await records.sites.insert({
    id: siteId,
    organizationId,
    name: 'Replay',
    timeZone: 'UTC',
    ...neverArmed(createdAt),
    createdAt,
  });
  const at = branded<EpochMs>(0);
  await records.sites.arm({ siteId, arming: 'armed-away', at, effectiveAt: at, by: { kind: 'schedule' } });
  const source = { kind: 'file', path, loop: false } as const;
  await records.cameras.insert({
    id,
    organizationId,
    siteId,
    name: 'Replay',
    source,
    enabled: true,
    createdAt,
  });
  return id;
}

function recordedSpans(house: House, cameraId: CameraId): Promise<readonly Span[]> {
  return house.records.recordings.spans(cameraId, always);
}

function secondsOf(spans: readonly Span[]): number {
  return spans.reduce((total, span) => total + (span.endAt - span.startAt), 0) / 1000;
}
