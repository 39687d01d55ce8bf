// vedette replay

import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { VedetteError } from '../../core/errors.ts';
import { shown } from '../../core/shown.ts';
import { replayFile } from '../replay/replay.ts';
import { isFlawless, printable, type ReplayedFile } from '../replay/report.ts';
import { readSettings } from '../settings.ts';
import { openLog } from '../wire/log.ts';
import type { Command } from './table.ts';

/** Of a file in the progress line, in characters. */
const maxNameLength = 60;

export const replay: Command = {
  usage: 'vedette replay FILE... [--json] [--speed max|real]',
  summary: 'Shows what the detector makes of video files, as if a camera had sent them.',
  run: async (words, environment) => {
    const { values, positionals } = parseArgs({
      args: words,
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, speed: { type: 'string', default: 'max' } },
    });
    const pace = values.speed;
    if (pace !== 'max' && pace !== 'real')
      throw new VedetteError('request-invalid', '--speed is max or real.');
    if (positionals.length === 0)
      throw new VedetteError('request-invalid', `Name the files: ${replay.usage}`);
    const settings = readSettings(environment);
    const log = openLog({
      ...settings,
      VEDETTE_LOG_LEVEL: environment.VEDETTE_LOG_LEVEL ? settings.VEDETTE_LOG_LEVEL : 'error',
    });
    const files: ReplayedFile[] = [];
    for (const file of positionals) {
      const progress = progressLine(shown(basename(file), maxNameLength));
      files.push(
        await replayFile(file, {
          pace,
          settings,
          modelFolder: modelFolder(environment),
          log,
          onProgress: progress.show,
        }),
      );
      progress.clear();
    }
    process.stdout.write(values.json ? `${JSON.stringify({ files })}\n` : printable(files));
    return files.every(isFlawless) ? 0 : 1;
  },
};

// Beside no data folder: a replay leaves nothing behind but the converted model.
function modelFolder(environment: Readonly<Record<string, string | undefined>>): string {
  return join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'vedette', 'models');
}

function progressLine(name: string): { show: (frames: number) => void; clear: () => void } {
  if (!process.stderr.isTTY) return { show: () => {}, clear: () => {} };
  return {
    show: (frames) => process.stderr.write(`\r\u001b[K${name}: ${frames} frames`),
    clear: () => process.stderr.write('\r\u001b[K'),
  };
}
