// What kills of roles and failures of services cost: events and images, counted by who sent them and who should get them.

import { killCluster } from '../test/chaos/cluster.ts';
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
    counted('distributed/events', report.events, 'events of sensors that were accepted'),
    counted('distributed/told again', report.toldAgain, 'of them told again until they were'),
    exactly('distributed/unheard', report.unheard.length, 'accepted events without an incident', 0),
    counted('distributed/alerts', report.alerts, 'alerts of all incidents'),
    exactly('distributed/lost', report.lost.length, 'incidents and alerts that nobody got', 0),
    exactly('distributed/doubled', report.doubled.length, 'alerts under a second key', 0),
    counted('distributed/repeated', report.repeated, 'alerts again under their own key'),
    counted('distributed/pushed', report.images, 'images that were accepted'),
    counted('distributed/pushed again', report.pushedAgain, 'of them sent again until they were'),
    exactly(
      'distributed/pushed lost',
      report.lostImages.length,
      'accepted images not stored and looked at',
      0,
    ),
    exactly('distributed/pushed doubled', report.doubledImages.length, 'images stored twice', 0),
    exactly('distributed/sounding', report.sounding.length, 'sirens that sound on', 0),
    exactly('distributed/stray letters', report.strayLetters.length, 'neither sent nor shown as failed', 0),
    exactly('distributed/faults', report.faults.length, 'calls that receivers could not believe', 0),
    exactly('distributed/findings', report.findings.length, 'broken invariants', 0),
    exactly('distributed/bad ends', report.badEnds.length, 'processes that did not stop in order', 0),
  ];
}
