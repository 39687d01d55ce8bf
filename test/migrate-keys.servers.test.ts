// vedette migrate to another keeper of keys: everything is wrapped anew, opens there, and what was damaged there is found.

import assert from 'node:assert/strict';
import type { Dirent } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { clusterIsMissing, startCluster } from './servers/cluster.ts';
import { startKmsFront } from './servers/kms-front.ts';
import { motoCredentials, motoIsMissing, startMoto } from './servers/moto.ts';
import { goesOn, live, migrated } from './servers/moving.ts';
import { startVault, vaultIsMissing } from './servers/vault.ts';
import { eventually, runVedette, setUp, signIn, startVedette, temporaryFolder } from './servers/vedette.ts';

const timeout = 600_000;

test('to Vault: footage plays and devices are known under its keys, and damage there is found by a thorough look', {
  skip: clusterIsMissing || vaultIsMissing,
  timeout,
}, async () => {
  await using vault = await startVault();
  await using cluster = await startCluster();
  await using old = await temporaryFolder();
  await using other = await temporaryFolder();
  await using embedded = await startVedette(old.path);
  const lived = await live(await setUp(embedded, { name: 'Yard', source: { kind: 'demo' } }));
  await eventually('a recording is stored', 180_000, async () =>
    (await objectsIn(join(old.path, 'blobs'))).length > 0 ? true : null,
  );
  const tokenFile = join(other.path, 'vault-token');
  await writeFile(tokenFile, vault.rootToken);
  const { VEDETTE_RECORDS_URL: records = '', VEDETTE_BLOBS_URL: blobs = '' } = cluster.environment;
  const environment = {
    ...cluster.environment,
    VEDETTE_KEYS_URL: `vault://${new URL(vault.origin).host}/transit/vedette?token-file=${tokenFile}`,
  };
  const first = await migrated(old.path, { environment });
  assert.equal(first.code, 0, first.text);
  assert.match(first.report.notes.join(), /wrapped by the keeper/);
  assert.equal(await embedded.stop(), 0, embedded.output());

  // The secret of the device gets the wrapping of the camera's recording, and an object another last byte.
  const database = new URL(records).pathname.slice(1);
  await cluster.postgres.administer(
    `update devices set signing_secret = split_part(signing_secret, '.', 1) || '.' ||
       (select key_ciphertext from recordings limit 1) || '.' || split_part(signing_secret, '.', 3)`,
    database,
  );
  const name = await flipLastByte(fileURLToPath(blobs));
  const thorough = await migrated(old.path, { environment }, '--thorough');
  assert.equal(thorough.code, 1, thorough.text);
  assert.match(
    thorough.report.notes.join('\n'),
    new RegExp(`devices ${lived.deviceId}: .*was damaged in the target`),
  );
  assert.match(
    thorough.report.objects.differing.join('\n'),
    new RegExp(`${name}: the target gives back other bytes`),
  );

  const last = await migrated(old.path, { environment }, '--thorough');
  assert.equal(last.code, 0, last.text);
  assert.equal(last.report.objects.copied, 1, 'what was taken back is copied again');
  assert.doesNotMatch(last.report.notes.join(), /was damaged in the target/);
  const { VEDETTE_KEYS_URL: keys } = environment;
  await using http = await cluster.start('http,deliver,tend,record', { VEDETTE_KEYS_URL: keys });
  await goesOn(await signIn(http.url), lived);
  assert.equal(await http.stop(), 0, http.output());
  const check = await runVedette(['check'], { ...environment, VEDETTE_DATA: other.path });
  assert.equal(check.code, 0, check.stdout + check.stderr);
});

test('to AWS KMS: footage plays and devices are known under its keys', {
  skip: clusterIsMissing || motoIsMissing,
  timeout,
}, async () => {
  await using moto = await startMoto();
  await using front = await startKmsFront(moto.url);
  await using cluster = await startCluster();
  await using old = await temporaryFolder();
  await using embedded = await startVedette(old.path);
  const lived = await live(await setUp(embedded, { name: 'Yard', source: { kind: 'demo' } }));
  assert.equal(await embedded.stop(), 0, embedded.output());
  const inKms = {
    VEDETTE_KEYS_URL: `awskms://alias/vedette?region=eu-central-1&endpoint=${front.url}`,
    AWS_ACCESS_KEY_ID: motoCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: motoCredentials.secretAccessKey,
  };
  const moved = await migrated(old.path, { environment: { ...cluster.environment, ...inKms } });
  assert.equal(moved.code, 0, moved.text);
  assert.equal(moved.report.pass, 'last');
  await using http = await cluster.start('http,deliver,tend,record', inKms);
  await goesOn(await signIn(http.url), lived);
  assert.equal(await http.stop(), 0, http.output());
});

async function objectsIn(folder: string): Promise<readonly Dirent[]> {
  const all = await readdir(join(folder, 'objects'), { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  return all.filter((each) => each.isFile());
}

/** Damages an object of the store in this folder; resolves with the end of its key. */
async function flipLastByte(folder: string): Promise<string> {
  const [victim = assert.fail('nothing was copied')] = await objectsIn(folder);
  const path = join(victim.parentPath, victim.name);
  const bytes = await readFile(path);
  bytes.writeUInt8((bytes.at(-1) ?? 0) ^ 1, bytes.length - 1);
  await writeFile(path, bytes);
  return victim.name;
}
