// A small balancer on loopback, for tests: it sends requests to who is ready, over connections that it keeps.

import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How often it looks who is ready, in ms. */
const lookEveryMs = 200;

export interface Balancer extends AsyncDisposable {
  readonly url: string;
  /** What it could not hand on, in words. */
  readonly failures: readonly string[];
  /** Resolves when it has seen that the process is ready. */
  add(url: string): Promise<void>;
}

/** So often it has to be told no before it believes it: a process that is busy is still one. */
const believedAfter = 3;

interface Backend {
  readonly url: URL;
  isReady: boolean;
  refusals: number;
}

/** Only a GET whose connection was refused is tried elsewhere, as balancers do. */
export async function startBalancer(): Promise<Balancer> {
  const agent = new Agent({ keepAlive: true });
  const backends = new Set<Backend>();
  const failures: string[] = [];
  let turn = 0;

  function next(tried: ReadonlySet<Backend>): Backend | null {
    const ready = [...backends].filter((backend) => backend.isReady && !tried.has(backend));
    turn += 1;
    return ready[turn % Math.max(1, ready.length)] ?? null;
  }

  function hand(incoming: IncomingMessage, answer: ServerResponse, tried: ReadonlySet<Backend>): void {
    const backend = next(tried);
    const about = `${incoming.method} ${incoming.url}`;
    if (backend === null) {
      fail(answer, `${about}: nobody is ready`);
      return;
    }
    const { method, url: path, headers } = incoming;
    const outgoing = request(backend.url, { method, path, headers, agent }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      if (answer.headersSent || answer.destroyed) {
        answer.destroy();
        return;
      }
      if (method === 'GET' && error.code === 'ECONNREFUSED') {
        hand(incoming, answer, new Set([...tried, backend]));
        return;
      }
      fail(answer, `${about}: ${error.message}`);
    });
    answer.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  }

  function fail(answer: ServerResponse, why: string): void {
    failures.push(why);
    answer.writeHead(502).end();
  }

  const look = async (backend: Backend) => {
    const isReady = await fetch(new URL('/readyz', backend.url)).then(
      ({ status }) => status === 200,
      () => false,
    );
    backend.refusals = isReady ? 0 : backend.refusals + 1;
    backend.isReady = isReady || (backend.isReady && backend.refusals < believedAfter);
  };
  const looking = setInterval(() => {
    for (const backend of backends) void look(backend);
  }, lookEveryMs);
  const server = createServer((incoming, answer) => hand(incoming, answer, new Set()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    failures,
    async add(url) {
      const backend = { url: new URL(url), isReady: false, refusals: 0 };
      backends.add(backend);
      while (!backend.isReady) await look(backend);
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(looking);
      agent.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
