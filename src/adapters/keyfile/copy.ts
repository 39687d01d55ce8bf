// A copy of a key file, for an installation that is moved.

import { VedetteError } from '../../core/errors.ts';
import { createKeyFile, readKeyFile, replaceKeyFile } from './file.ts';

/**
 * Makes `to` the same as `from`, protected as that is. What is there already is replaced only where `isOurs`.
 * Errors: `key-unavailable`, `data-in-use` (another key file is there), `data-read-only`, `data-full`.
 */
export async function copyKeyFile(from: string, to: string, isOurs: () => Promise<boolean>): Promise<void> {
  const text = await readKeyFile(from, { anybody: true });
  if (text === null) throw new VedetteError('key-unavailable', `The key file ${from} is missing.`);
  const there = await readKeyFile(to);
  if (there === text) return;
  if (there === null && (await createKeyFile(to, text))) return;
  if (!(await isOurs())) {
    throw new VedetteError(
      'data-in-use',
      `${to} is the key file of another installation. Name another place for the keys.`,
    );
  }
  await replaceKeyFile(to, text);
}
