// Where moto lies for tests, and how it gets there: from PyPI, once, every package pinned by its hash.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const version = '5.2.5';

const { XDG_CACHE_HOME: cacheHome } = process.env;
const requirements = fileURLToPath(new URL('moto-requirements.txt', import.meta.url));

/** A Python environment with this version of moto and nothing else. */
const folder = join(cacheHome ?? join(homedir(), '.cache'), 'vedette-tests', `moto-${version}`);

/** Debian's Python, for which the hashes are. */
const debianPython = '/usr/bin/python3';

/** Runs moto: not by its script, whose first line names the folder in which it was installed. */
export const motoPython = join(folder, 'bin', 'python3');

export const motoIsThere = (): boolean => existsSync(motoPython);

/** Why tests with it are skipped; false where they are not. */
export const motoIsMissing: string | false = motoIsThere()
  ? false
  : 'moto is not there: npm run test:servers fetches it where Python 3.11 with venv is installed';

/** Fetches it with pip (about 30 MB, a minute or more). Errors: those of pip. */
export function fetchMoto(): void {
  mkdirSync(dirname(folder), { recursive: true });
  // Beside its place, then moved: what was fetched by halves is never taken for whole.
  const beside = mkdtempSync(`${folder}.`);
  try {
    execFileSync(debianPython, ['-m', 'venv', beside], { stdio: 'inherit' });
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps'];
    const pinned = ['--require-hashes', '--requirement', requirements];
    execFileSync(join(beside, 'bin', 'python3'), [...install, ...pinned], { stdio: 'inherit' });
    rmSync(folder, { recursive: true, force: true });
    renameSync(beside, folder);
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}
