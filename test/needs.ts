// What tests need beside Node and npm: installed where that is allowed, else said in words, and the tests skipped.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

export interface Need {
  readonly what: string;
  /** Debian packages that bring it. */
  readonly packages: readonly string[];
  /** Brings what no Debian package has, into the caller's cache folder; the packages are there by then. */
  readonly fetch?: () => void;
  readonly isThere: () => boolean;
}

/** Installs what is missing. Returns what is still missing afterwards, each already said with its remedy. */
export function installMissing(needs: readonly Need[]): readonly Need[] {
  const missing = needs.filter((need) => !need.isThere());
  installPackages(missing);
  for (const need of missing) fetchRest(need);
  return needs.filter((need) => !need.isThere());
}

function installPackages(missing: readonly Need[]): void {
  const wanting = missing.filter((need) => !need.packages.every(isInstalled));
  if (wanting.length === 0) return;
  const packages = wanting.flatMap((need) => need.packages);
  const what = wanting.map((need) => need.what).join(' and ');
  const mayInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (!mayInstall) {
    say(`The tests with ${what} will be skipped. To run them: sudo apt-get install ${packages.join(' ')}`);
    return;
  }
  say(`Installing ${what} for the tests (${packages.join(', ')})`);
  try {
    apt(['update', '-qq']);
    apt(['install', '-y', '-qq', '--no-install-recommends', ...packages]);
  } catch {
    say(`They could not be installed. The tests with ${what} will be skipped.`);
  }
}

function fetchRest({ what, packages, fetch, isThere }: Need): void {
  if (fetch === undefined || isThere() || !packages.every(isInstalled)) return;
  say(`Fetching ${what} for the tests`);
  try {
    fetch();
  } catch {
    say(`It could not be fetched. The tests with ${what} will be skipped.`);
  }
}

const isInstalled = (name: string): boolean => runs('/usr/bin/dpkg-query', ['--show', name]);

export function runs(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

function apt(args: readonly string[]): void {
  execFileSync('apt-get', args, {
    stdio: 'ignore',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}
