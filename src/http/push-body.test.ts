import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodyRoom, readPush } from './push-body.ts';

test('an image that breaks off on its way is told as that, with and without a length', async () => {
  for (const length of [{ 'content-length': '100' }, {}]) {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new Uint8Array(10));
        controller.error(new Error('aborted'));
      },
    });
    const headers = { 'content-type': 'image/jpeg', ...length };
    const request = new Request('http://localhost/', { method: 'POST', headers, body, duplex: 'half' });
    await assert.rejects(readPush(request, bodyRoom(1_000).enter()), {
      code: 'request-invalid',
      detail: 'The image did not arrive whole. Send it again.',
    });
  }
});
