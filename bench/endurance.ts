// What kills of the whole program cost: events, alerts, sirens and letters, counted by who should get them.

import { killProgram } from '../test/chaos/program.ts';
import { judgedRows } from './judged.ts';
import { counted, exactly, type Row } from './row.ts';

const kills = 50;
export async function measure(): Promise<Row[]> {
  const report = await killProgram({
    kills,
    seed: Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000),
    onProgress: (kill) => process.stderr.write(`\r  kill ${kill}`),
  });
  process.stderr.write(`\n  ${JSON.stringify(report)}\n`);
  return [
    exactly('endurance/kills', report.kills, 'kills of the whole program', kills),
    counted('endurance/at work', report.atWork, 'of them after it had begun to answer'),
    ...judgedRows('endurance', report),
  ];
}
