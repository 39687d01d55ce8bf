import assert from 'node:assert/strict';
import { test } from 'node:test';
import { together } from './together.ts';

test('where one of several servers does not start, those that did are ended', async () => {
  const ended: string[] = [];
  const server = (name: string) => ({ [Symbol.asyncDispose]: async () => void ended.push(name) });
  const slow = Promise.withResolvers<ReturnType<typeof server>>();
  const starting = (async () => {
    await using opening = new AsyncDisposableStack();
    return await together(opening, [
      Promise.resolve(server('quick')),
      Promise.reject<ReturnType<typeof server>>(new Error('The port is taken.')),
      slow.promise,
    ]);
  })();
  slow.resolve(server('slow'));
  await assert.rejects(starting, /The port is taken/);
  assert.deepEqual(ended.toSorted(), ['quick', 'slow']);
});

test('servers that all start are handed over in their order, and end with their owner', async () => {
  const ended: number[] = [];
  const server = (port: number) => ({ port, [Symbol.asyncDispose]: async () => void ended.push(port) });
  {
    await using opening = new AsyncDisposableStack();
    const [one, other] = await together(opening, [Promise.resolve(server(1)), Promise.resolve(server(2))]);
    assert.deepEqual([one.port, other.port, ended.length], [1, 2, 0]);
  }
  assert.deepEqual(ended, [2, 1]);
});
