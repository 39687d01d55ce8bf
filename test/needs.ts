// What tests need beside Node and npm: installed where that is allowed, else said in words, and the tests skipped.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

export interface Need {
  readonly what: string;
  /** Debian packages that bring it. */
  readonly packages: readonly string[];
  readonly isThere: () => boolean;
}

/** Installs what is missing. Returns what is still missing afterwards, each already said with its remedy. */
export function installMissing(needs: readonly Need[]): readonly Need[] {
  const missing = needs.filter((need) => !need.isThere());
  if (missing.length === 0) return [];
  const packages = missing.flatMap((need) => need.packages);
  const what = missing.map((need) => need.what).join(' and ');
  const mayInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (!mayInstall) {
    say(`The tests with ${what} will be skipped. To run them: sudo apt-get install ${packages.join(' ')}`);
    return missing;
  }
  say(`Installing ${what} for the tests (${packages.join(', ')})`);
  try {
    apt(['update', '-qq']);
    apt(['install', '-y', '-qq', '--no-install-recommends', ...packages]);
  } catch {
    say(`They could not be installed. The tests with ${what} will be skipped.`);
  }
  return needs.filter((need) => !need.isThere());
}

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
