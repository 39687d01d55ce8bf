// A way to a server that can be cut: what is sent is passed on, until a test says otherwise.

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What becomes of what a client sends: `pass`; `cut` before it arrives; `cut-after`, when it has and no answer will. */
export type Fate = 'pass' | 'cut' | 'cut-after';

export interface CuttingProxy extends AsyncDisposable {
  readonly port: number;
  /** Decides about each piece of what clients send. */
  decide(fate: (sent: string) => Fate): void;
}

/** Starts it on a free port of loopback, in front of another port there. */
export async function startCuttingProxy(target: number): Promise<CuttingProxy> {
  let fateOf: (sent: string) => Fate = () => 'pass';
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
    }
    let isMute = false;
    client.on('data', (data) => {
      const fate = fateOf(data.toString('latin1'));
      if (fate === 'cut') {
        client.destroy();
        upstream.destroy();
      } else {
        isMute ||= fate === 'cut-after';
        upstream.write(data, () => {
          // The server gets it, and finds out later that nobody waits for its answer.
          if (isMute) client.destroy();
        });
      }
    });
    upstream.on('data', (data) => {
      if (!isMute) client.write(data);
    });
    client.on('close', () => {
      if (!isMute) upstream.destroy();
    });
    upstream.on('close', () => client.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    decide(fate) {
      fateOf = fate;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
