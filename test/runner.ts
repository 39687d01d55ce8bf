// Runs files of tests. In continuous integration a few that failed are run once more, alone: what passes then is told as
// unsteady and holds nobody up; what fails twice has failed.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { say } from './needs.ts';

const root = new URL('..', import.meta.url).pathname;
/** A change that breaks more than so many files is no unsteady test. */
const maxAgain = 3;

export interface RunOptions {
  /** Of `node --test`. */
  readonly options: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs `files` (paths below the repository) and resolves with what the program is to exit with. */
export async function runFiles(files: readonly string[], options: RunOptions): Promise<number> {
  if (files.length === 0) {
    say('No test matches.');
    return 1;
  }
  const first = await runOnce(files, options);
  const { CI: continuousIntegration } = process.env;
  const { failed } = first;
  if (first.code === 0 || continuousIntegration !== 'true') return first.code;
  if (failed.length === 0 || failed.length > maxAgain) return first.code;
  say(`Failed, and run once more: ${failed.join(', ')}`);
  const second = await runOnce(failed, { ...options, options: [...options.options, '--test-concurrency=1'] });
  if (second.code === 0)
    say(`Passed only when run again: ${failed.join(', ')}. A test that does so is to be mended.`);
  return second.code;
}

interface Run {
  readonly code: number;
  readonly failed: readonly string[];
}

async function runOnce(files: readonly string[], { options, environment }: RunOptions): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-test-run-'));
  const report = join(folder, 'failed');
  try {
    const reporters = [
      ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
      `--test-reporter=${new URL('failed-files.ts', import.meta.url).href}`,
      `--test-reporter-destination=${report}`,
    ];
    const test = spawn(process.execPath, ['--test', ...reporters, ...options, ...files.toSorted()], {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, ...environment },
    });
    const code = await new Promise<number>((resolve) => {
      test.on('exit', (exitCode) => resolve(exitCode ?? 1));
    });
    const lines = readFileSync(report, 'utf8').split('\n').filter(Boolean);
    return { code, failed: [...new Set(lines.map((path) => relative(root, path)))] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
