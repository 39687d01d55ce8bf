// Runs the suites on real servers (`*.servers.test.ts`): each starts the servers it needs on loopback and stops them.
// Installs what it may. A server that is missing is a skip for a user, and a failure in continuous integration.

import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { installMissing, say } from './needs.ts';
import { serverNeeds } from './servers/needs.ts';

const root = new URL('..', import.meta.url).pathname;

const missing = installMissing(serverNeeds);
process.exitCode = await runTests(process.argv.slice(2));
const { CI: continuousIntegration } = process.env;
if (missing.length > 0 && continuousIntegration === 'true') {
  say(`Missing in continuous integration: ${missing.map((need) => need.what).join(', ')}.`);
  process.exitCode = 1;
}

function runTests(patterns: readonly string[]): Promise<number> {
  const files = globSync(patterns.length > 0 ? [...patterns] : ['{src,test}/**/*.servers.test.ts'], {
    cwd: root,
  });
  if (files.length === 0) {
    say('No test matches.');
    return Promise.resolve(1);
  }
  // One file at a time: two servers a core would measure each other.
  const test = spawn(process.execPath, ['--test', '--test-concurrency=1', ...files.toSorted()], {
    cwd: root,
    stdio: 'inherit',
  });
  return new Promise((resolve) => {
    test.on('exit', (code) => resolve(code ?? 1));
  });
}
