// What a proxy, or another server, answers in the place of Vault: told in our words, and waited for as for one that is away.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type TestContext, test } from 'node:test';
import { silentLog } from '../../core/ports/log.ts';
import { secret } from '../../core/secret.ts';
import { manualClock } from '../memory/clock.ts';
import { vaultAddress } from './address.ts';
import { vaultClient } from './client.ts';
import { transitOf } from './transit.ts';

interface Page {
  readonly status: number;
  readonly text: string;
}

/** A server that answers everything with one page, and the Transit engine that should be there. */
async function open(t: TestContext, first: Page) {
  let page = first;
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(page.status).end(page.text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const folder = await mkdtemp(join(tmpdir(), 'vedette-vault-'));
  await writeFile(join(folder, 'token'), 'hvs.any');
  const url = `vault://127.0.0.1:${port}/transit/x?token-file=${join(folder, 'token')}`;
  const clock = manualClock();
  const client = vaultClient(vaultAddress(secret(url)), { clock, log: silentLog });
  t.after(async () => {
    client.close();
    server.close();
    await rm(folder, { recursive: true });
  });
  /** Until it is answered, however long that takes by the clock of Vedette. */
  async function patiently<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    work.then(over, over);
    while (!isOver) {
      await clock.advance(1_000);
      await setImmediate();
    }
    return work;
  }
  return {
    transit: transitOf(client, 'transit'),
    patiently,
    clock,
    show(next: Page) {
      page = next;
    },
  };
}

const key = { type: 'ed25519', latest_version: 1, min_available_version: 0, keys: { 1: 1 } };
const vaults = { status: 200, text: JSON.stringify({ request_id: 'r', data: key }) };

for (const [status, text] of [
  [200, '<html><title>Sign in to the network</title></html>'],
  [200, ''],
  [200, '{"ok":true}'],
  [403, '<html>Forbidden</html>'],
  [404, '{"type":"about:blank","status":404}'],
  [502, '<html>Bad Gateway</html>'],
] as const) {
  test(`an answer of ${status} "${text.slice(0, 12)}" is not Vault's, and passes like an outage`, async (t) => {
    const { transit, patiently, clock, show } = await open(t, { status, text });
    await assert.rejects(patiently(transit.key('x')), {
      code: 'key-unavailable',
      message: new RegExp(
        `^What answers at http://127\\.0\\.0\\.1:\\d+ is not Vault \\(${status}\\)\\. Check`,
      ),
    });
    show(vaults);
    await clock.advance(1_000);
    assert.equal((await transit.key('x'))?.type, 'ed25519');
  });
}

test('Vault itself, with something else where the key should be, is told as that', async (t) => {
  const { transit, show } = await open(t, {
    status: 200,
    text: '{"request_id":"r","data":{"colour":"red"}}',
  });
  await assert.rejects(transit.key('x'), {
    code: 'key-unavailable',
    message: /transit\/keys\/x is no key of a/,
  });
  await assert.rejects(transit.rotate('x'), { code: 'key-unavailable', message: /too old/ });
  show({ status: 404, text: '{"errors":[]}' });
  assert.equal(await transit.key('x'), null);
});
