// The program: a table of commands, and what a person sees when one fails.

import { VedetteError } from '../core/errors.ts';
import { helpOf } from './commands/help-text.ts';
import { type Command, commands } from './commands/table.ts';

const asksForHelp = new Set(['--help', '-h']);

/** Runs one command line; resolves with the exit code. */
export async function run(words: readonly string[]): Promise<number> {
  const [given = 'help', ...rest] = words;
  const name = given === '-h' ? 'help' : given;
  const command: Command | undefined = commands[name.replace(/^--/, '')];
  if (command === undefined) {
    process.stderr.write(`There is no command "${name}". "vedette help" lists them.\n`);
    return 2;
  }
  // Asked for anywhere on the line, and then nothing else is done: who types it wants to look before.
  if (rest.some((word) => asksForHelp.has(word))) {
    process.stdout.write(helpOf(command));
    return 0;
  }
  try {
    return await command.run(rest, process.env);
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    return error instanceof VedetteError && error.code === 'request-invalid' ? 2 : 1;
  }
}

function explain(error: unknown): string {
  if (error instanceof VedetteError) return `${error.detail} (${error.code})`;
  // parseArgs explains itself well.
  if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
    return error.message;
  return `Something went wrong inside Vedette: ${error instanceof Error ? error.message : String(error)}`;
}
