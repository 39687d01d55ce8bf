// vedette check --settings on real servers: what is wrong with each is found before the program starts on it.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'node:test';
import { createClient } from 'redis';
import { z } from 'zod';
import { freePort } from './servers/free-port.ts';
import { startKafka } from './servers/kafka.ts';
import { kafkaIsMissing } from './servers/kafka-jars.ts';
import { postgresIsMissing, startPostgres } from './servers/postgres.ts';
import { redisIsMissing, startRedis } from './servers/redis.ts';
import { runVedette, startVedette, temporaryFolder } from './servers/vedette.ts';
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

test('an installation that runs is right in everything, and is not disturbed', {
  skip: clusterIsMissing,
  timeout: 300_000,
}, async () => {
  await using cluster = await startCluster();
  await using folder = await temporaryFolder();
  const data = { VEDETTE_DATA: folder.path };
  const before = await runVedette(['check', '--settings'], { ...data, ...cluster.environment });
  assert.equal(before.code, 0, before.stdout);
  assert.match(before.stdout, /empty, and this user may make its tables/);
  await using vedette = await startVedette(folder.path, cluster.environment);
  const beside = await runVedette(['check', '--settings'], { ...data, ...cluster.environment });
  assert.equal(beside.code, 0, beside.stdout);
  assert.match(beside.stdout, /tables are there, up to date/);
  assert.match(beside.stdout, /unwrapped/);
  assert.doesNotMatch(vedette.output(), /"level":(40|50)/);
  assert.equal(await vedette.stop(), 0);
});

test('PostgreSQL: password, rights, database and room for connections', {
  skip: postgresIsMissing,
  timeout: 120_000,
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
  timeout: 120_000,
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
  timeout: 120_000,
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
  await server.kill();
  assert.match((await found('cache', at(server.url))).wrong, /does not answer/);

  await using forgetful = await startRedis({ arguments: ['--maxmemory-policy', 'allkeys-lru'] });
  assert.match((await found('cache', at(forgetful.url))).wrong, /allkeys-lru.*noeviction/);
});

test('Kafka: password, rights, replicas, and a server that is not there', {
  skip: kafkaIsMissing,
  timeout: 300_000,
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

test('a key file that is not there, and a folder that nobody may write', async () => {
  await using folder = await temporaryFolder();
  const address = (path: string) => pathToFileURL(join(folder.path, path)).href;
  const keys = await found('keys', { VEDETTE_KEYS_URL: address('nowhere/keys.json') });
  assert.match(keys.wrong, /no key file/);
  const blobs = await found('blobs', { VEDETTE_BLOBS_URL: 'file:///proc/vedette' });
  assert.notEqual(blobs.wrong, '');
});
