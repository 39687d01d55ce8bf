// vedette version

import { version } from '../package.ts';
import type { Command } from './table.ts';

export const showVersion: Command = {
  usage: 'vedette version',
  summary: 'Prints the version.',
  run: async () => {
    process.stdout.write(`vedette ${version} (node ${process.versions.node})\n`);
    return 0;
  },
};
