// What kills of roles and failures of services cost: events and images, counted by who sent them and who should get them.

import { killCluster } from '../test/chaos/cluster.ts';
import { judgedRows } from './judged.ts';
import { counted, exactly, type Row } from './row.ts';

const kills = Number(process.env.BENCH_CLUSTER_KILLS ?? 50);

export async function killRows(): Promise<Row[]> {
  const report = await killCluster({
    kills,
    seed: Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000),
    onProgress: (kill, what) => process.stderr.write(`  kill ${kill}: ${what}\n`),
  });
  process.stderr.write(`  ${JSON.stringify(report)}\n`);
  const made = Object.values(report.kills).reduce((sum, count) => sum + count, 0);
  return [
    exactly('distributed/kills', made, 'kills of single processes', kills),
    counted('distributed/blows', report.blows.length, 'failures of a service meanwhile'),
    ...judgedRows('distributed', report, { isCut: true }),
    counted('distributed/pushed', report.images, 'images that were accepted'),
    counted('distributed/pushed again', report.pushedAgain, 'of them sent again until they were'),
    exactly(
      'distributed/pushed lost',
      report.lostImages.length,
      'accepted images not stored and looked at',
      0,
    ),
    exactly('distributed/pushed doubled', report.doubledImages.length, 'images stored twice', 0),
    exactly('distributed/bad ends', report.badEnds.length, 'processes that did not stop in order', 0),
  ];
}
