// Runs the suites on real servers (`*.servers.test.ts`): each starts the servers it needs on loopback and stops them.
// Installs what it may. A server that is missing is a skip for a user, and a failure in continuous integration.

import { globSync } from 'node:fs';
import { installMissing, say } from './needs.ts';
import { runFiles } from './runner.ts';
import { serverNeeds } from './servers/needs.ts';

/** The longest, which judge what became of thousands of things, or measure memory: each has the machine for itself. */
const needsAll = /^test\/(?:chaos\/|scenario|rolling-restart|images-memory)/;

const root = new URL('..', import.meta.url).pathname;
const patterns = process.argv.slice(2);

const missing = installMissing(serverNeeds);
const files = globSync(patterns.length > 0 ? patterns : ['{src,test}/**/*.servers.test.ts'], { cwd: root });
const { alone = [], together = [] } = Object.groupBy(files, (file) =>
  needsAll.test(file) ? 'alone' : 'together',
);
const codes = [await run(together, 2), await run(alone, 1)];
if (files.length === 0) say('No test matches.');
process.exitCode = files.length === 0 ? 1 : Math.max(...codes);
const { CI: continuousIntegration } = process.env;
if (missing.length > 0 && continuousIntegration === 'true') {
  say(`Missing in continuous integration: ${missing.map((need) => need.what).join(', ')}.`);
  process.exitCode = 1;
}

/** More than two at a time would measure each other. */
async function run(some: readonly string[], concurrency: 1 | 2): Promise<number> {
  if (some.length === 0) return 0;
  const options = [`--test-concurrency=${concurrency}`, '--test-timeout=900000'];
  return runFiles(some, { options });
}
