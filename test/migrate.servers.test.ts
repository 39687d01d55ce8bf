// vedette migrate: an embedded installation moves up to PostgreSQL and its siblings, and goes on there.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'node:test';
import { clusterIsMissing, startCluster } from './servers/cluster.ts';
import { goesOn, live, migrated } from './servers/moving.ts';
import { postgresIsMissing, startPostgres } from './servers/postgres.ts';
import { program, runVedette, setUp, signIn, startVedette, temporaryFolder } from './servers/vedette.ts';

const timeout = 400_000;

test('an installation moves up beside its server, then without it, and people, footage and secrets go on', {
  skip: clusterIsMissing,
  timeout,
}, async () => {
  await using cluster = await startCluster();
  await using old = await temporaryFolder();
  await using embedded = await startVedette(old.path);
  const lived = await live(await setUp(embedded, { name: 'Yard', source: { kind: 'demo' } }));

  const first = await migrated(old.path, cluster);
  assert.equal(first.report.pass, 'first');
  assert.equal(first.code, 0, first.text);
  const early = await cluster.start('http').catch((error: unknown) => String(error));
  assert.match(String(early), /not all of it has come.*data-in-use/s);
  assert.equal(await embedded.stop(), 0, embedded.output());

  const last = await migrated(old.path, cluster);
  assert.equal(last.report.pass, 'last');
  assert.equal(last.code, 0, last.text);
  assert.ok(
    last.report.objects.objects > 0 &&
      last.report.tables.some(({ table, target }) => table === 'recordings' && target.rows > 0),
  );
  const again = await runVedette(['migrate', '--from', old.path], { ...cluster.environment });
  assert.match(again.stderr, /moved there before, whole/);
  assert.equal(again.code, 1);

  const http = await cluster.start('http,deliver,tend,record');
  const client = await signIn(http.url);
  await goesOn(client, lived);
  assert.equal(await http.stop(), 0, http.output());
});

test('killed in the middle it goes on, a changed byte is found, and a target of others is refused', {
  skip: postgresIsMissing,
  timeout,
}, async () => {
  await using postgres = await startPostgres();
  await using old = await temporaryFolder();
  await using place = await temporaryFolder();
  await using embedded = await startVedette(old.path);
  await live(await setUp(embedded, { name: 'Yard', source: { kind: 'demo' } }));
  assert.equal(await embedded.stop(), 0, embedded.output());
  const environment = {
    VEDETTE_RECORDS_URL: (await postgres.createDatabase()).url,
    // Not asked of anything: what waits goes through the outbox.
    VEDETTE_QUEUE_URL: 'kafka://127.0.0.1:9/vedette',
    VEDETTE_CACHE_URL: 'redis://127.0.0.1:9',
    VEDETTE_BLOBS_URL: pathToFileURL(join(place.path, 'blobs')).href,
    VEDETTE_KEYS_URL: pathToFileURL(join(place.path, 'keys.json')).href,
  };

  const killed = spawn(process.execPath, [program, 'migrate', '--from', old.path], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  });
  await once(killed.stdout, 'data');
  killed.kill('SIGKILL');
  await once(killed, 'exit');

  // The first object that lies in the source has another byte than its row says.
  const objects = join(old.path, 'blobs', 'objects');
  const names = (await readdir(objects, { recursive: true, withFileTypes: true })).filter((each) =>
    each.isFile(),
  );
  const victim = names.at(-1) ?? assert.fail('nothing was recorded');
  const path = join(victim.parentPath, victim.name);
  const bytes = await readFile(path);
  bytes.writeUInt8((bytes.at(-1) ?? 0) ^ 1, bytes.length - 1);
  await writeFile(path, bytes);
  const damaged = await migrated(old.path, { environment });
  assert.equal(damaged.code, 1);
  assert.equal(damaged.report.pass, 'last');
  assert.match(
    [...damaged.report.objects.damaged, ...damaged.report.objects.differing].join(),
    new RegExp(victim.name),
  );

  const others = await postgres.createDatabase();
  await postgres.administer('create table nothing (id int)', others.name);
  await using stranger = await temporaryFolder();
  await using another = await startVedette(stranger.path);
  await setUp(another, null);
  const refused = await runVedette(['migrate', '--from', stranger.path], environment);
  assert.match(refused.stderr, /Another installation was moved/);
  assert.equal(refused.code, 1);
});
