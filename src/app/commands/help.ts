// vedette help

import { type Command, commands } from './table.ts';

export const help: Command = {
  usage: 'vedette help',
  summary: 'Lists the commands.',
  run: async () => {
    const lines = Object.values(commands).map((command) => `  ${command.usage}\n      ${command.summary}`);
    process.stdout.write(`Vedette: a video security platform that its users own.\n\n${lines.join('\n')}\n`);
    return 0;
  },
};
