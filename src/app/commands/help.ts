// vedette help

import { helpOf } from './help-text.ts';
import { type Command, commands } from './table.ts';

export const help: Command = {
  usage: 'vedette help',
  summary: 'Lists the commands.',
  run: async () => {
    const lines = Object.values(commands).map(helpOf).join('');
    process.stdout.write(
      `Vedette: a video security platform that its users own.\n\n${lines}\n"--help" after a command shows that one.\n`,
    );
    return 0;
  },
};
