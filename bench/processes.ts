// CPU time of processes that a benchmark started, as Linux counts it.

import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds a clock tick of /proc lasts (USER_HZ is 100 on every Linux that Debian ships). */
const tickMs = 10;

interface Stat {
  readonly program: string;
  readonly parent: number;
  readonly ownMs: number;
  /** Of children that ended and were waited for. */
  readonly endedMs: number;
}

/** CPU of a process so far in ms, all its threads included; null where there is none. */
export function cpuMsOf(pid: number | undefined): number | null {
  return pid === undefined ? null : (statOf(pid)?.ownMs ?? null);
}

/** CPU so far in ms of everything that this process started, and what that started, by the name of its program. */
export function cpuMsByProgram(): ReadonlyMap<string, number> {
  const stats = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : null;
    if (stat !== null) stats.set(Number(name), stat);
  }
  const sums = new Map<string, number>();
  for (const [pid, { program, ownMs, endedMs }] of stats) {
    if (!isBelow(stats, pid, process.pid)) continue;
    sums.set(program, (sums.get(program) ?? 0) + ownMs + endedMs);
  }
  return sums;
}

function isBelow(stats: ReadonlyMap<number, Stat>, pid: number, ancestor: number): boolean {
  let parent = stats.get(pid)?.parent;
  while (parent !== undefined && parent !== ancestor) parent = stats.get(parent)?.parent;
  return parent === ancestor;
}

// Fields 14 to 17 of /proc/PID/stat are user and system time, own and of ended children (proc(5)); the name may hold spaces.
function statOf(pid: number): Stat | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const end = stat.lastIndexOf(')');
    const [, parent, ...more] = stat
      .slice(end + 2)
      .split(' ')
      .map(Number);
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = more.slice(9);
    return {
      program: stat.slice(stat.indexOf('(') + 1, end),
      parent: parent ?? 0,
      ownMs: (user + system) * tickMs,
      endedMs: (endedUser + endedSystem) * tickMs,
    };
  } catch {
    return null;
  }
}
