// The rows of what became of everything that was accepted while something was killed.

import type { Judgement } from '../test/chaos/program-judge.ts';
import { atMost, counted, exactly, type Row } from './row.ts';

/** Longest a siren may sound past its end, in ms: a start of the program, and some commands that were not answered. */
const pastEndLimitMs = 30_000;

/**
 * Rows whose names begin with `name`; `findings` are broken invariants. `isCut`: services were cut off meanwhile, so that
 * sirens could not be told.
 */
export function judgedRows(
  name: string,
  report: Judgement & { readonly findings: readonly string[] },
  { isCut = false }: { readonly isCut?: boolean } = {},
): readonly Row[] {
  const past = isCut
    ? counted(`${name}/past the end`, report.pastEndMs, 'ms past its end at most, the cut included')
    : atMost(`${name}/past the end`, report.pastEndMs, 'ms past its end at most', pastEndLimitMs);
  return [
    counted(`${name}/events`, report.events, 'events of sensors that were accepted'),
    counted(`${name}/told again`, report.toldAgain, 'of them told again until they were'),
    exactly(`${name}/unheard`, report.unheard.length, 'accepted events without an incident', 0),
    counted(`${name}/alerts`, report.alerts, 'alerts of all incidents'),
    exactly(`${name}/lost`, report.lost.length, 'incidents and alerts that nobody got', 0),
    exactly(`${name}/doubled`, report.doubled.length, 'alerts under a second key', 0),
    counted(`${name}/repeated`, report.repeated, 'alerts again under their own key'),
    counted(`${name}/sirens`, report.sounded, 'sirens that sounded'),
    exactly(`${name}/sounding`, report.sounding.length, 'sirens that sound on', 0),
    past,
    counted(`${name}/letters`, report.letters, 'letters to authorities'),
    exactly(`${name}/stray letters`, report.strayLetters.length, 'neither sent nor shown as failed', 0),
    counted(`${name}/repeated letters`, report.repeatedLetters, 'letters again under their own key'),
    exactly(`${name}/faults`, report.faults.length, 'calls that receivers could not believe', 0),
    exactly(`${name}/findings`, report.findings.length, 'broken invariants', 0),
  ];
}
