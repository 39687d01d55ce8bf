// Memory with ten cameras over half an hour: how much, and whether it stays.

import { cpuMsOver, pause, startCameras } from './cameras.ts';
import { mainClip, quietClip, visitsClip } from './clips.ts';
import { atMost, type Row } from './row.ts';

const cameras = 10;
/** VEDETTE_ does not begin this name: it is the bench's own, for a quick look. */
const minutes = Number(process.env.BENCH_MEMORY_MINUTES ?? 30);
const sampleSeconds = 10;
/** Until caches, pools and the detector's arena have their size. */
const settleShare = 1 / 6;

export async function measure(): Promise<Row[]> {
  const main = await mainClip(minutes + 2);
  const quiet = await quietClip(minutes + 2);
  const visits = await visitsClip(minutes + 2);
  const files = Array.from({ length: cameras }, (_, index) => ({
    main,
    substream: index < 3 ? visits : quiet,
  }));
  await using rig = await startCameras(files);
  const samplesMb: number[] = [];
  const end = performance.now() + minutes * 60_000;
  while (performance.now() < end) {
    await pause(sampleSeconds);
    samplesMb.push(process.memoryUsage.rss() / 1e6);
  }
  const cpu = await cpuMsOver(sampleSeconds);
  const settled = samplesMb.slice(Math.floor(samplesMb.length * settleShare));
  const window = Math.max(1, Math.floor(settled.length / 5));
  const early = median(settled.slice(0, window));
  const late = median(settled.slice(-window));
  const alive = rig.cameraIds.filter((id) => rig.eyes.recorder.status(id)?.state === 'recording').length;
  return [
    atMost('memory/peak', Math.max(...samplesMb), 'MB resident', 600),
    atMost(
      'memory/growth',
      ((late - early) / early) * 100,
      `% from the first to the last fifth of ${minutes} min`,
      5,
      {
        name: 'MB at first',
        value: early,
      },
    ),
    {
      ...atMost('memory/recording', alive, 'cameras recording at the end', cameras),
      target: `= ${cameras}`,
      met: alive === cameras,
    },
    {
      ...atMost('memory/cpu', cpu / sampleSeconds / cameras, 'ms CPU a camera-second at the end', 0),
      target: 'none',
      met: true,
    },
  ];
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
