// What recording costs: by copy, with motion, with people; and whether sixteen cameras lose a frame.

import { always, type CameraFiles, type Rig, startCameras } from './cameras.ts';
import { mainClip, peopleClip, quietClip } from './clips.ts';
import { ffmpegCopy, motionOnly } from './peers.ts';
import { atMost, exactly, type Row } from './row.ts';

const cameras = 8;
const seconds = 30;
const warmUpSeconds = 6;

export async function measure(): Promise<Row[]> {
  const main = await mainClip();
  const quiet = await quietClip();
  const people = await peopleClip();
  return [
    await copyOnly(main),
    ...(await withMotion(main, quiet)),
    await withPeople(main, people),
    ...(await sixteen(main, quiet, people)),
  ];
}

async function copyOnly(main: string): Promise<Row> {
  await using rig = await startCameras(times(cameras, { main, substream: null }));
  const ms = await settledCpu(rig);
  const peer = await ffmpegCopy(
    rig.cameraIds.map((_, index) => rig.url(`/main${index}`)),
    seconds,
  );
  return atMost(
    'recording/copy',
    ms,
    'ms CPU a camera-second',
    8,
    peer === null ? null : { name: 'ffmpeg -c copy', value: peer },
  );
}

export async function withMotion(main: string, quiet: string): Promise<Row[]> {
  await using rig = await startCameras(times(cameras, { main, substream: quiet }));
  const ms = await settledCpu(rig);
  const urls = (kind: string) => rig.cameraIds.map((_, index) => rig.url(`/${kind}${index}`));
  const peer = await motionOnly(urls('sub'), seconds);
  const copy = await ffmpegCopy(urls('main'), seconds);
  const limit = peer === null ? 20 : Math.min(20, peer);
  const row = atMost(
    'recording/motion',
    ms,
    'ms CPU a camera-second',
    limit,
    peer === null ? null : { name: 'motion, motion only', value: peer },
  );
  const alone = { ...row, target: '≤ 20 and ≤ motion' };
  if (peer === null || copy === null) return [alone];
  // What somebody runs who has the same done by two programs of Debian: one records, the other finds motion.
  const both = { name: 'ffmpeg -c copy + motion', value: copy + peer };
  return [
    alone,
    { ...atMost('recording/motion/both-peers', ms, row.unit, both.value, both), target: '≤ both' },
  ];
}

async function withPeople(main: string, people: string): Promise<Row> {
  await using rig = await startCameras(times(4, { main, substream: people }));
  return atMost('recording/people', await settledCpu(rig), 'ms CPU a camera-second', 75);
}

async function sixteen(main: string, quiet: string, people: string): Promise<Row[]> {
  const files = [{ main, substream: people }, ...times(15, { main, substream: quiet })];
  await using rig = await startCameras(files);
  const ms = await settledCpu(rig);
  await rig.eyes.recorder.stop();
  const missing = await Promise.all(rig.cameraIds.map((id) => missingFrames(rig, id)));
  return [
    exactly(
      'recording/16-cameras/missing',
      missing.reduce((a, b) => a + b, 0),
      'frames missing',
      0,
    ),
    atMost('recording/16-cameras/cpu', (ms * files.length) / 10, '% of one core', 200),
  ];
}

/** Frames that the span from a camera's first to its last fragment should have, at 25 a second, and has not. */
async function missingFrames({ house }: Rig, id: Rig['cameraIds'][number]): Promise<number> {
  const recordings = await house.records.recordings.list(id, always);
  const gaps = await house.records.gaps.list(id, always);
  const first = recordings[0];
  const last = recordings.at(-1);
  if (first === undefined || last === undefined) return Number.NaN;
  const frames = recordings
    .flatMap((one) => one.fragments)
    .reduce((total, fragment) => total + fragment.frameCount, 0);
  const wanted = Math.round(((last.endAt - first.startAt) / 1000) * 25);
  return Math.max(0, wanted - frames) + gaps.length;
}

async function settledCpu(rig: Rig): Promise<number> {
  await rig.cpu(warmUpSeconds);
  return rig.cpu(seconds);
}

function times(count: number, files: CameraFiles): CameraFiles[] {
  return Array.from({ length: count }, () => files);
}
