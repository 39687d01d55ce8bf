// The program with its keys in Vault and in AWS KMS: what was recorded is played, by another process, after an outage.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { paths } from '../src/http/contract/paths.ts';
import { clusterIsMissing, startCluster } from './servers/cluster.ts';
import { startKmsFront } from './servers/kms-front.ts';
import { motoCredentials, motoIsMissing, startMoto } from './servers/moto.ts';
import { startVault, vaultIsMissing } from './servers/vault.ts';
import { type Client, eventually, setUp, signIn, temporaryFolder } from './servers/vedette.ts';

const timeout = 300_000;

test('keys in Vault: recorded by one process, played by another, also after Vault was sealed', {
  skip: clusterIsMissing || vaultIsMissing,
  timeout,
}, async () => {
  await using vault = await startVault();
  await using folder = await temporaryFolder();
  const tokenFile = join(folder.path, 'token');
  await writeFile(tokenFile, vault.rootToken);
  const { host } = new URL(vault.origin);
  const played = await recordAndPlay({
    VEDETTE_KEYS_URL: `vault://${host}/transit/vedette?token-file=${tokenFile}`,
  });
  await using cluster = played.cluster;
  await vault.seal();
  const sealed = await played.client.fetch(played.keyPath);
  assert.equal(sealed.status, 503);
  const said = await sealed.text();
  assert.match(said, /key-unavailable/);
  // Whoever watches is not told how the keys are kept; who operates it is.
  assert.doesNotMatch(said, /Vault/);
  await eventually('the log says why', 15_000, async () =>
    /Vault is sealed/.test(played.player.output()) ? true : null,
  );
  await vault.unseal();
  const open = await eventually('the key is given out again', 15_000, async () => {
    const answer = await played.client.fetch(played.keyPath);
    return answer.ok ? answer : null;
  });
  assert.equal((await open.bytes()).length, 16);
  assert.ok(cluster.environment);
});

test('keys in AWS KMS: recorded by one process, played by another', {
  skip: clusterIsMissing || motoIsMissing,
  timeout,
}, async () => {
  await using moto = await startMoto();
  await using front = await startKmsFront(moto.url);
  const played = await recordAndPlay({
    VEDETTE_KEYS_URL: `awskms://alias/vedette?region=eu-central-1&endpoint=${front.url}`,
    AWS_ACCESS_KEY_ID: motoCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: motoCredentials.secretAccessKey,
  });
  await using cluster = played.cluster;
  assert.ok((front.asked.get('Decrypt') ?? 0) > 0);
  assert.ok(cluster.environment);
});

/** Records the demo's camera, stops the recorder, and plays what it left by a process that was started afterwards. */
async function recordAndPlay(environment: Record<string, string>) {
  await using opening = new AsyncDisposableStack();
  const cluster = opening.use(await startCluster());
  const first = await cluster.start('http', environment);
  const recorder = await cluster.start('record', environment);
  const admin = await setUp(first, { name: 'Yard', source: { kind: 'demo' } });
  const camera = await eventually('the camera is recorded', 90_000, async () => {
    const { body } = await admin.call<{ id: string; status: { state: string } }[]>('GET', paths.cameras);
    return body.find(({ status }) => status.state === 'recording') ?? null;
  });
  const keyPath = await eventually('what is recorded is played live', 60_000, () =>
    keyIn(admin, paths.live(camera.id)),
  );
  assert.equal((await (await admin.fetch(keyPath)).bytes()).length, 16);
  assert.equal(await recorder.stop(), 0, recorder.output());
  assert.equal(await first.stop(), 0, first.output());

  const second = await cluster.start('http', environment);
  const client = await signIn(second.url);
  assert.equal((await (await client.fetch(keyPath)).bytes()).length, 16);
  opening.move();
  return { cluster, client, keyPath, player: second };
}

/** Where the key of the first fragment is had; null while there is none. */
async function keyIn(client: Client, path: string): Promise<string | null> {
  const text = await (await client.fetch(path)).text();
  return /#EXT-X-KEY:METHOD=AES-128,URI="([^"]+)"/.exec(text)?.[1] ?? null;
}
