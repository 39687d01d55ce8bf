// The server on a real socket, and the pages it serves.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openHouse } from '../../test/houses/http.ts';
import { paths } from './contract/paths.ts';
import { attempts } from './limits.ts';
import type { Network } from './peer-address.ts';
import { listen } from './server.ts';

const folder = await mkdtemp(join(tmpdir(), 'vedette-pages-'));
await mkdir(join(folder, 'pages', 'assets'), { recursive: true });
await writeFile(join(folder, 'pages', 'index.html'), '<!doctype html><title>Vedette</title>');
await writeFile(join(folder, 'pages', 'assets', 'app-1a2b.js'), 'export {};');
await writeFile(join(folder, 'secret.txt'), 'not for the world');
const pagesFolder = join(folder, 'pages');
after(() => rm(folder, { recursive: true }));

/** The raw answer to a path that `fetch` would tidy up first. */
function raw(url: string, path: string): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
      );
    });
    asked.on('error', reject);
    asked.end();
  });
}

test('a socket waits for its next request for longer than a balancer in front keeps it', async (t) => {
  const { http } = await openHouse({ pagesFolder });
  const server = await listen(http, { host: '127.0.0.1', port: 0 });
  t.after(() => server.stop());
  const page = await fetch(server.url);
  const [, seconds] = /timeout=(\d+)/.exec(page.headers.get('keep-alive') ?? '') ?? [];
  assert.ok(Number(seconds) > 60, `${seconds} seconds`);
});

test('pages are served with their types, and addresses of the pages themselves lead to index.html', async () => {
  const { http } = await openHouse({ pagesFolder });
  const server = await listen(http, { host: '127.0.0.1', port: 0 });
  const script = await fetch(`${server.url}/assets/app-1a2b.js`);
  assert.equal(script.headers.get('content-type'), 'text/javascript; charset=utf-8');
  assert.match(script.headers.get('cache-control') ?? '', /immutable/);
  for (const path of ['/', '/cameras/1', '/incidents/abc?x=1']) {
    const page = await fetch(`${server.url}${path}`);
    assert.equal(page.headers.get('cache-control'), 'no-cache');
    assert.match(await page.text(), /<title>Vedette/);
  }
  assert.equal((await fetch(`${server.url}/assets/gone.js`)).status, 404);
  // A machine would take a page for a yes.
  for (const path of ['/livez', '/metrics', '/healthz/', '/readyz/records', '/%6civez', '/health'])
    assert.equal((await fetch(`${server.url}${path}`)).status, 404, path);
  assert.equal((await fetch(`${server.url}/`, { method: 'POST' })).status, 404);
  assert.equal((await fetch(`${server.url}/`, { method: 'HEAD' })).status, 200);
  await server.stop();
});

/** All that comes back for bytes that are sent as they are, until the connection ends. */
async function answerTo(url: string, ...parts: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  for (const part of parts) socket.write(part);
  let text = '';
  for await (const chunk of socket.setEncoding('utf8')) text += chunk;
  return text;
}

const problem = (status: number, code: string) =>
  new RegExp(
    `^HTTP/1\\.1 ${status} [^]*content-type: application/problem\\+json[^]*connection: close[^]*"code":"${code}"`,
    'i',
  );

test('what cannot become a request is told why, and its connection is closed', async (t) => {
  const { http } = await openHouse();
  const server = await listen(http, { host: '127.0.0.1', port: 0, requestMs: 400 });
  t.after(() => server.stop());
  const head = 'HTTP/1.1\r\nhost: localhost\r\n';
  assert.match(await answerTo(server.url, 'hello\r\n\r\n'), problem(400, 'request-invalid'));
  const large = `cookie: ${'x'.repeat(20_000)}\r\n`;
  assert.match(await answerTo(server.url, `GET / ${head}${large}\r\n`), problem(431, 'headers-too-large'));
  assert.match(await answerTo(server.url, `GET / ${head}`), problem(408, 'request-too-slow'));
  const slow = `POST ${paths.session} ${head}content-type: application/json\r\ncontent-length: 1000\r\n\r\n{"e`;
  assert.match(await answerTo(server.url, slow), problem(408, 'request-too-slow'));
  const second = await answerTo(server.url, `GET /livez ${head}\r\n`, 'hello\r\n\r\n');
  assert.match(second, /^HTTP\/1\.1 \d{3}/);
});

test('no path leads out of the folder of the pages', async () => {
  const { http } = await openHouse({ pagesFolder });
  const server = await listen(http, { host: '127.0.0.1', port: 0 });
  for (const path of [
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '//secret.txt',
    '/%00',
    '/%',
  ]) {
    const { text } = await raw(server.url, path);
    assert.doesNotMatch(text, /not for the world/, path);
  }
  await server.stop();
});

test('a port that another program uses is named', async () => {
  const { http } = await openHouse();
  const server = await listen(http, { host: '127.0.0.1', port: 0 });
  const port = Number(new URL(server.url).port);
  await assert.rejects(listen(http, { host: '127.0.0.1', port }), { code: 'port-in-use' });
  await server.stop();
});

test('stopping ends open streams and lets go of the port', async () => {
  const house = await openHouse();
  const cookie = await house.setUp();
  const server = await listen(house.http, { host: '127.0.0.1', port: 0 });
  const stream = await fetch(`${server.url}${paths.events}`, { headers: { cookie } });
  assert.equal(stream.status, 200);
  await server.stop();
  await stream.text();
  const port = Number(new URL(server.url).port);
  await (await listen(house.http, { host: '127.0.0.1', port })).stop();
});

test('a client that leaves ends its stream', async () => {
  const house = await openHouse();
  const cookie = await house.setUp();
  const server = await listen(house.http, { host: '127.0.0.1', port: 0 });
  const leave = new AbortController();
  let listeners = 0;
  const { subscribe } = house.deps.events;
  house.deps.events.subscribe = (listener) => {
    listeners += 1;
    const unsubscribe = subscribe(listener);
    return () => {
      listeners -= 1;
      left.resolve();
      unsubscribe();
    };
  };
  const left = Promise.withResolvers<void>();
  await fetch(`${server.url}${paths.events}`, { headers: { cookie }, signal: leave.signal });
  assert.equal(listeners, 1);
  leave.abort();
  await left.promise;
  assert.equal(listeners, 0);
  await server.stop();
});

test('the probes answer, and readiness fails when the records do', async () => {
  const house = await openHouse();
  assert.equal((await house.call('GET', '/healthz')).status, 200);
  assert.equal((await house.call('GET', '/readyz')).status, 200);
  house.deps.records.organizations.count = () => Promise.reject(new Error('disk on fire'));
  // What was found just now is believed.
  await house.deps.clock.advance(2_000);
  const response = await house.call('GET', '/readyz');
  assert.equal(response.status, 503);
  assert.doesNotMatch(await response.text(), /fire/);
  assert.equal((await house.call('GET', '/healthz')).status, 200);
});

test('behind a trusted proxy its visitors are counted one by one; a visitor’s own word for it counts nothing', async () => {
  const tries = async (trustedProxies: readonly Network[], forwardedFor: (index: number) => string) => {
    const { http } = await openHouse();
    const server = await listen(http, { host: '127.0.0.1', port: 0, trustedProxies });
    const seen: number[] = [];
    for (let made = 0; made <= attempts.perAddress; made += 1) {
      const headers = { 'content-type': 'application/json', 'x-forwarded-for': forwardedFor(made) };
      const body = JSON.stringify({ token: 'wrong' });
      seen.push((await fetch(`${server.url}${paths.setupLink}`, { method: 'POST', headers, body })).status);
    }
    await server.stop();
    return seen.at(-1);
  };
  const proxy = { bytes: [127, 0, 0, 1], bits: 32 };
  assert.equal(await tries([], (index) => `198.51.100.${index}`), 429);
  assert.equal(await tries([proxy], (index) => `198.51.100.${index}`), 403);
  assert.equal(await tries([proxy], (index) => `198.51.100.${index}, 203.0.113.9`), 429);
});
