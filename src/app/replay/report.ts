// What a replay reports: episodes and figures of one file.

import type { Sighting } from '../../core/detection/detection.ts';
import { shown } from '../../core/shown.ts';

/** A path in the table, in characters: it stays on one line of a wide terminal. */
const maxPathLength = 120;

export interface Episode {
  /** Seconds from the first frame of the file. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly bestScore: number;
}

export interface ReplayedFile {
  readonly file: string;
  readonly durationSeconds: number;
  readonly episodes: readonly Episode[];
  readonly framesDecoded: number;
  /** Damaged in the file: left out, or looked at with made-up parts. Who stood there may have been missed. */
  readonly framesDamaged: number;
  readonly framesDetected: number;
  readonly cpuMsPerCameraSecond: number;
  /** From the frame that confirmed an episode to its announcement, at real speed; else null. */
  readonly latencyMs: { readonly p50: number; readonly p95: number } | null;
  /** Set where the file could not be replayed to its end. */
  readonly problem?: { readonly code: string; readonly detail: string };
}

/** Joins the sightings of each track into one episode; `startAt` is the time of the file's first frame. */
export function episodesOf(sightings: readonly Sighting[], startAt: number): Episode[] {
  const newest = new Map(sightings.map((sighting) => [sighting.trackId, sighting]));
  return [...newest.values()]
    .filter((sighting) => sighting.kind === 'person')
    .map((sighting) => ({
      startSeconds: round((sighting.startAt - startAt) / 1000),
      endSeconds: round((sighting.lastSeenAt - startAt) / 1000),
      bestScore: round(sighting.bestScore),
    }))
    .sort((a, b) => a.startSeconds - b.startSeconds);
}

/** Nearest-rank percentiles; null of nothing. */
export function percentiles(values: readonly number[]): { p50: number; p95: number } | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (share: number) => round(sorted[Math.ceil(sorted.length * share) - 1] ?? 0);
  return { p50: rank(0.5), p95: rank(0.95) };
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Whether the file was replayed to its end and nothing in it was damaged. */
export function isFlawless({ problem, framesDamaged }: ReplayedFile): boolean {
  return problem === undefined && framesDamaged === 0;
}

/** A table for a person. */
export function printable(files: readonly ReplayedFile[]): string {
  return files.map(fileLines).join('\n');
}

function fileLines(result: ReplayedFile): string {
  const { durationSeconds, framesDecoded, framesDetected, cpuMsPerCameraSecond, latencyMs } = result;
  const lines = [
    shown(result.file, maxPathLength),
    `  ${durationSeconds} s of video, ${framesDecoded} frames decoded, ${framesDetected} looked at, ${cpuMsPerCameraSecond} ms CPU a second`,
  ];
  if (result.problem)
    lines.push(`  Not replayed to its end: ${result.problem.detail} (${result.problem.code})`);
  if (result.framesDamaged > 0) {
    const subject = result.framesDamaged === 1 ? '1 picture is' : `${result.framesDamaged} pictures are`;
    lines.push(`  ${subject} damaged: somebody may have been missed there.`);
  }
  if (latencyMs)
    lines.push(`  frame to episode: half within ${latencyMs.p50} ms, 95 % within ${latencyMs.p95} ms`);
  if (result.episodes.length === 0) lines.push('  Nobody was seen.');
  for (const [index, episode] of result.episodes.entries()) {
    const span = `${clockTime(episode.startSeconds)} – ${clockTime(episode.endSeconds)}`;
    lines.push(
      `  ${String(index + 1).padStart(3)}.  ${span}   person, score ${episode.bestScore.toFixed(2)}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function clockTime(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return `${minutes}:${(seconds - minutes * 60).toFixed(1).padStart(4, '0')}`;
}
