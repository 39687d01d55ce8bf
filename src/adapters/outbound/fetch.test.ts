// Guarded requests against servers on loopback that answer as they like.

import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { guardedFetch } from './fetch.ts';

/** A server that answers every connection with `answer`, byte by byte as given; its address and what it heard. */
async function speaking(t: TestContext, answer: string) {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      heard.push(chunk.toString());
      socket.end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return { port: address.port, heard };
}

const get = () => ({ method: 'GET', headers: {}, signal: new AbortController().signal });
const code = (expected: string) => (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === expected;

test('an answer comes with its status, headers and body', async (t) => {
  const { port, heard } = await speaking(
    t,
    'HTTP/1.1 201 Created\r\nX-A: 1\r\nX-A: 2\r\nContent-Length: 2\r\n\r\nok',
  );
  const fetch = guardedFetch({ allowPrivateAddresses: true });
  const response = await fetch(`http://127.0.0.1:${port}/a?b=c`, { ...get(), method: 'POST', body: 'hello' });
  assert.equal(response.status, 201);
  assert.equal(response.headers.get('x-a'), '1, 2');
  assert.equal(await response.text(), 'ok');
  assert.match(heard.join(''), /^POST \/a\?b=c HTTP\/1.1/);
  assert.match(heard.join(''), /hello$/);
});

test('a redirect is an answer like any other', async (t) => {
  const inner = await speaking(t, 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
  const { port } = await speaking(
    t,
    `HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:${inner.port}/\r\nContent-Length: 0\r\n\r\n`,
  );
  const response = await guardedFetch({ allowPrivateAddresses: true })(`http://127.0.0.1:${port}/`, get());
  assert.equal(response.status, 302);
  assert.deepEqual(inner.heard, []);
});

test('an answer that is not HTTP fails the request and nothing else', async (t) => {
  const fetch = guardedFetch({ allowPrivateAddresses: true });
  for (const answer of ['HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n', 'SSH-2.0-OpenSSH_9.9\r\n', '']) {
    const { port } = await speaking(t, answer);
    await assert.rejects(fetch(`http://127.0.0.1:${port}/`, get()), answer);
  }
  const { port } = await speaking(t, 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\ncut');
  const response = await fetch(`http://127.0.0.1:${port}/`, get());
  await assert.rejects(response.text());
});

test('hosts inside are refused before anything is sent, also by a name that leads there', async (t) => {
  const { port, heard } = await speaking(t, 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
  const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
  const fetch = guardedFetch({ allowPrivateAddresses: false, resolve });
  for (const host of ['127.0.0.1', 'localhost', 'inside.example.org', '[::1]', '2130706433']) {
    await assert.rejects(fetch(`http://${host}:${port}/`, get()), code('ADDRESS_NOT_PUBLIC'), host);
  }
  assert.deepEqual(heard, []);
});

test('a name is asked once, and the connection goes to the address that was checked', async (t) => {
  const { port, heard } = await speaking(t, 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
  let asked = 0;
  const resolve = async () => {
    asked += 1;
    return [{ address: asked === 1 ? '127.0.0.1' : '192.0.2.1', family: 4 }];
  };
  const fetch = guardedFetch({ allowPrivateAddresses: true, resolve });
  assert.equal((await fetch(`http://rebind.example.org:${port}/`, get())).status, 200);
  assert.equal(asked, 1);
  assert.match(heard.join(''), new RegExp(`host: rebind.example.org:${port}`, 'i'));
});

test('a request that is given up while the name is asked for ends at once', async () => {
  const giveUp = new AbortController();
  const fetch = guardedFetch({ allowPrivateAddresses: true, resolve: () => new Promise(() => {}) });
  const request = fetch('http://never.example.org/', { ...get(), signal: giveUp.signal });
  giveUp.abort(new Error('given up'));
  await assert.rejects(request, /given up/);
});
