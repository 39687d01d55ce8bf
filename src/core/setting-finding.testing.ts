// What tests of checks have in common.

import type { Keys } from './ports/keys.ts';
import { type OpeningCheck, right, type SettingFinding, type Verdict } from './setting-finding.ts';

/** Sentences by their verdicts; what is thrown is one more that is wrong, as the command has it. */
export async function foundBy(check: OpeningCheck): Promise<Record<Verdict, readonly string[]>> {
  const findings: SettingFinding[] = [];
  try {
    for await (const finding of check) findings.push(finding);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    findings.push({ verdict: 'wrong', sentence: error.message });
  }
  const of = (verdict: Verdict) =>
    findings.filter((each) => each.verdict === verdict).map(({ sentence }) => sentence);
  return { right: of('right'), risky: of('risky'), wrong: of('wrong') };
}

/** Uses keys as the program does. */
export async function* tryKeys(keys: Keys): OpeningCheck {
  await keys.unwrap(await keys.wrap(new Uint8Array(16), 'check'), 'check');
  await keys.sign(new Uint8Array(1));
  yield right('The keys were used.');
}
