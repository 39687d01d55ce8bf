// What kills of the whole program cost: events, alerts, sirens and letters, counted by who should get them.

import { killProgram } from '../test/chaos/program.ts';
import { atMost, counted, exactly, type Row } from './row.ts';

const kills = 50;
/** Longest a siren may sound past its end, in ms: a start of the program, and some commands that were not answered. */
const pastEndLimitMs = 30_000;

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
    counted('endurance/events', report.events, 'events of sensors that were accepted'),
    counted('endurance/told again', report.toldAgain, 'of them told again until they were'),
    exactly('endurance/unheard', report.unheard.length, 'accepted events without an incident', 0),
    counted('endurance/alerts', report.alerts, 'alerts of all incidents'),
    exactly('endurance/lost', report.lost.length, 'incidents and alerts that nobody got', 0),
    exactly('endurance/doubled', report.doubled.length, 'alerts under a second key', 0),
    counted('endurance/repeated', report.repeated, 'alerts again under their own key'),
    counted('endurance/sirens', report.sounded, 'sirens that sounded'),
    exactly('endurance/sounding', report.sounding.length, 'sirens that sound on', 0),
    atMost('endurance/past the end', report.pastEndMs, 'ms past its end at most', pastEndLimitMs),
    counted('endurance/letters', report.letters, 'letters to authorities'),
    exactly('endurance/stray letters', report.strayLetters.length, 'neither sent nor shown as failed', 0),
    counted('endurance/repeated letters', report.repeatedLetters, 'letters again under their own key'),
    exactly('endurance/faults', report.faults.length, 'calls that receivers could not believe', 0),
    exactly('endurance/findings', report.findings.length, 'broken invariants', 0),
  ];
}
