// Topics that are there before Vedette comes: what of them does harm is said at the start, and by a check.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Admin } from '@platformatic/kafka';
import { type Kafka, startKafka } from '../../../test/servers/kafka.ts';
import { kafkaIsMissing } from '../../../test/servers/kafka-jars.ts';
import { silentLog } from '../../core/ports/log.ts';
import { secret } from '../../core/secret.ts';
import { foundBy } from '../../core/setting-finding.testing.ts';
import { memoryCache } from '../memory/cache.ts';
import { systemClock } from '../system/clock.ts';
import { clientOptions, type KafkaConnection } from './connection.ts';
import { checkKafka } from './opening-check.ts';
import { kafkaQueue } from './queue.ts';

let kafka: Kafka;
before(async () => {
  if (kafkaIsMissing === false) kafka = await startKafka();
});
after(() => kafka?.[Symbol.asyncDispose]());

const topics = { queue: ['alerts', 'armings'], inbox: 'images.inbox', images: 'images' };
const clock = systemClock();

test('a topic that loses or refuses what is written is told of once at the start, and is wrong in a check', {
  skip: kafkaIsMissing,
  timeout: 120_000,
}, async (t) => {
  const connection: KafkaConnection = { brokers: kafka.brokers(), tls: null, auth: { kind: 'none' } };
  const admin = new Admin(clientOptions(connection));
  t.after(() => admin.close());
  const make = (name: string, configuration: Record<string, string>) =>
    admin.createTopics({
      ...{ topics: [`early.${name}`], partitions: 1, replicas: 1 },
      configs: Object.entries(configuration).map(([key, value]) => ({ name: key, value })),
    });
  await make('alerts', { 'cleanup.policy': 'compact', 'max.message.bytes': '100000', 'retention.ms': '-1' });
  await make('images', { 'retention.ms': '86400000', 'max.message.bytes': '22020096' });

  const lines: string[] = [];
  const log = { ...silentLog, warn: (line: string) => void lines.push(line) };
  const more = { partitions: 1, replicas: 1 };
  const queue = kafkaQueue({
    connection,
    prefix: 'early.',
    cache: memoryCache({ clock }),
    clock,
    log,
    ...more,
  });
  t.after(() => queue.close());
  await queue.prepare(['alerts', 'armings']);
  await queue.prepare(['alerts', 'armings']);
  assert.equal(lines.length, 1, lines.join('\n'));
  const told =
    /^The topic early\.alerts refuses what is larger than 100000 bytes, keeps only the newest of a key.* Run: kafka-configs\.sh --alter --topic early\.alerts --add-config max\.message\.bytes=525312,cleanup\.policy=delete$/;
  assert.match(lines[0] ?? '', told);

  const url = secret(`kafka://${kafka.brokers().join(',')}/early?partitions=1&replicas=1`);
  const check = () => foundBy(checkKafka(url, { clock, cache: memoryCache({ clock }), topics }));
  const { wrong, risky } = await check();
  assert.deepEqual(wrong, lines);
  const ofImages = risky.filter((line) => line.includes('early.images'));
  assert.equal(ofImages.length, 1);
  assert.match(
    ofImages[0] ?? '',
    /deletes after 24 h what is not done.*compressed.*--add-config retention\.ms=-1,/,
  );
  assert.ok([...wrong, ...risky].every((line) => line.length <= 400));

  await admin.deleteTopics({ topics: ['early.alerts', 'early.images'] });
  const after = await check();
  assert.deepEqual(after.wrong, []);
  assert.match(after.right.at(-1) ?? '', /3 topics that are there are as they have to be/);
});
