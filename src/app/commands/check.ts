// vedette check

import { parseArgs } from 'node:util';
import { readSettings } from '../settings.ts';
import { checkHouse } from '../wire/check.ts';
import { openLog } from '../wire/log.ts';
import { checkSettings } from './check-settings.ts';
import type { Command } from './table.ts';

export const check: Command = {
  usage: 'vedette check [--json] | check --settings [--processes N] [--json]',
  summary:
    'Verifies that every recording is whole, owned, in its place and can be opened; needs a stopped server. With --settings: tries every connection, right and limit of the settings, also beside a running server.',
  run: async (words, environment) => {
    const { values } = parseArgs({
      args: words,
      options: {
        json: { type: 'boolean', default: false },
        settings: { type: 'boolean', default: false },
        processes: { type: 'string' },
      },
    });
    return values.settings ? checkSettings(values, environment) : checkFolder(values, environment);
  },
};

async function checkFolder(
  { json }: { json: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const settings = readSettings(environment);
  const log = openLog({
    ...settings,
    VEDETTE_LOG_LEVEL: environment.VEDETTE_LOG_LEVEL ? settings.VEDETTE_LOG_LEVEL : 'warn',
  });
  const { findings, looked, notes } = await checkHouse(settings, log);
  if (json) {
    process.stdout.write(`${JSON.stringify({ looked, findings, notes })}\n`);
    return findings.length === 0 ? 0 : 1;
  }
  for (const note of notes) process.stdout.write(`Note: ${note}\n`);
  for (const finding of findings) {
    process.stdout.write(`${finding.invariant}  ${finding.subject}: ${finding.problem}\n`);
  }
  const counts = Object.entries(looked).map(([what, count]) => `${count} ${what}`);
  const verdict =
    findings.length === 0
      ? 'Every invariant holds'
      : `${findings.length} ${findings.length === 1 ? 'fault' : 'faults'}`;
  process.stdout.write(`${verdict}. Looked at ${counts.join(', ')}.\n`);
  return findings.length === 0 ? 0 : 1;
}
