// Asking for a password: on a terminal without echo, or from standard input, never as a word of the command line.

import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { VedetteError } from '../../core/errors.ts';
import { type Secret, secret } from '../../core/secret.ts';

/** Reads a new password; on a terminal twice. Errors: `request-invalid` (no terminal, two different ones). */
export async function askPassword({ fromStdin }: { fromStdin: boolean }): Promise<Secret> {
  if (fromStdin) return secret((await text(process.stdin)).replace(/\r?\n$/, ''));
  if (!process.stdin.isTTY) {
    throw new VedetteError(
      'request-invalid',
      'There is no terminal to ask for the password. Pipe it in and add --password-stdin.',
    );
  }
  const first = await readHidden('New password: ');
  const second = await readHidden('Once more: ');
  if (first !== second) throw new VedetteError('request-invalid', 'These were two different passwords.');
  return secret(first);
}

/** One line from the terminal; what is typed shows nowhere. Errors: `request-invalid` (Ctrl-C, Ctrl-D). */
async function readHidden(prompt: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({
    input: process.stdin,
    output: nowhere,
    terminal: true,
    historySize: 0,
  });
  const givenUp = new AbortController();
  terminal.once('SIGINT', () => givenUp.abort());
  terminal.once('close', () => givenUp.abort());
  process.stderr.write(prompt);
  try {
    return await terminal.question('', { signal: givenUp.signal });
  } catch (cause) {
    throw new VedetteError('request-invalid', 'No password was given; nothing was changed.', { cause });
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
