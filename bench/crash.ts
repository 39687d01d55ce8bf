// What a kill costs: the chaos test's measurement, as figures.

import { flushIntervalMs, fragmentMs, killAtRandom } from '../test/chaos/kill.ts';
import { atMost, exactly, type Row } from './row.ts';

export async function measure(): Promise<Row[]> {
  const report = await killAtRandom({
    kills: 20,
    seed: Date.now() % 1_000_000,
    onProgress: (kill) => process.stderr.write(`\r  kill ${kill}`),
  });
  process.stderr.write('\n');
  return [
    exactly('crash/kills', report.kills, 'kills at random points', 20),
    atMost(
      'crash/lost',
      Math.max(...report.lostMs),
      'ms of footage lost at most',
      fragmentMs + flushIntervalMs,
    ),
    atMost('crash/resumed', Math.max(...report.resumedMs), 'ms from start to recording at most', 3000),
    exactly('crash/findings', report.findings.length, 'broken invariants', 0),
  ];
}
