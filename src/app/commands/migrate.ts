// vedette migrate

import { parseArgs } from 'node:util';
import { VedetteError } from '../../core/errors.ts';
import { moveProgress, type MoveProgress } from '../migrate/progress.ts';
import { readSettings } from '../settings.ts';
import { openLog } from '../wire/log.ts';
import { migrateHouse, type Move } from '../wire/migrate.ts';
import type { Command } from './table.ts';

const silent: MoveProgress = { begin: () => {}, advance: () => {}, end: () => {} };

export const migrate: Command = {
  usage: 'vedette migrate --from FOLDER [--thorough] [--json]',
  summary:
    'Moves the installation of a data folder to the services that VEDETTE_RECORDS_URL and its siblings name, compared by counts and hashes: first beside the running server, then once more with it stopped. --thorough reads objects that came before again.',
  run: async (words, environment) => {
    const { values } = parseArgs({
      args: words,
      options: {
        from: { type: 'string' },
        thorough: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    });
    if (values.from === undefined || values.from === '') {
      throw new VedetteError('request-invalid', `Name the data folder that is to be moved: ${migrate.usage}`);
    }
    const settings = readSettings(environment);
    const log = openLog({
      ...settings,
      VEDETTE_LOG_LEVEL: environment.VEDETTE_LOG_LEVEL ? settings.VEDETTE_LOG_LEVEL : 'warn',
    });
    const progress = values.json ? silent : moveProgress(process.stdout, () => performance.now());
    const move = await migrateHouse({
      ...{ from: values.from, settings, isThorough: values.thorough, log, progress },
    });
    process.stdout.write(
      values.json ? `${JSON.stringify({ ok: isWell(move), ...move })}\n` : printable(move),
    );
    return isWell(move) ? 0 : 1;
  },
};

/** Nothing differs, and nothing was damaged before. */
function isWell({ isSame, objects, missing }: Move): boolean {
  return isSame && missing.length === 0 && (objects?.damaged.length ?? 0) === 0;
}

function printable(move: Move): string {
  const differing = [
    ...move.tables.flatMap(({ table, differing: keys, source, target }) =>
      keys.length === 0 && source.hash === target.hash
        ? []
        : [`${table}: ${source.rows} rows here, ${target.rows} there; differing: ${keys.join(', ')}`],
    ),
    ...(move.objects?.differing ?? []),
  ];
  const damaged = [
    ...(move.objects?.damaged ?? []),
    ...move.missing.map((key) => `${key}: a row names it, and the source does not have it.`),
  ];
  const lines = [
    ...move.notes.map((note) => `Note: ${note}`),
    ...differing.map((what) => `DIFFERS  ${what}`),
    ...damaged.map((what) => `DAMAGED  ${what} It was so before.`),
    nextOf(move),
  ];
  return `${lines.join('\n')}\n`;
}

function nextOf({ pass, isSame }: Move): string {
  if (!isSame)
    return 'Source and target differ: run this once more. The new installation does not start before they agree.';
  if (pass === 'first') {
    return 'First pass done, beside the running server. Next: stop the old server and run the same command once more; it brings what came since.';
  }
  return 'Everything was moved. Next: start the new installation with these settings, and do not start the old one again.';
}
