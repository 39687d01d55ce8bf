// Peers, started on the same streams in the same run: ffmpeg copying, motion finding motion.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pause } from './cameras.ts';
import { cpuMsOf } from './processes.ts';

/** Time a peer gets to connect before it is measured. */
const warmUpSeconds = 4;

/** ffmpeg copying each stream to fragmented MP4; ms CPU a camera-second, or null where there is no ffmpeg. */
export async function ffmpegCopy(urls: readonly string[], seconds: number): Promise<number | null> {
  if (!isInstalled('ffmpeg')) return null;
  const folder = await mkdtemp(join(tmpdir(), 'vedette-peer-'));
  const commands = urls.map((url, index) => {
    const output = join(folder, `${index}.mp4`);
    const input = ['-nostdin', '-v', 'error', '-rtsp_transport', 'tcp', '-i', url];
    return ['ffmpeg', ...input, '-c', 'copy', '-an', '-movflags', 'frag_keyframe+empty_moov', output];
  });
  const ms = await measure(commands, seconds);
  await rm(folder, { recursive: true, force: true });
  return ms / seconds / urls.length;
}

/** Debian's motion finding motion in each stream, writing nothing; ms CPU a camera-second, or null without it. */
export async function motionOnly(urls: readonly string[], seconds: number): Promise<number | null> {
  if (!isInstalled('motion')) return null;
  const folder = await mkdtemp(join(tmpdir(), 'vedette-peer-'));
  const commands = await Promise.all(
    urls.map(async (url, index) => {
      const path = join(folder, `${index}.conf`);
      const lines = [
        'daemon off',
        'setup_mode off',
        `netcam_url ${url}`,
        'netcam_params rtsp_transport=tcp',
        'width 640',
        'height 360',
      ];
      const quiet = [
        'framerate 5',
        'picture_output off',
        'movie_output off',
        'webcontrol_port 0',
        'stream_port 0',
        'log_level 1',
        `target_dir ${folder}`,
      ];
      await writeFile(path, [...lines, ...quiet].join('\n'));
      return ['motion', '-n', '-c', path];
    }),
  );
  const ms = await measure(commands, seconds);
  await rm(folder, { recursive: true, force: true });
  return ms / seconds / urls.length;
}

async function measure(commands: readonly (readonly string[])[], seconds: number): Promise<number> {
  const children = commands.map(([program = '', ...args]) => spawn(program, args, { stdio: 'ignore' }));
  await pause(warmUpSeconds);
  const before = children.map((child) => cpuMsOf(child.pid));
  await pause(seconds);
  const after = children.map((child) => cpuMsOf(child.pid));
  for (const child of children) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  if (after.some((ms) => ms === null)) throw new Error('A peer ended while it was measured.');
  return after.reduce<number>((total, ms, index) => total + (ms ?? 0) - (before[index] ?? 0), 0);
}

function isInstalled(program: string): boolean {
  return spawnSync('which', [program], { stdio: 'ignore' }).status === 0;
}
