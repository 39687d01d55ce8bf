// Who Vedette is to a real Kafka: TLS, names and passwords, and what happens where rights are missing.

import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import {
  AclOperations,
  AclPermissionTypes,
  Admin,
  Consumer,
  ResourcePatternTypes,
  ResourceTypes,
} from '@platformatic/kafka';
import { type Kafka, startKafka } from '../../../test/servers/kafka.ts';
import { kafkaIsMissing } from '../../../test/servers/kafka-jars.ts';
import { silentLog } from '../../core/ports/log.ts';
import { secret } from '../../core/secret.ts';
import { memoryCache } from '../memory/cache.ts';
import { systemClock } from '../system/clock.ts';
import { clientOptions, type KafkaAuth, type KafkaConnection, type KafkaTls } from './connection.ts';
import { isReason } from './failure.ts';
import { kafkaQueue } from './queue.ts';
import { newestOf } from './read-back.ts';
import { recordWriter } from './records.ts';

const users = [
  { name: 'vedette', password: 'correct horse', mayAll: true },
  { name: 'guest', password: 'battery staple' },
  { name: 'gatehouse', password: 'nothing but writing' },
] as const;

let kafka: Kafka;
before(async () => {
  if (kafkaIsMissing === false) kafka = await startKafka({ tls: true, users });
});
after(async () => {
  await kafka?.[Symbol.asyncDispose]();
});
const options = { skip: kafkaIsMissing, timeout: 60_000 };

const trusted = (): KafkaTls => ({ authority: kafka.pem.authority, client: null });
const named = (kind: 'scram-sha-512' | 'plain', user: string, password: string): KafkaAuth => ({
  kind,
  user,
  password: secret(password),
});

let tests = 0;
function open(t: TestContext, connection: KafkaConnection, prefix?: string) {
  tests += 1;
  const clock = systemClock();
  const queue = kafkaQueue({
    connection,
    prefix: prefix ?? `access-${tests}.`,
    cache: memoryCache({ clock }),
    clock,
    log: silentLog,
    partitions: 2,
    replicas: 1,
  });
  t.after(() => queue.close());
  return queue;
}

const message = (id: string) => ({ topic: 'work', key: 'k', id, payload: '{}' });
const limits = { concurrency: 1, maxAttempts: 1, backoff: { firstMs: 1, maxMs: 1 }, timeoutMs: 5_000 };

/** A message goes in and comes out. */
async function works(t: TestContext, connection: KafkaConnection): Promise<void> {
  const queue = open(t, connection);
  await queue.publish([message('a')]);
  const got = Promise.withResolvers<string>();
  queue.consume('work', limits, async ({ id }) => got.resolve(id));
  assert.equal(await got.promise, 'a');
}

test('over TLS with a certificate of ours, messages go in and come out', options, async (t) => {
  const { authority, clientCertificate: certificate, clientKey } = kafka.pem;
  const tls = { authority, client: { certificate, key: secret(clientKey) } };
  await works(t, { brokers: kafka.brokers('tls'), tls, auth: { kind: 'none' } });
});

test('with SCRAM-SHA-512 over TLS, messages go in and come out', options, async (t) => {
  const auth = named('scram-sha-512', 'vedette', 'correct horse');
  await works(t, { brokers: kafka.brokers('scram'), tls: trusted(), auth });
});

test('with PLAIN over TLS, messages go in and come out', options, async (t) => {
  const auth = named('plain', 'vedette', 'correct horse');
  await works(t, { brokers: kafka.brokers('password'), tls: trusted(), auth });
});

test(
  'a wrong password, an unknown authority and a missing certificate are refused, each with its sentence',
  options,
  async (t) => {
    const wrong = named('scram-sha-512', 'vedette', 'wrong');
    const scram = kafka.brokers('scram');
    await assert.rejects(open(t, { brokers: scram, tls: trusted(), auth: wrong }).publish([message('a')]), {
      code: 'queue-refused',
      message: 'Kafka refuses the user name or password.',
    });
    const right = named('scram-sha-512', 'vedette', 'correct horse');
    const unknown = { authority: null, client: null };
    await assert.rejects(open(t, { brokers: scram, tls: unknown, auth: right }).publish([message('a')]), {
      code: 'queue-refused',
      message: /Nobody known signed the certificate of Kafka/,
    });
    const bare = { brokers: kafka.brokers('tls'), tls: trusted(), auth: { kind: 'none' } } as const;
    // With TLS 1.3 the broker ends the connection after it was made: that is all there is to be seen.
    await assert.rejects(open(t, bare).publish([message('a')]), { code: 'queue-unavailable' });
  },
);

test('a password never travels without TLS', options, (t) => {
  const auth = named('plain', 'vedette', 'correct horse');
  assert.throws(() => open(t, { brokers: kafka.brokers('plain'), tls: null, auth }), {
    code: 'settings-invalid',
  });
});

test(
  'where topics may not be made, a sentence says which to make; once made, the rights to use them are enough',
  options,
  async (t) => {
    const guest = {
      brokers: kafka.brokers('scram'),
      tls: trusted(),
      auth: named('scram-sha-512', 'guest', 'battery staple'),
    };
    const queue = open(t, guest, 'guest.');
    await allow('guest', ResourceTypes.TOPIC, [
      AclOperations.READ,
      AclOperations.WRITE,
      AclOperations.DESCRIBE,
    ]);
    await allow('guest', ResourceTypes.GROUP, [AclOperations.READ]);
    await assert.rejects(queue.publish([message('a')]), {
      code: 'queue-refused',
      message:
        /The topic guest\.work is missing, and Kafka does not allow this user to make it\. Make it with 2 partitions/,
    });
    const owner = open(t, { brokers: kafka.brokers(), tls: null, auth: { kind: 'none' } }, 'guest.');
    await owner.prepare(['work']);
    await queue.prepare(['work']);
    await queue.publish([message('a')]);
    const got = Promise.withResolvers<string>();
    queue.consume('work', limits, async ({ id }) => {
      got.resolve(id);
      throw new Error('No such address.');
    });
    assert.equal(await got.promise, 'a');
    while ((await queue.depth('work')) > 0);
    assert.equal((await queue.deadLetters('work'))[0]?.reason, 'No such address.');
  },
);

test(
  'who may only write images writes them, and reads nothing: neither these, nor what else there is',
  options,
  async (t) => {
    const plain = { brokers: kafka.brokers(), tls: null, auth: { kind: 'none' } } as const;
    const gatehouse = {
      brokers: kafka.brokers('scram'),
      tls: trusted(),
      auth: named('scram-sha-512', 'gatehouse', 'nothing but writing'),
    };
    const images = 'pushed.images';
    const owner = writerOf(t, plain);
    for (const name of [images, 'pushed.alerts']) {
      await owner.prepare({ name, partitions: 1, replicas: 1, configuration: {}, maxBytes: 1_000_000 });
    }
    const record = (topic: string) => ({ topic, key: 'gate', value: new Uint8Array(9), headers: {} });
    await owner.publishRecords([record('pushed.alerts')]);
    // As the guide says: Write, which lets its holder ask where to write to.
    await allow('gatehouse', ResourceTypes.TOPIC, [AclOperations.WRITE], {
      ...{ resourceName: images, resourcePatternType: ResourcePatternTypes.LITERAL },
    });
    const writer = writerOf(t, gatehouse);
    await writer.publishRecords([record(images)]);

    const read = (connection: KafkaConnection, topic: string) => {
      const admin = new Admin(clientOptions(connection));
      const client = new Consumer({ ...clientOptions(connection), groupId: 'pushed.images' });
      t.after(() => Promise.all([admin.close(), client.close(true)]));
      return newestOf({ admin, client }, topic, 10);
    };
    assert.equal((await read(plain, images)).length, 1);
    await assert.rejects(read(gatehouse, images), { code: 'queue-refused' });
    await assert.rejects(read(gatehouse, 'pushed.alerts'), { code: 'queue-refused' });
    await assert.rejects(writer.publishRecords([record('pushed.alerts')]), { code: 'queue-refused' });

    const admin = new Admin(clientOptions(gatehouse));
    const group = new Consumer({ ...clientOptions(gatehouse), groupId: 'pushed.images' });
    t.after(() => Promise.all([admin.close(), group.close(true)]));
    assert.deepEqual(await admin.listTopics(), [images]);
    group.topics.track(images);
    await assert.rejects(group.joinGroup({}), (error) => isReason(error, 'GROUP_AUTHORIZATION_FAILED'));
    await assert.rejects(admin.deleteTopics({ topics: [images] }), (error) =>
      isReason(error, 'TOPIC_AUTHORIZATION_FAILED'),
    );
    assert.equal((await read(plain, images)).length, 1);
  },
);

test('nobody who is not allowed to a topic publishes there', options, async (t) => {
  const owner = open(t, { brokers: kafka.brokers(), tls: null, auth: { kind: 'none' } }, 'closed.');
  await owner.prepare(['work']);
  const guest = {
    brokers: kafka.brokers('scram'),
    tls: trusted(),
    auth: named('scram-sha-512', 'guest', 'battery staple'),
  };
  await assert.rejects(open(t, guest, 'closed.').publish([message('a')]), { code: 'queue-refused' });
});

function writerOf(t: TestContext, connection: KafkaConnection) {
  const writer = recordWriter({ connection, log: silentLog });
  t.after(() => writer.close());
  return writer;
}

const guests = { resourceName: 'guest.', resourcePatternType: ResourcePatternTypes.PREFIXED } as const;

async function allow(
  user: string,
  resourceType: 2 | 3,
  operations: readonly (3 | 4 | 8)[],
  where: { readonly resourceName: string; readonly resourcePatternType: 3 | 4 } = guests,
): Promise<void> {
  const admin = new Admin({ clientId: 'tests', bootstrapBrokers: [...kafka.brokers()] });
  const rule = {
    resourceType,
    ...where,
    principal: `User:${user}`,
    host: '*',
    permissionType: AclPermissionTypes.ALLOW,
  };
  await admin.createAcls({ creations: operations.map((operation) => ({ ...rule, operation })) });
  await admin.close();
}
