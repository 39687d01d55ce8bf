// Where the Vault for tests lies, and how it gets there: Vault's engines, built once from its Go modules of fixed versions.

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runs } from '../needs.ts';

const version = '1.21.4';
/** The release of its own library that this version was made with. */
const library = '0.25.1';

const { XDG_CACHE_HOME: cacheHome, PATH: path } = process.env;
const source = fileURLToPath(new URL('vault-server', import.meta.url));

/** HashiCorp's licence (BUSL 1.1) allows this use, and not to pass the program on: it is never part of ours. */
export const vaultProgram = join(
  cacheHome ?? join(homedir(), '.cache'),
  'vedette-tests',
  `vault-transit-${version}`,
);

export const vaultIsThere = (): boolean => existsSync(vaultProgram);

/** Why tests with it are skipped; false where they are not. */
export const vaultIsMissing: string | false = vaultIsThere()
  ? false
  : 'Vault is not there: npm run test:servers builds it where Go 1.25 or newer is installed';

/** Whether this machine has a Go that can build it; Debian 12 has none. */
export const canBuildVault = (): boolean =>
  (path ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'go'))) && runs('go', ['version']);

/** Builds it (about 300 MB of modules; five to ten minutes on two cores). Errors: those of Go. */
export function buildVault(): void {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-vault-build-'));
  const go = (...words: string[]) =>
    execFileSync('go', words, {
      cwd: folder,
      stdio: 'ignore',
      env: { ...process.env, GOFLAGS: '-mod=mod' },
    });
  try {
    cpSync(source, folder, { recursive: true });
    go('mod', 'init', 'vedette/vault-for-tests');
    go('get', `github.com/hashicorp/vault@v${version}`, `github.com/hashicorp/vault/sdk@v${library}`);
    mkdirSync(dirname(vaultProgram), { recursive: true });
    // Beside its place, then moved: what was built by halves is never taken for whole.
    const beside = `${vaultProgram}.${process.pid}`;
    go('build', '-ldflags=-s -w', '-o', beside, '.');
    renameSync(beside, vaultProgram);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
