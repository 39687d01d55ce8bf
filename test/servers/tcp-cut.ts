// A way to a server on loopback that tests can cut, as a network is cut: both ends are left with nothing.

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface TcpCut extends AsyncDisposable {
  /** Ends every connection, and refuses new ones. */
  cut(): void;
  /** Connections are taken again. */
  mend(): void;
}

/** Listens on `port` and passes everything on to `target`, both on loopback. */
export async function tcpCut(port: number, target: number): Promise<TcpCut> {
  const sockets = new Set<Socket>();
  let whole = true;
  const server = createServer((near) => {
    if (!whole) return near.destroy();
    const far = connect(target, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.setNoDelay(true);
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    whole = false;
    for (const socket of sockets) socket.destroy();
  };
  return {
    cut,
    mend: () => {
      whole = true;
    },
    async [Symbol.asyncDispose]() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
