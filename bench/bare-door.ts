// The limit beside the door for images: Node's own HTTP server, which reads a body and writes it to Kafka with acks=all.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { paceMs } from '../src/adapters/kafka/inbox.ts';
import { recordWriter } from '../src/adapters/kafka/records.ts';
import { silentLog } from '../src/core/ports/log.ts';

const [, , brokers = '', topic = ''] = process.argv;
const connection = { brokers: brokers.split(','), tls: null, auth: { kind: 'none' } } as const;
const writer = recordWriter({ connection, log: silentLog, paceMs });
await writer.prepare({ name: topic, partitions: 4, replicas: 1, maxBytes: 1_048_588, configuration: {} });

const server = createServer(async (request, response) => {
  const value = await buffer(request);
  await writer.publishRecords([{ topic, key: null, value, headers: {} }]).then(
    () => response.writeHead(202, { 'content-length': 0 }).end(),
    () => response.writeHead(503, { 'content-length': 0 }).end(),
  );
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
