// The commands, one line each.

import { check } from './check.ts';
import { help } from './help.ts';
import { migrate } from './migrate.ts';
import { replay } from './replay.ts';
import { serve } from './serve.ts';
import { user } from './user.ts';
import { showVersion } from './version.ts';

export interface Command {
  /** How it is called. */
  readonly usage: string;
  /** What it does, in one sentence. */
  readonly summary: string;
  /** Resolves with the exit code. */
  run(words: string[], environment: Readonly<Record<string, string | undefined>>): Promise<number>;
}

export const commands: Readonly<Record<string, Command>> = {
  serve,
  check,
  migrate,
  replay,
  user,
  version: showVersion,
  help,
};
