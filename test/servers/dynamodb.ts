// A DynamoDB on loopback, for tests: moto's, hung and throttled as they like.
//
// Amazon's own DynamoDB Local may only be used by who has an AWS account in good standing (its licence), so nobody's
// tests may need it. moto judges conditions as DynamoDB does, and is asked one request at a time here: DynamoDB does what
// is asked of one item in turn, while moto's threads would overtake each other between a condition and its write.

import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { motoCredentials, motoIsMissing, startMoto } from './moto.ts';

/** Why tests with it are skipped; false where they are not. */
export const dynamoIsMissing: string | false = motoIsMissing;

export interface DynamoServer extends AsyncDisposable {
  /** The address of a table in it. */
  address(table: string, more?: string): string;
  /** The next so many requests that write or read items are refused as too many. */
  throttle(count: number): void;
  /** Requests for this operation, such as `PutItem`, are refused for want of a right; null: none is. */
  forbid(operation: string | null): void;
  /** The next write is done, and its answer lost. */
  loseAnswer(): void;
  /** Connections are taken, and never answered. */
  hang(): void;
  resume(): void;
}

interface Faults {
  throttled: number;
  lost: number;
  isHanging: boolean;
  forbidden: string | null;
}

/** Starts a server without tables. */
export async function startDynamo(): Promise<DynamoServer> {
  await using opening = new AsyncDisposableStack();
  const moto = opening.use(await startMoto());
  const faults: Faults = { throttled: 0, lost: 0, isHanging: false, forbidden: null };
  const front = createServer(inTurn(new URL(moto.url), faults)).listen(0, '127.0.0.1');
  opening.defer(() => {
    front.close();
    front.closeAllConnections();
  });
  await once(front, 'listening');
  const running = opening.move();
  const endpoint = encodeURIComponent(`http://127.0.0.1:${(front.address() as AddressInfo).port}`);
  const { accessKeyId, secretAccessKey } = motoCredentials;
  return {
    address: (table, more = '') =>
      `dynamodb://${accessKeyId}:${secretAccessKey}@${table}?region=eu-central-1&endpoint=${endpoint}${more}`,
    throttle: (count) => {
      faults.throttled = count;
    },
    forbid: (operation) => {
      faults.forbidden = operation;
    },
    loseAnswer: () => {
      faults.lost = 1;
    },
    hang: () => {
      faults.isHanging = true;
    },
    resume: () => {
      faults.isHanging = false;
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Hands requests on one after the other, and does to them what a network and a busy table do. */
function inTurn({ hostname, port }: URL, faults: Faults) {
  let turn: Promise<unknown> = Promise.resolve();

  async function handOn(asked: IncomingMessage, body: Buffer, answer: ServerResponse): Promise<void> {
    // Who asked has given up.
    if (answer.destroyed) return;
    const { method, url: path, headers } = asked;
    const target = String(headers['x-amz-target']);
    const isLost = faults.lost > 0 && /(?:Put|Update|Delete)Item$/.test(target);
    if (isLost) faults.lost -= 1;
    const inner = request({ hostname, port, method, path, headers, agent: false });
    inner.end(body);
    const [given] = (await once(inner, 'response')) as [IncomingMessage];
    const content = await buffer(given);
    if (isLost) answer.destroy();
    else answer.writeHead(given.statusCode ?? 502, given.headers).end(content);
  }

  return async (asked: IncomingMessage, answer: ServerResponse) => {
    const body = await buffer(asked).catch(() => null);
    if (body === null || faults.isHanging) return;
    if (faults.throttled > 0 && String(asked.headers['x-amz-target']).endsWith('Item')) {
      faults.throttled -= 1;
      const type = 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException';
      answer.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
      return void answer.end(JSON.stringify({ __type: type, message: 'Slow down.' }));
    }
    const operation = String(asked.headers['x-amz-target']).split('.').at(-1);
    if (operation === faults.forbidden) {
      const message = `User: arn:aws:iam::111122223333:role/x is not authorized to perform: dynamodb:${operation} on resource: t`;
      answer.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
      return void answer.end(JSON.stringify({ __type: 'AccessDeniedException', message }));
    }
    turn = turn.then(() => handOn(asked, body, answer)).catch(() => answer.destroy());
  };
}
