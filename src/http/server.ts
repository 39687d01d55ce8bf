// The server: the HTTP edge on a socket.

import type { IncomingMessage, Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import type { Drain } from '../core/drain.ts';
import { VedetteError } from '../core/errors.ts';
import type { Http } from './app.ts';
import { answerClientErrors } from './client-error.ts';
import { clientAddress, type Network } from './peer-address.ts';

/** Time in ms for the headers of a request: a slow client must not hold a socket for ever. */
const headersTimeoutMs = 10_000;
/**
 * Time in ms for a whole request: the largest, an image of 20 MB, arrives at 6 Mbit/s, and who sends no more must not hold
 * memory and a socket for longer. Answers, such as streams of events, may take as long as they like.
 */
const requestTimeoutMs = 30_000;
/** Between looks for requests that are late, in ms. */
const lookForLateMs = 5_000;
/** Room for the headers of a request, in bytes: sessions and keys take less than one KiB, proxies add theirs. */
const maxHeaderSize = 16 * 1024;
/**
 * Time in ms that a socket waits for its next request: longer than the 60 s of balancers and most clients, since who closes
 * first must not be we, just when a request is on its way.
 */
const idleSocketMs = 65_000;
/** Sockets at a time: a page takes about six, and each costs some 20 KiB. */
const maxConnections = 2_000;
/** Time in ms for answers under way when the server stops: a clip that is being loaded, at most. */
const stopTimeoutMs = 10_000;
/** Connections that are kept for later requests are closed so soon after their answer, in ms. */
const idleCloseMs = 100;

export interface RunningServer {
  /** For example http://127.0.0.1:8080. */
  readonly url: string;
  /** Takes no more connections, ends streams, and answers what comes on those that are open. */
  stop(): Promise<void>;
}

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly trustedProxies?: readonly Network[] | undefined;
  /** While it drains, no connection is kept: whoever comes again comes to another process. */
  readonly drain?: Pick<Drain, 'isDraining'>;
  /** Time in ms for a whole request. */
  readonly requestMs?: number;
}

/**
 * Listens on `host` and `port` (0 takes a free one). Behind `trustedProxies` the address that they tell counts.
 * Errors: `port-in-use`, `settings-invalid` (host).
 */
export async function listen(
  app: Pick<Http, 'fetch' | 'leave' | 'stop'>,
  { host, port, trustedProxies = [], drain, requestMs = requestTimeoutMs }: ListenOptions,
): Promise<RunningServer> {
  const server = createAdaptorServer({
    fetch: (request, env) => {
      const peerAddress = 'incoming' in env ? addressOf(env.incoming) : 'unknown';
      const forwardedFor = request.headers.get('x-forwarded-for');
      return app.fetch(request, clientAddress(peerAddress, forwardedFor, trustedProxies));
    },
    overrideGlobalObjects: false,
    serverOptions: {
      maxHeaderSize,
      headersTimeout: Math.min(headersTimeoutMs, requestMs),
      requestTimeout: requestMs,
      connectionsCheckingInterval: Math.min(lookForLateMs, requestMs),
    },
  }) as Server;
  let isStopping = false;
  server.prependListener('request', (_request, response) => {
    if (isStopping || drain?.isDraining === true) response.shouldKeepAlive = false;
  });
  answerClientErrors(server);
  server.keepAliveTimeout = idleSocketMs;
  server.maxConnections = maxConnections;
  await bound(server, host, port);
  const address = server.address();
  const boundPort = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${shown(host)}:${boundPort}`,
    async stop() {
      isStopping = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      app.leave();
      const idle = setInterval(() => server.closeIdleConnections(), idleCloseMs);
      const force = setTimeout(() => server.closeAllConnections(), stopTimeoutMs);
      await closed;
      clearInterval(idle);
      clearTimeout(force);
      await app.stop();
    },
  };
}

function bound(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(translated(cause, host, port)));
    server.listen(port, host, () => resolve());
  });
}

function translated(cause: NodeJS.ErrnoException, host: string, port: number): VedetteError {
  if (cause.code === 'EADDRINUSE') {
    const sentence = `Another program uses port ${port}. Set VEDETTE_PORT to a free one.`;
    return new VedetteError('port-in-use', sentence, { cause });
  }
  if (cause.code === 'EACCES') {
    const sentence = `Port ${port} needs more rights than this program has. Set VEDETTE_PORT to one above 1023.`;
    return new VedetteError('settings-invalid', sentence, { cause });
  }
  const sentence = `The address ${host} is not one of this machine. Check VEDETTE_HOST.`;
  return new VedetteError('settings-invalid', sentence, { cause });
}

/** An address that a browser can open. */
function shown(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function addressOf(incoming: Pick<IncomingMessage, 'socket'> | { readonly stream?: unknown }): string {
  return 'socket' in incoming ? (incoming.socket.remoteAddress ?? 'unknown') : 'unknown';
}
