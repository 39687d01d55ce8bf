// Requests that Node refuses before anybody here sees them: answered with a problem like others, then closed.

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { VedetteError } from '../core/errors.ts';
import { problemOf } from './problem.ts';

/** Time in ms for the answer to be read: a connection that is cut while the other still sends loses it. */
const lingerMs = 1_000;

/** By the code of Node's error; anything else is malformed. */
const ours: Readonly<Record<string, () => VedetteError>> = {
  HPE_HEADER_OVERFLOW: () => new VedetteError('headers-too-large'),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: () => new VedetteError('body-too-large'),
  ERR_HTTP_REQUEST_TIMEOUT: () => new VedetteError('request-too-slow'),
};
const malformed = () => new VedetteError('request-invalid');

const phrases: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  413: 'Content Too Large',
  431: 'Request Header Fields Too Large',
};

/** Answers what cannot become a request, where no answer is under way on its connection. */
export function answerClientErrors(server: Server): void {
  const last = new WeakMap<Duplex, ServerResponse>();
  const answered = new WeakSet<Duplex>();
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    last.set(socket, response);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    // What the other sends on until it has read the answer is as wrong as what came before.
    if (answered.has(socket)) return;
    answered.add(socket);
    const response = last.get(socket);
    const isFree = response === undefined || !response.headersSent || response.writableFinished;
    if (!socket.writable || !isFree || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const late = setTimeout(() => socket.destroy(), lingerMs);
    socket.once('close', () => clearTimeout(late));
    socket.end(messageOf((ours[error.code ?? ''] ?? malformed)()));
  });
}

function messageOf(error: VedetteError): string {
  const problem = problemOf(error);
  const body = JSON.stringify(problem);
  return [
    `HTTP/1.1 ${problem.status} ${phrases[problem.status] ?? 'Bad Request'}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    'connection: close',
    '',
    body,
  ].join('\r\n');
}
