// vedette check --settings on real servers: what is wrong with each is found before the program starts on it.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { test } from 'node:test';
import {
  CreateBucketCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
} from '@aws-sdk/client-s3';
import { createClient } from 'redis';
import { z } from 'zod';
import { dynamoAddress } from '../src/adapters/dynamodb/address.ts';
import { openDynamoTable } from '../src/adapters/dynamodb/connection.ts';
import { prepareTable } from '../src/adapters/dynamodb/table.ts';
import { secret } from '../src/core/secret.ts';
import { cephIsMissing, startCeph } from './servers/ceph.ts';
import { dynamoIsMissing, startDynamo } from './servers/dynamodb.ts';
import { startKmsFront } from './servers/kms-front.ts';
import { motoCredentials, motoIsMissing, startMoto } from './servers/moto.ts';
import { startVault, vaultIsMissing } from './servers/vault.ts';
import { freePort } from './servers/free-port.ts';
import { startKafka } from './servers/kafka.ts';
import { kafkaIsMissing } from './servers/kafka-jars.ts';
import { postgresIsMissing, startPostgres } from './servers/postgres.ts';
import { redisIsMissing, startRedis } from './servers/redis.ts';
import { eventually, runVedette, setUp, startVedette, temporaryFolder } from './servers/vedette.ts';
import { clusterIsMissing, startCluster } from './servers/cluster.ts';

const Answer = z.object({
  findings: z.array(z.object({ of: z.string(), verdict: z.string(), sentence: z.string() })),
});

/** What is found of one part of these settings: verdicts, and all that is not right as one text. */
async function found(of: string, environment: Record<string, string>, ...words: string[]) {
  await using folder = await temporaryFolder();
  const { stdout } = await runVedette(['check', '--settings', '--json', ...words], {
    VEDETTE_DATA: folder.path,
    ...environment,
  });
  const findings = Answer.parse(JSON.parse(stdout)).findings.filter((finding) => finding.of === of);
  assert.ok(findings.length > 0, stdout);
  const text = (verdict: string) =>
    findings.flatMap((each) => (each.verdict === verdict ? each.sentence : [])).join('\n');
  return { wrong: text('wrong'), risky: text('risky'), right: text('right') };
}

test('an installation that runs is right in everything, is not disturbed, and nothing is left in it', {
  skip: clusterIsMissing,
  timeout: 600_000,
}, async () => {
  await using cluster = await startCluster();
  await using folder = await temporaryFolder();
  const data = { VEDETTE_DATA: folder.path };
  const before = await runVedette(['check', '--settings'], { ...data, ...cluster.environment });
  assert.equal(before.code, 0, before.stdout);
  assert.match(before.stdout, /empty, and this user may make its tables/);
  await using vedette = await startVedette(folder.path, cluster.environment);
  await allUp(vedette.url);
  const beside = await runVedette(['check', '--settings'], { ...data, ...cluster.environment });
  assert.equal(beside.code, 0, beside.stdout);
  assert.match(beside.stdout, /tables are there, up to date/);
  assert.match(beside.stdout, /unwrapped/);
  await allUp(vedette.url);
  assert.doesNotMatch(vedette.output(), /"level":50/);
  const { url = '' } = cluster.redis;
  const redis = await createClient({ url }).connect();
  assert.deepEqual(
    (await redis.keys('*')).filter((key) => key.includes('check')),
    [],
  );
  redis.destroy();
  await setUp(vedette, null);
  assert.equal(await vedette.stop(), 0);

  const store = fileURLToPath(cluster.environment.VEDETTE_BLOBS_URL ?? '');
  await rename(store, `${store}-elsewhere`);
  await assert.rejects(startVedette(folder.path, cluster.environment), /not mounted/);
  assert.equal(existsSync(store), false, 'what was recorded from now on would be where nobody looks');
});

test('a folder of footage that is not mounted is wrong where an installation is known, and is not made', {
  skip: postgresIsMissing,
  timeout: 400_000,
}, async () => {
  await using server = await startPostgres();
  await using folder = await temporaryFolder();
  const { name, url } = await server.createDatabase();
  await server.administer('create table organizations (id text); insert into organizations values (1)', name);
  const store = join(folder.path, 'footage');
  const environment = { VEDETTE_RECORDS_URL: url, VEDETTE_BLOBS_URL: pathToFileURL(store).href };
  assert.match((await found('blobs', environment)).wrong, /no footage.*not mounted/);
  assert.equal(existsSync(store), false);
  await mkdir(store);
  assert.match((await found('blobs', environment)).wrong, /no footage.*not mounted/);
  await mkdir(join(store, 'objects'));
  const mounted = await found('blobs', environment);
  assert.equal(mounted.wrong, '');
  assert.match(mounted.right, /stored, read in part and deleted/);
  const rows = Array.from({ length: 4 }, (_, index) => `('footage/${index}', ${index})`).join(', ');
  await server.administer(
    `create table recordings (blob_key text, end_at bigint); insert into recordings values ${rows}`,
    name,
  );
  assert.match(
    (await found('blobs', environment)).risky,
    /none of the 4 newest: is it the right bucket or folder/,
  );
  await mkdir(join(store, 'objects', 'footage'));
  await writeFile(join(store, 'objects', 'footage', '2'), '');
  assert.equal((await found('blobs', environment)).risky, '');
});

/** Waits until a process finds every service up: on a machine with much to do one may be late for a while. */
async function allUp(url: string): Promise<void> {
  await eventually('every service is up', 120_000, async () => {
    const answer = await fetch(new URL('/readyz', url));
    return answer.ok && !/"down"/.test(await answer.text()) ? true : null;
  });
}

test('PostgreSQL: password, rights, database and room for connections', {
  skip: postgresIsMissing,
  timeout: 400_000,
}, async () => {
  await using server = await startPostgres();
  const { name, url } = await server.createDatabase();
  const at = (address: string) => ({ VEDETTE_RECORDS_URL: address });
  const good = await found('records', at(url));
  assert.equal(good.wrong, '');
  assert.match(good.right, /PostgreSQL 15/);

  await server.administer(
    `create role reader login password 'hunter22'; revoke create on schema public from public`,
    name,
  );
  const reader = url.replace('vedette@', 'reader:hunter22@');
  assert.match((await found('records', at(reader))).wrong, /may not make tables and partitions/);
  assert.match((await found('records', at(url.replace(name, 'nothing')))).wrong, /not there/);
  assert.match((await found('records', at(`${url}?pool=40`), '--processes', '3')).wrong, /max_connections/);
  assert.equal((await found('records', at(`${url}?pool=20`), '--processes', '2')).wrong, '');

  const dead = await freePort();
  const down = await found('records', at(`postgres://vedette:hunter22@localhost:${dead}/x`));
  assert.match(down.wrong, /does not answer.*Check that PostgreSQL runs/);
  assert.doesNotMatch(JSON.stringify(down), /hunter22/);
  server.hang();
  assert.match((await found('records', at(url))).wrong, /does not answer/);
});

test('PostgreSQL: a password that is wrong, and tables of somebody else', {
  skip: postgresIsMissing,
  timeout: 400_000,
}, async () => {
  await using server = await startPostgres({ tls: true });
  const { name, url } = await server.createDatabase();
  const secure = `${url}?sslmode=verify-full&sslrootcert=${server.authority}`;
  assert.match((await found('records', { VEDETTE_RECORDS_URL: secure })).right, /encrypted/);
  const plain = await found('records', { VEDETTE_RECORDS_URL: `${url}?sslmode=disable` });
  assert.match(plain.wrong, /lets nobody in/);
  await server.administer(
    'create table recordings (id int); create table schema_version (id int, version int); create role other login superuser; create role guest login; grant all on schema public to guest',
    name,
  );
  const guest = secure.replace('vedette@', 'guest@');
  assert.match((await found('records', { VEDETTE_RECORDS_URL: guest })).wrong, /belong to another user/);
});

test('Redis: password, policy, rights, and a server that is not there', {
  skip: redisIsMissing,
  timeout: 400_000,
}, async () => {
  await using server = await startRedis({ password: 'correct-horse' });
  const admin = await createClient({ url: server.url }).connect();
  await admin.sendCommand(['ACL', 'SETUSER', 'guest', 'on', '>battery-staple', '~*', '&*', '+@all', '-eval']);
  admin.destroy();
  const at = (address: string) => ({ VEDETTE_CACHE_URL: address });
  const good = await found('cache', at(server.url));
  assert.equal(good.wrong, '');
  assert.match(good.right, /noeviction/);
  const bad = await found('cache', at(server.url.replace('correct-horse', 'hunter22')));
  assert.match(bad.wrong, /refuses/);
  assert.doesNotMatch(JSON.stringify(bad), /hunter22/);
  const guest = await found('cache', at(server.url.replace('default:correct-horse', 'guest:battery-staple')));
  assert.match(guest.wrong, /NOPERM/);
  assert.doesNotMatch(good.risky, /never asked/);
  await server.kill();
  assert.match((await found('cache', at(server.url))).wrong, /does not answer/);

  await using open = await startRedis();
  const { host } = new URL(open.url);
  const anybody = await found('cache', at(`redis://default:hunter2@${host}`));
  assert.equal(anybody.wrong, '');
  assert.match(anybody.risky, /^Redis never asked for the password in its address/m);
  assert.doesNotMatch((await found('cache', at(`redis://${host}`))).risky, /never asked/);

  await using forgetful = await startRedis({ arguments: ['--maxmemory-policy', 'allkeys-lru'] });
  assert.match((await found('cache', at(forgetful.url))).wrong, /allkeys-lru.*noeviction/);
});

test('Kafka: password, rights, replicas, and a server that is not there', {
  skip: kafkaIsMissing,
  timeout: 600_000,
}, async () => {
  const users = [
    { name: 'vedette', password: 'correct-horse', mayAll: true },
    { name: 'guest', password: 'battery-staple' },
  ];
  await using kafka = await startKafka({ tls: true, users });
  await using folder = await temporaryFolder();
  const authority = join(folder.path, 'ca.pem');
  await writeFile(authority, kafka.pem.authority);
  const at = (user: string, password: string, more = '') => ({
    VEDETTE_QUEUE_URL: `kafkas://${user}:${password}@${kafka.brokers('scram').join(',')}/check?ca=${authority}${more}`,
  });
  const good = await found('queue', at('vedette', 'correct-horse'));
  assert.equal(good.wrong, '', JSON.stringify(good));
  assert.match(good.right, /may make, write and read topics/);
  assert.match(good.risky, /1 replica/);
  assert.match((await found('queue', at('vedette', 'hunter22'))).wrong, /refuses the user name or password/);
  assert.match((await found('queue', at('guest', 'battery-staple'))).wrong, /does not allow this user/);
  assert.match(
    (await found('queue', at('vedette', 'correct-horse', '&replicas=3'))).wrong,
    /too few brokers/,
  );
  await kafka.nodes[0]?.kill();
  assert.match((await found('queue', at('vedette', 'correct-horse'))).wrong, /does not answer/);
});

test('an address of another kind of server, or with TLS where there is none, is told as that', {
  skip: clusterIsMissing,
  timeout: 600_000,
}, async () => {
  await using servers = new AsyncDisposableStack();
  const redis = servers.use(await startRedis());
  const postgres = servers.use(await startPostgres());
  const kafka = servers.use(await startKafka());
  const { host } = new URL(redis.url);
  const [broker = ''] = kafka.brokers('plain');
  const cache = async (address: string) => (await found('cache', { VEDETTE_CACHE_URL: address })).wrong;
  assert.match(await cache(`redis://${host}?cluster=true`), /is no cluster/);
  assert.match(await cache(`rediss://${host}`), /does not speak TLS/);
  assert.match(await cache(`redis://${broker}`), /ended at once. Check that this is the port of Redis/);
  assert.match(await cache(`redis://127.0.0.1:${await freePort()}`), /nothing listens/);
  const queue = async (address: string) => (await found('queue', { VEDETTE_QUEUE_URL: address })).wrong;
  assert.match(await queue(`kafka://${host}`), /may not be a Kafka/);
  assert.match(await queue(`kafkas://${broker}`), /no connection with TLS/);
  assert.match(await queue(`kafkas://127.0.0.1:${await freePort()}`), /nothing listens/);
  const { url } = await postgres.createDatabase();
  const elsewhere = async (at: string) =>
    (await found('records', { VEDETTE_RECORDS_URL: `postgres://vedette@${at}/vedette` })).wrong;
  assert.match(await elsewhere(host), /does not answer.*Is this its port\?/);
  assert.match(await elsewhere(broker), /does not answer.*Is this its port\?/);
  const mail = await found('mail', { VEDETTE_SMTP_URL: `smtp://${host}` });
  assert.match(mail.wrong, /does not greet as a mail server/);
  const records = await found('records', { VEDETTE_RECORDS_URL: `${url}?sslmode=require` });
  assert.match(records.wrong, /does not speak TLS.*sslmode=disable in its address\.$/);
});

test('DynamoDB: rights, a table that is missing, and a server that is not there', {
  skip: dynamoIsMissing,
  timeout: 400_000,
}, async () => {
  await using server = await startDynamo();
  const at = (address: string) => ({ VEDETTE_CACHE_URL: address });
  assert.match((await found('cache', at(server.address('cache')))).wrong, /table is missing. Make it/);
  const made = await found('cache', at(server.address('cache', '&create=true')));
  assert.equal(made.wrong, '');
  assert.match(made.right, /no table yet; the first start makes it/);
  const table = await openDynamoTable(dynamoAddress(secret(server.address('cache'))));
  await prepareTable(table);
  await table.close();
  const good = await found('cache', at(server.address('cache')));
  assert.equal(good.wrong, '', JSON.stringify(good));
  assert.match(good.right, /may read, write and delete/);
  server.forbid('PutItem');
  assert.match((await found('cache', at(server.address('cache')))).wrong, /does not allow dynamodb:PutItem/);
  server.forbid(null);
  const dead = `dynamodb://a:b@cache?region=eu-central-1&endpoint=http://127.0.0.1:${await freePort()}`;
  assert.match((await found('cache', at(dead))).wrong, /(Nothing|does not) answer.*Check the endpoint/);
});

test('Vault: before the first start, with rights that are missing, and with keys that are lost', {
  skip: vaultIsMissing || postgresIsMissing,
  timeout: 400_000,
}, async () => {
  await using vault = await startVault();
  await using server = await startPostgres();
  await using folder = await temporaryFolder();
  const { name, url } = await server.createDatabase();
  const rules = (more: Record<string, readonly string[]>) => {
    const all: Record<string, readonly string[]> = {
      'transit/encrypt/vedette-epoch-*': ['update'],
      'transit/decrypt/vedette-epoch-*': ['update'],
      'transit/sign/vedette-signing': ['update'],
      'transit/keys/vedette-*': ['create', 'read', 'update'],
      ...more,
    };
    const path = Object.fromEntries(Object.entries(all).map(([at, capabilities]) => [at, { capabilities }]));
    return vault.call('POST', 'sys/policies/acl/vedette', { policy: JSON.stringify({ path }) });
  };
  await rules({});
  const file = join(folder.path, 'token');
  await writeFile(file, await vault.token(['vedette']));
  const keys = `vault://${new URL(vault.origin).host}/transit/vedette?token-file=${file}`;
  const environment = { VEDETTE_KEYS_URL: keys, VEDETTE_RECORDS_URL: url };
  const before = await found('keys', environment);
  assert.equal(before.wrong, '', JSON.stringify(before));
  assert.match(before.right, /no keys yet; the first start makes them/);
  await rules({ 'transit/decrypt/vedette-epoch-*': [] });
  assert.match((await found('keys', environment)).wrong, /unwrap keys .* Add to its policy: path/);
  await rules({});
  await server.administer('create table organizations (id text); insert into organizations values (1)', name);
  assert.match((await found('keys', environment)).wrong, /no key vedette-epochs in transit/);
  await writeFile(file, 'hvs.hunter22');
  const ended = await found('keys', environment);
  assert.match(ended.wrong, /does not know the token/);
  assert.doesNotMatch(JSON.stringify(ended), /hunter22/);
});

test('AWS KMS: before the first start, and with credentials that are missing', {
  skip: motoIsMissing,
  timeout: 400_000,
}, async () => {
  await using moto = await startMoto();
  await using front = await startKmsFront(moto.url);
  const environment = {
    VEDETTE_KEYS_URL: `awskms://alias/vedette?region=eu-central-1&endpoint=${front.url}`,
    AWS_ACCESS_KEY_ID: motoCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: motoCredentials.secretAccessKey,
  };
  const before = await found('keys', environment);
  assert.equal(before.wrong, '', JSON.stringify(before));
  assert.match(before.right, /no keys yet; the first start makes them/);
  assert.equal(front.asked.get('CreateKey') ?? 0, 0);
  front.refuse('DescribeKey', 'AccessDeniedException', 9);
  assert.match((await found('keys', environment)).wrong, /does not allow kms:DescribeKey/);
  const nobody = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_EC2_METADATA_DISABLED: 'true' };
  const alone = await found('keys', { ...environment, ...nobody, HOME: '/nonexistent' });
  assert.match(alone.wrong, /credentials for AWS are missing/);
});

test('S3: rules that delete too early, and nothing of a check is left in the bucket', {
  skip: cephIsMissing,
  timeout: 400_000,
}, async () => {
  await using ceph = await startCeph();
  const client = ceph.client();
  const Bucket = 'footage';
  await client.send(new CreateBucketCommand({ Bucket }));
  const ruled = (days: number) =>
    client.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket,
        LifecycleConfiguration: {
          Rules: [
            { ID: 'theirs', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: days } },
            {
              ...{ ID: 'leftovers', Status: 'Enabled', Filter: { Prefix: '' } },
              AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
              NoncurrentVersionExpiration: { NoncurrentDays: 1 },
            },
          ],
        },
      }),
    );
  const at = (address: string) => ({ VEDETTE_BLOBS_URL: address });
  const address = ceph.address(`${Bucket}/shop`);
  const none = await found('blobs', at(address));
  assert.equal(none.wrong, '', JSON.stringify(none));
  assert.match(none.risky, /no rule for what a crash leaves over. Give the bucket a lifecycle rule/);
  await ruled(7);
  const early = await found('blobs', { ...at(address), VEDETTE_RETENTION_INCIDENT_DAYS: '30' });
  assert.match(early.wrong, /"theirs" deletes objects after 7 days, and some are to be kept for 30 days/);
  assert.match(early.right, /clears away what a crash leaves over/);
  await ruled(90);
  const late = await found('blobs', { ...at(address), VEDETTE_RETENTION_INCIDENT_DAYS: '30' });
  assert.equal(late.wrong, '');
  assert.match(late.risky, /after 90 days, also what is on hold/);
  const stranger = { ...ceph.owner, secretAccessKey: 'hunter22' };
  const bad = await found('blobs', at(ceph.address(Bucket, {}, stranger)));
  assert.match(bad.wrong, /refuses the credentials/);
  assert.doesNotMatch(JSON.stringify(bad), /hunter22/);
  const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
  assert.deepEqual([Versions, DeleteMarkers, Uploads], [[], [], []]);
  client.destroy();
  await ceph.kill();
  assert.match(
    (await found('blobs', at(address))).wrong,
    /Nothing answers where the store of the footage should/,
  );
});

test('a key file that is not there, and a folder that nobody may write', async () => {
  await using folder = await temporaryFolder();
  const address = (path: string) => pathToFileURL(join(folder.path, path)).href;
  const keys = await found('keys', { VEDETTE_KEYS_URL: address('nowhere/keys.json') });
  assert.match(keys.wrong, /no key file/);
  const blobs = await found('blobs', { VEDETTE_BLOBS_URL: 'file:///proc/vedette' });
  assert.notEqual(blobs.wrong, '');
});
