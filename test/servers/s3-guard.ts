// A way to Ceph that keeps what Ceph 16 does not: no object is replaced by an upload in parts, or in a bucket with versions.
// It can also answer instead of the store, as stores do on a bad day.

import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import type { Ceph } from './ceph.ts';

/** An answer instead of the store's: a status and S3's code for it. Null lets the request pass. */
export type Answer = readonly [status: number, code: string] | null;

export interface S3Guard extends AsyncDisposable {
  readonly endpoint: string;
  /** Decides about each request, by its method and its path with the query. */
  decide(answerTo: (method: string, path: string) => Answer): void;
  /** Most connections that were open at the same time. */
  readonly mostConnections: number;
}

/** Starts it on a free port of loopback. Requests for one object wait for each other, so that asking first is safe. */
export async function startS3Guard(ceph: Ceph): Promise<S3Guard> {
  let answerTo: (method: string, path: string) => Answer = () => null;
  let mostConnections = 0;
  let connections = 0;
  const client = ceph.client();
  const turns = new Map<string, Promise<unknown>>();

  async function isThere(path: string): Promise<boolean> {
    const [, Bucket, ...rest] = decodeURIComponent(path).split('/');
    return client.send(new HeadObjectCommand({ Bucket, Key: rest.join('/') })).then(
      () => true,
      () => false,
    );
  }

  async function handle(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { method = '', url = '' } = incoming;
    const instead = answerTo(method, url);
    if (instead !== null) return refuse(incoming, answer, instead);
    const path = url.split('?')[0] ?? '';
    if (incoming.headers['if-none-match'] !== '*') return pass(incoming, answer);
    const turn = (turns.get(path) ?? Promise.resolve()).then(async () => {
      if (await isThere(path)) return refuse(incoming, answer, [412, 'PreconditionFailed']);
      return pass(incoming, answer);
    });
    turns.set(
      path,
      turn.catch(() => {}),
    );
    return turn;
  }

  async function pass(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { method, url, headers } = incoming;
    const onward = request({ host: '127.0.0.1', port: ceph.port, method, path: url, headers });
    incoming.pipe(onward);
    const [response]: IncomingMessage[] = await once(onward, 'response');
    if (response === undefined) return;
    answer.writeHead(response.statusCode ?? 500, response.headers);
    response.pipe(answer);
    await once(answer, 'close');
  }

  const server = createServer((incoming, answer) => {
    handle(incoming, answer).catch(() => answer.destroy());
  });
  server.on('connection', (socket) => {
    connections += 1;
    mostConnections = Math.max(mostConnections, connections);
    socket.on('close', () => {
      connections -= 1;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    decide(next) {
      answerTo = next;
    },
    get mostConnections() {
      return mostConnections;
    },
    async [Symbol.asyncDispose]() {
      client.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function refuse(
  incoming: IncomingMessage,
  answer: ServerResponse,
  [status, code]: readonly [number, string],
): Promise<void> {
  incoming.resume();
  await once(incoming, 'end');
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`;
  answer.writeHead(status, { 'content-type': 'application/xml' }).end(body);
}
