// A webhook on loopback that answers at once and remembers the keys of what came.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface Receiver extends AsyncDisposable {
  readonly url: string;
  /** Calls by idempotency key. */
  readonly keys: ReadonlyMap<string, number>;
}

/** `onAlert` is told of the incident of each call. */
export async function startReceiver(onAlert: (incidentId: string) => void = () => {}): Promise<Receiver> {
  const keys = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const body = (await buffer(request)).toString();
    const key = String(request.headers['webhook-id']);
    keys.set(key, (keys.get(key) ?? 0) + 1);
    response.writeHead(204).end();
    onAlert(/"incidentId":"([^"]+)"/.exec(body)?.[1] ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    keys,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
