// Runs the suites on real servers (`*.servers.test.ts`): each starts the servers it needs on loopback and stops them.
// Installs what it may. A server that is missing is a skip for a user, and a failure in continuous integration.

import { globSync } from 'node:fs';
import { installMissing, say } from './needs.ts';
import { runFiles } from './runner.ts';
import { serverNeeds } from './servers/needs.ts';

const root = new URL('..', import.meta.url).pathname;
const patterns = process.argv.slice(2);

const missing = installMissing(serverNeeds);
const files = globSync(patterns.length > 0 ? patterns : ['{src,test}/**/*.servers.test.ts'], { cwd: root });
// One file at a time: two servers a core would measure each other.
process.exitCode = await runFiles(files, { options: ['--test-concurrency=1', '--test-timeout=900000'] });
const { CI: continuousIntegration } = process.env;
if (missing.length > 0 && continuousIntegration === 'true') {
  say(`Missing in continuous integration: ${missing.map((need) => need.what).join(', ')}.`);
  process.exitCode = 1;
}
