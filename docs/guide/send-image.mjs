// Sends one image to Vedette over Kafka. Take it as the beginning of your own program. It needs Node 22.22, or 24.6 and later,
// and @platformatic/kafka beside it:
//
//   npm install @platformatic/kafka
//   BROKERS=localhost:9092 TOPIC=vedette.images SOURCE=… SECRET=vds_… SITE=… node send-image.mjs gate.jpg Gate

import { createHash, createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Producer } from '@platformatic/kafka';

const [file = 'gate.jpg', camera = 'Gate'] = process.argv.slice(2);
const {
  BROKERS = 'localhost:9092',
  TOPIC = 'vedette.images',
  SOURCE = '',
  SECRET = '',
  SITE = '',
} = process.env;

const image = readFileSync(file);
const headers = {
  camera,
  'content-type': 'image/jpeg',
  // Keep it where you may have to send the image again.
  'idempotency-key': randomUUID(),
  site: SITE,
  source: SOURCE,
  'taken-at': String(Date.now()),
};

// One line for each header, sorted by name, between what this is and the hash of the image.
const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}`);
const hash = createHash('sha256').update(image).digest('hex');
const text = ['vedette-image-v1', ...lines.toSorted(), hash].join('\n');
const signature = createHmac('sha256', SECRET).update(text).digest('hex');

const producer = new Producer({ clientId: 'send-image', bootstrapBrokers: BROKERS.split(','), acks: -1 });
const content = Object.entries({ ...headers, signature }).map(([name, value]) => [
  Buffer.from(name),
  Buffer.from(value),
]);
await producer.send({ messages: [{ topic: TOPIC, value: image, headers: new Map(content) }] });
await producer.close();
