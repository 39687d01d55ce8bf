// vedette check

import { parseArgs } from 'node:util';
import { readSettings } from '../settings.ts';
import { checkHouse } from '../wire/check.ts';
import { openLog } from '../wire/log.ts';
import type { Command } from './table.ts';

export const check: Command = {
  usage: 'vedette check [--json]',
  summary:
    'Verifies that every recording is whole, owned, in its place and can be opened. Needs a stopped server.',
  run: async (words, environment) => {
    const { values } = parseArgs({ args: words, options: { json: { type: 'boolean', default: false } } });
    const settings = readSettings(environment);
    const log = openLog({
      ...settings,
      VEDETTE_LOG_LEVEL: environment.VEDETTE_LOG_LEVEL ? settings.VEDETTE_LOG_LEVEL : 'warn',
    });
    const { findings, looked, notes } = await checkHouse(settings, log);
    if (values.json) {
      process.stdout.write(`${JSON.stringify({ looked, findings, notes })}\n`);
    } else {
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
    }
    return findings.length === 0 ? 0 : 1;
  },
};
