// The two houses of the scenario: everything in one process, and roles in processes of their own.

import assert from 'node:assert/strict';
import { freePort } from './servers/free-port.ts';
import { type Processes, startCluster } from './servers/cluster.ts';
import { startVedette, temporaryFolder, type Vedette } from './servers/vedette.ts';

/** Webhooks on loopback are called, and what was pushed is kept for the shortest time there is. */
const environment = { VEDETTE_ALLOW_PRIVATE_WEBHOOKS: 'true', VEDETTE_RETENTION_PUSHED_DAYS: '1' };

export interface House extends AsyncDisposable {
  /** Two doors, of which any answers anything; the same one twice where there is one process. */
  readonly doors: readonly [Vedette, Vedette];
  /** A second recorder, for cameras that the first has no room for. */
  recordMore(): Promise<void>;
  /** Kills who records and who tells; others take over, or it is started again. */
  strike(): Promise<void>;
  /** Stops in order. Errors: a process did not. */
  stop(): Promise<void>;
}

/** Everything in one process, which is killed and started again. */
export async function inOne(): Promise<House> {
  await using opening = new AsyncDisposableStack();
  const folder = opening.use(await temporaryFolder());
  // The same address after it was killed.
  const port = await freePort();
  const start = () => startVedette(folder.path, { ...environment, VEDETTE_PORT: String(port) });
  let running = await start();
  opening.defer(() => running[Symbol.asyncDispose]());
  const stack = opening.move();
  return {
    doors: [running, running],
    recordMore: async () => {},
    async strike() {
      await running.kill();
      running = await start();
    },
    async stop() {
      assert.equal(await running.stop(), 0, running.output());
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Roles in processes of their own: the first recorder has room for one camera, the second for what it leaves behind, too. */
export async function apart(starting: Promise<Processes> = startCluster()): Promise<House> {
  await using opening = new AsyncDisposableStack();
  const cluster = opening.use(await starting);
  const start = (roles: string, more = {}) => cluster.start(roles, { ...environment, ...more });
  const first = await start('http');
  const second = await start('http');
  assert.equal(
    new URL(first.setupUrl ?? '').search,
    new URL(second.setupUrl ?? '').search,
    'both doors open with the same link',
  );
  const teller = await start('tend,deliver');
  const recorder = await start('record', { VEDETTE_MAX_CAMERAS: '1' });
  const others = [first, second, await start('ingest'), await start('detect')];
  const stack = opening.move();
  return {
    doors: [first, second],
    async recordMore() {
      others.push(await start('record', { VEDETTE_MAX_CAMERAS: '2' }));
    },
    async strike() {
      // What one process was about to do, another does.
      await teller.kill();
      others.push(await start('tend,deliver'));
      await recorder.kill();
    },
    async stop() {
      for (const each of others) assert.equal(await each.stop(), 0, each.output());
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
