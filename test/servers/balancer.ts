// A door in front of several processes: each connection goes to one of them that answers, in turn.

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Balancer extends AsyncDisposable {
  readonly url: string;
}

/** Listens on a free port of loopback; `ports` there are those of the processes. */
export async function startBalancer(ports: readonly number[]): Promise<Balancer> {
  const sockets = new Set<Socket>();
  let turn = 0;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket));
  };

  /** The first of these that takes the connection; null where none does. */
  async function reach(tried: readonly number[]): Promise<Socket | null> {
    for (const port of tried) {
      const socket = connect(port, '127.0.0.1');
      const isOpen = await once(socket, 'connect').then(
        () => true,
        () => false,
      );
      if (isOpen) return socket;
      socket.destroy();
    }
    return null;
  }

  const server = createServer({ pauseOnConnect: true }, async (client) => {
    keep(client);
    client.on('error', () => client.destroy());
    turn += 1;
    const upstream = await reach(ports.map((_, index) => ports[(turn + index) % ports.length] ?? 0));
    if (upstream === null || client.destroyed) {
      upstream?.destroy();
      return client.destroy();
    }
    keep(upstream);
    upstream.on('error', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    client.on('close', () => upstream.destroy());
    client.pipe(upstream).pipe(client);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
