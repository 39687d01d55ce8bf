// The promises of an inbox, for every adapter.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  type Inbox,
  type InboxConsumeOptions,
  type InboxItem,
  maxInboxBodyBytes,
  maxInboxHeaderBytes,
} from './inbox.ts';

export interface InboxHouse {
  readonly inbox: Inbox;
  /** The same inbox, opened by another process after the first one died with what it had in hand. */
  crash(): Promise<Inbox>;
  /** Lets time pass, or waits for it. */
  pass(ms: number): Promise<void>;
}

const options: InboxConsumeOptions = {
  concurrency: 4,
  backoff: { firstMs: 50, maxMs: 200 },
  timeoutMs: 5_000,
};

const item = (id: string, size = 100): InboxItem => ({
  id,
  headers: { about: `{"id":"${id}"}`, key: 'ü€' },
  body: new Uint8Array(size).fill(id.length),
});

/** Runs the suite; `open` makes an empty inbox. `skip` says why it cannot be run. */
export function inboxContract(
  name: string,
  open: (t: TestContext) => Promise<InboxHouse>,
  { skip = false }: { skip?: string | false } = {},
): void {
  const promise = (sentence: string, check: (house: InboxHouse) => Promise<void>) =>
    test(`${name}: ${sentence}`, { skip }, async (t) => check(await open(t)));

  promise('what is put is handed over with its headers and its body, byte by byte', async ({ inbox }) => {
    const sizes = [0, 1, 64_000, 700_000, 3_000_000];
    for (const [index, size] of sizes.entries()) await inbox.put(item(`item-${index}`, size));
    const received = new Map<string, number>();
    const all = Promise.withResolvers<void>();
    inbox.consume(options, async ({ id, headers, sizeBytes, read }) => {
      const body = await read();
      assert.deepEqual(headers, item(id).headers);
      assert.equal(sizeBytes, body.byteLength);
      assert.ok(body.every((byte) => byte === id.length));
      received.set(id, body.byteLength);
      if (received.size === sizes.length) all.resolve();
    });
    await all.promise;
    assert.deepEqual(
      sizes.map((_, index) => received.get(`item-${index}`)),
      sizes,
    );
    await inbox.close();
  });

  promise('an item whose handler throws comes again until it does not', async ({ inbox, pass }) => {
    await inbox.put(item('stubborn'));
    let tries = 0;
    const done = Promise.withResolvers<void>();
    inbox.consume(options, async ({ read }) => {
      tries += 1;
      await read();
      if (tries < 4) throw new Error('Not now.');
      done.resolve();
    });
    const passing = { over: false };
    done.promise.then(() => {
      passing.over = true;
    });
    while (!passing.over) await pass(250);
    assert.equal(tries, 4);
    await inbox.close();
  });

  promise('one that waits to be tried again holds up no other', async ({ inbox }) => {
    await inbox.put(item('bad'));
    await inbox.put(item('good'));
    const good = Promise.withResolvers<void>();
    inbox.consume({ ...options, concurrency: 1 }, async ({ id }) => {
      if (id === 'bad') throw new Error('Never.');
      good.resolve();
    });
    await good.promise;
    await inbox.close();
  });

  promise('what a process had in hand when it died is handed to the next', async ({ inbox, crash }) => {
    await inbox.put(item('survivor', 900_000));
    const taken = Promise.withResolvers<void>();
    inbox.consume(options, () => {
      taken.resolve();
      return new Promise(() => {});
    });
    await taken.promise;
    const next = await crash();
    const again = Promise.withResolvers<number>();
    next.consume(options, async ({ read }) => again.resolve((await read()).byteLength));
    assert.equal(await again.promise, 900_000);
    await next.close();
  });

  promise('the backlog counts what is not done, and nothing once it is', async ({ inbox, pass }) => {
    assert.equal(await inbox.backlog(), 0);
    await Promise.all(Array.from({ length: 20 }, (_, index) => inbox.put(item(`b${index}`))));
    assert.equal(await inbox.backlog(), 20);
    let handled = 0;
    const all = Promise.withResolvers<void>();
    inbox.consume(options, async () => {
      handled += 1;
      if (handled === 20) all.resolve();
    });
    await all.promise;
    let left = await inbox.backlog();
    for (let tries = 0; left > 0 && tries < 100; tries += 1) {
      await pass(100);
      left = await inbox.backlog();
    }
    assert.equal(left, 0);
    await inbox.close();
  });

  promise('what is larger than the limits is refused, and nothing of it arrives', async ({ inbox }) => {
    await assert.rejects(inbox.put(item('x', maxInboxBodyBytes + 1)), { code: 'body-too-large' });
    const headers = { about: 'x'.repeat(maxInboxHeaderBytes) };
    await assert.rejects(inbox.put({ ...item('x'), headers }), { code: 'body-too-large' });
    assert.equal(await inbox.backlog(), 0);
    await inbox.close();
  });

  promise('many who put and many who take lose nothing', async ({ inbox }) => {
    const ids = Array.from({ length: 200 }, (_, index) => `many-${index}`);
    const seen = new Set<string>();
    const all = Promise.withResolvers<void>();
    for (let consumer = 0; consumer < 2; consumer += 1) {
      inbox.consume(options, async ({ id, read }) => {
        await read();
        seen.add(id);
        if (seen.size === ids.length) all.resolve();
      });
    }
    await Promise.all(ids.map((id) => inbox.put(item(id))));
    await all.promise;
    await inbox.close();
  });
}
