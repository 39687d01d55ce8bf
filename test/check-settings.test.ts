// vedette check --settings, as an operator calls it, with nothing but what is installed with the program.

import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { createServer as createWebServer } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { type TestContext, test } from 'node:test';
import { z } from 'zod';
import { freePort } from './servers/free-port.ts';
import { mailServer } from './servers/mail.ts';
import { mosquittoIsMissing, startMosquitto } from './servers/mosquitto.ts';
import { runVedette, startVedette, temporaryFolder } from './servers/vedette.ts';

const Answer = z.object({
  ok: z.boolean(),
  findings: z.array(
    z.object({ of: z.string(), setting: z.string(), verdict: z.string(), sentence: z.string() }),
  ),
});

async function checked(environment: Record<string, string>, ...words: string[]) {
  const { code, stdout, stderr } = await runVedette(['check', '--settings', '--json', ...words], environment);
  assert.equal(stderr, '');
  const answer = Answer.parse(JSON.parse(stdout));
  assert.equal(code, answer.ok ? 0 : 1);
  const of = (name: string) => answer.findings.filter((finding) => finding.of === name);
  return { ...answer, of };
}

test('a fresh folder is right, and stays as it was', async () => {
  await using folder = await temporaryFolder();
  const { ok, findings } = await checked({ VEDETTE_DATA: folder.path });
  assert.equal(ok, true, JSON.stringify(findings));
  assert.deepEqual(await readdir(folder.path), []);
});

test('a data folder and a folder of footage that are not there are told, and not made', async () => {
  await using folder = await temporaryFolder();
  const below = (name: string) => join(folder.path, name);
  const address = pathToFileURL(below('mount/footage')).href;
  const { of } = await checked({ VEDETTE_DATA: below('data/deep'), VEDETTE_BLOBS_URL: address });
  assert.equal(of('data folder')[0]?.verdict, 'right');
  assert.deepEqual(
    of('blobs').map(({ verdict }) => verdict),
    ['risky'],
  );
  assert.match(of('blobs')[0]?.sentence ?? '', /is not there.*mount first/);
  assert.deepEqual(await readdir(folder.path), []);
  await mkdir(below('mount/footage'), { recursive: true });
  const empty = await checked({ VEDETTE_DATA: folder.path, VEDETTE_BLOBS_URL: address });
  assert.match(JSON.stringify(empty.of('blobs')), /stored, read in part and deleted.*first start begins/);
  assert.deepEqual(await readdir(below('mount/footage')), []);
});

test('it runs beside a server, and tries its keys', async () => {
  await using folder = await temporaryFolder();
  await using vedette = await startVedette(folder.path);
  const { ok, of } = await checked({ VEDETTE_DATA: folder.path });
  assert.equal(ok, true);
  const sentences = of('data folder').map(({ sentence }) => sentence);
  assert.ok(sentences.some((sentence) => sentence.includes('A Vedette runs on it')));
  assert.ok(sentences.some((sentence) => sentence.includes('unwrapped')));
  assert.equal(await vedette.stop(), 0);
});

test('each thing that is wrong is one line for a person, and the command fails', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'file');
  await writeFile(file, '');
  const port = await freePort();
  const { code, stdout, stderr } = await runVedette(['check', '--settings'], {
    VEDETTE_DATA: join(file, 'data'),
    VEDETTE_SMTP_URL: `smtp://post:hunter2@127.0.0.1:${port}`,
    VEDETTE_MQTT_URL: `mqtt://house:hunter2@127.0.0.1:${port}`,
    VEDETTE_CACHE_URL: `redis://:hunter2@127.0.0.1:${port}`,
  });
  assert.equal(code, 1);
  assert.equal(stderr, '');
  assert.doesNotMatch(stdout, /hunter2|\n\s+at |\r/);
  const wrong = stdout.split('\n').filter((line) => line.startsWith('WRONG'));
  assert.deepEqual(
    wrong.map((line) => /^WRONG {2}(.+?) {2}/.exec(line)?.[1]).toSorted(),
    ['cache', 'data folder', 'mail', 'mqtt', 'together'],
    stdout,
  );
  assert.match(stdout, /\n5 things are wrong\./);
});

test('settings that cannot be read are lines like others', async () => {
  const { ok, of } = await checked({ VEDETTE_PORT: 'eighty', VEDETTE_PROT: '80' });
  assert.equal(ok, false);
  assert.deepEqual(
    of('settings')
      .map(({ setting }) => setting)
      .toSorted(),
    ['VEDETTE_PORT', 'VEDETTE_PROT'],
  );
});

test('the mail server is asked whether it lets us in, and gets no mail', async (t) => {
  await using folder = await temporaryFolder();
  const mail = await mailServer(t, {
    onAuth: ({ username, password }, _session, done) =>
      username === 'post' && password === 'correct-horse'
        ? done(null, { user: username })
        : done(new Error('No such user')),
  });
  const url = (password: string) => `smtp://post:${password}@127.0.0.1:${mail.port}?ignoreTLS=true`;
  const good = await checked({ VEDETTE_DATA: folder.path, VEDETTE_SMTP_URL: url('correct-horse') });
  assert.deepEqual(
    good.of('mail').map(({ verdict }) => verdict),
    ['right', 'risky'],
    JSON.stringify(good.findings),
  );
  const bad = await checked({ VEDETTE_DATA: folder.path, VEDETTE_SMTP_URL: url('battery-staple') });
  assert.match(bad.of('mail')[0]?.sentence ?? '', /refuses the user name or password/);
  assert.deepEqual(mail.mails, []);
});

test('the broker has to say what it is told, below the prefix', { skip: mosquittoIsMissing }, async () => {
  await using folder = await temporaryFolder();
  await using broker = await startMosquitto({
    users: { house: 'correct-horse' },
    allowed: ['pattern readwrite vedette/#'],
  });
  const verdicts = async (password: string, prefix: string) => {
    const { of } = await checked({
      VEDETTE_DATA: folder.path,
      VEDETTE_MQTT_URL: `mqtt://house:${password}@127.0.0.1:${broker.port}`,
      VEDETTE_MQTT_PREFIX: prefix,
    });
    return of('mqtt').map(({ verdict }) => verdict);
  };
  assert.deepEqual(await verdicts('correct-horse', 'vedette'), ['right', 'right']);
  assert.deepEqual(await verdicts('correct-horse', 'elsewhere'), ['right', 'wrong']);
  assert.deepEqual(await verdicts('battery-staple', 'vedette'), ['wrong']);
});

/** A listener on this machine until the test is over. Resolves with its port. */
async function listening(
  t: TestContext,
  server: ReturnType<typeof createServer> | ReturnType<typeof createWebServer>,
): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Every engine, and the mail, at one port. */
async function allAt(port: number, folder: string) {
  const token = join(folder, 'token');
  await writeFile(token, 'hvs.hunter2');
  return {
    VEDETTE_DATA: join(folder, 'data'),
    VEDETTE_RECORDS_URL: `postgres://post:hunter2@127.0.0.1:${port}/vedette`,
    VEDETTE_CACHE_URL: `dynamodb://hunter:hunter2@cache?region=eu-central-1&endpoint=http://127.0.0.1:${port}`,
    VEDETTE_BLOBS_URL: `s3://hunter:hunter2@footage?endpoint=http://127.0.0.1:${port}`,
    VEDETTE_KEYS_URL: `vault://127.0.0.1:${port}/transit/vedette?token-file=${token}`,
    VEDETTE_SMTP_URL: `smtp://127.0.0.1:${port}`,
  };
}

const pages: readonly (readonly [number, string])[] = [
  [200, '<!doctype html><title>Welcome</title><p>Hello<br>there'],
  [404, '{"type":"about:blank","title":"Not here"}'],
  [501, '<html><body><h1>Not implemented</h1></body></html>'],
];

for (const [status, page] of pages) {
  test(`a web server (${status}: ${page.slice(0, 16)}) is told to be none of the services`, async (t) => {
    await using folder = await temporaryFolder();
    const port = await listening(
      t,
      createWebServer((request, response) => {
        request.resume();
        response.writeHead(status, { 'content-type': 'text/html' }).end(page);
      }),
    );
    const { of, findings } = await checked(await allAt(port, folder.path));
    const told = (name: string) => of(name).map(({ verdict, sentence }) => `${verdict}: ${sentence}`);
    const [{ sentence: keys } = { sentence: '' }, ...moreOfKeys] = of('keys');
    assert.match(keys, /^What answers at http.* is not Vault/);
    assert.deepEqual(moreOfKeys, [], 'one line');
    assert.match(told('cache').join(), /^wrong: What answers .*is not DynamoDB/);
    assert.match(told('blobs').join(), /^wrong: What answers .*is not S3/);
    assert.match(told('records').join(), /^wrong: .*is this its port\?/i);
    assert.match(told('mail').join(), /^wrong: .*does not greet as a mail server/);
    assert.doesNotMatch(JSON.stringify(findings), /expected|invalid_type|UnknownError|hunter2|SyntaxError/);
  });
}

test('what takes a connection and says nothing is asked about: is this the port?', async (t) => {
  await using folder = await temporaryFolder();
  const mute = createServer((socket) => void socket.on('error', () => {}).resume());
  const port = await listening(t, mute);
  const { VEDETTE_DATA, VEDETTE_RECORDS_URL, VEDETTE_SMTP_URL } = await allAt(port, folder.path);
  const { of } = await checked({ VEDETTE_DATA, VEDETTE_RECORDS_URL, VEDETTE_SMTP_URL });
  assert.match(of('records')[0]?.sentence ?? '', /does not answer.*is this its port\?/i);
  assert.match(of('mail')[0]?.sentence ?? '', /does not greet as a mail server/);
});
