// The commands, as a user calls them.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeClip } from './servers/clip.ts';
import { runVedette, setUp, startVedette, temporaryFolder } from './servers/vedette.ts';

const stackTrace = /\n\s+at .*:\d+:\d+/;

test('version and help print what they should and end well', async () => {
  const version = await runVedette(['version']);
  assert.match(version.stdout, /^vedette \d+\.\d+\.\d+/);
  const help = await runVedette(['help']);
  for (const name of ['serve', 'check', 'migrate', 'replay', 'version'])
    assert.match(help.stdout, new RegExp(`vedette ${name}`));
  assert.deepEqual([version.code, help.code], [0, 0]);
});

test('help is one word away from every command, and then nothing is done', async () => {
  await using folder = await temporaryFolder();
  const { stdout: all } = await runVedette(['help']);
  for (const word of ['--help', '-h']) {
    assert.equal((await runVedette([word])).stdout, all);
    const one = await runVedette(['serve', word], { VEDETTE_DATA: join(folder.path, 'data') });
    assert.deepEqual([one.code, one.stderr], [0, '']);
    assert.match(one.stdout, /vedette serve \[--roles/);
    assert.doesNotMatch(one.stdout, /vedette check/);
  }
  assert.equal(existsSync(join(folder.path, 'data')), false);
});

test('a command, option or setting that does not exist is told in a sentence', async () => {
  const wrong = [
    await runVedette(['wach']),
    await runVedette(['check', '--fast']),
    await runVedette(['replay', '--speed', 'warp', 'a.mp4']),
    await runVedette(['serve'], { VEDETTE_PROT: '80' }),
  ];
  for (const { code, stdout, stderr } of wrong) {
    assert.notEqual(code, 0);
    assert.equal(stdout, '');
    assert.ok(stderr.length > 10);
    assert.doesNotMatch(stderr, stackTrace);
  }
});

test('replay prints one JSON object with what the files show, and says which cannot be read', async () => {
  await using folder = await temporaryFolder();
  const clip = join(folder.path, 'square.mp4');
  const text = join(folder.path, 'notes.mp4');
  await writeClip(clip, { seconds: 4 });
  await writeFile(text, 'no video at all');
  const { code, stdout } = await runVedette(['replay', clip, text, '--json'], {
    XDG_CACHE_HOME: folder.path,
  });
  const { files } = JSON.parse(stdout);
  assert.equal(code, 1, 'a file that cannot be read makes the command fail');
  assert.equal(files[0].durationSeconds, 4);
  assert.deepEqual(files[0].episodes, []);
  assert.equal(files[0].framesDecoded, 40);
  assert.equal(files[0].latencyMs, null);
  assert.equal(files[1].problem.code, 'source-not-video');
});

const footage = new URL('../../shared/footage/one-by-one-person.mp4', import.meta.url).pathname;
const skip = existsSync(footage) ? false : 'the footage with known truth is not here';

test('replay says that a file is cut off, and still shows what is there', { skip }, async () => {
  await using folder = await temporaryFolder();
  const cut = join(folder.path, 'cut.mp4');
  await writeFile(cut, (await readFile(footage)).subarray(0, 800_000));
  const { code, stdout } = await runVedette(['replay', cut, '--json'], { XDG_CACHE_HOME: folder.path });
  const [file] = JSON.parse(stdout).files;
  assert.equal(code, 1);
  assert.equal(file.problem.code, 'source-corrupt');
  assert.ok(file.durationSeconds > 10, 'what is there was recorded');
});

test('check fails where there is nothing to check, and holds on a folder that a server left', async () => {
  await using folder = await temporaryFolder();
  const data = join(folder.path, 'data');
  const nothing = await runVedette(['check'], { VEDETTE_DATA: data });
  assert.equal(nothing.code, 1);
  await using vedette = await startVedette(data);
  assert.equal(await vedette.stop(), 0);
  const { code, stdout } = await runVedette(['check', '--json'], { VEDETTE_DATA: data });
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(stdout).findings, []);
});

test('a second server on the same folder is refused, and the first goes on', async () => {
  await using folder = await temporaryFolder();
  await using first = await startVedette(folder.path);
  const second = await runVedette(['serve'], { VEDETTE_DATA: folder.path, VEDETTE_PORT: '0' });
  assert.equal(second.code, 1);
  assert.match(second.stderr, /data-in-use/);
  assert.doesNotMatch(second.stderr, stackTrace);
  assert.equal((await fetch(`${first.url}/healthz`)).status, 200);
});

test('a port that is taken and a folder that is a file are told in a sentence, and the process ends', async () => {
  await using folder = await temporaryFolder();
  await using first = await startVedette(join(folder.path, 'one'));
  const port = new URL(first.url).port;
  const taken = await runVedette(['serve'], { VEDETTE_DATA: join(folder.path, 'two'), VEDETTE_PORT: port });
  assert.match(taken.stderr, /port-in-use/);
  const file = join(folder.path, 'file');
  await writeFile(file, '');
  const notFolder = await runVedette(['serve'], { VEDETTE_DATA: file, VEDETTE_PORT: '0' });
  for (const { code, stderr } of [taken, notFolder]) {
    assert.equal(code, 1);
    assert.doesNotMatch(stderr, stackTrace);
    assert.doesNotMatch(stderr, /Something went wrong inside/);
  }
});

test('a spool that cannot be used ends the start instead of leaving a server that records nothing', async () => {
  await using folder = await temporaryFolder();
  await mkdir(folder.path, { recursive: true });
  await writeFile(join(folder.path, 'spool'), 'a file where the folder should be');
  const { code, stderr } = await runVedette(['serve'], { VEDETTE_DATA: folder.path, VEDETTE_PORT: '0' });
  assert.equal(code, 1);
  assert.doesNotMatch(stderr, stackTrace);
});

/** A data folder whose server was set up and stopped. */
async function usedFolder(data: string): Promise<void> {
  await using vedette = await startVedette(data);
  await setUp(vedette, null);
  assert.equal(await vedette.stop(), 0);
}

const serve = (data: string) => runVedette(['serve'], { VEDETTE_DATA: data, VEDETTE_PORT: '0' });

test('a key file that is missing beside old data is told, and no new one is made in silence', async () => {
  await using folder = await temporaryFolder();
  await usedFolder(folder.path);
  await rm(join(folder.path, 'keys.json'));
  const { code, stderr } = await serve(folder.path);
  assert.equal(code, 1);
  assert.match(stderr, /keys\.json is missing.*key-unavailable/s);
  const check = await runVedette(['check'], { VEDETTE_DATA: folder.path });
  assert.equal(check.code, 1);
  assert.match(check.stdout, /^keys {2}keys\.json: .*is missing/m);
  assert.equal(existsSync(join(folder.path, 'keys.json')), false);
});

test('a database that is damaged, empty or missing is told by serve and check, and stays as it is', async () => {
  await using folder = await temporaryFolder();
  await usedFolder(folder.path);
  const database = join(folder.path, 'vedette.sqlite');
  const whole = await readFile(database);
  const middle = Buffer.from(whole).fill(0xff, 4_096 * 30, 4_096 * 60);
  const cases: [string, Buffer | null, RegExp][] = [
    ['overwritten', middle, /vedette\.sqlite is damaged/],
    ['cut off', whole.subarray(0, 40_000), /vedette\.sqlite is damaged/],
    ['random', Buffer.from(whole.map((byte, i) => byte ^ (i % 251) ^ 0x5a)), /vedette\.sqlite is damaged/],
    ['empty', Buffer.alloc(0), /vedette\.sqlite is missing or empty/],
    ['missing', null, /vedette\.sqlite is missing or empty/],
  ];
  for (const [name, bytes, sentence] of cases) {
    await rm(database);
    if (bytes !== null) await writeFile(database, bytes);
    const served = await serve(folder.path);
    const checked = await runVedette(['check'], { VEDETTE_DATA: folder.path });
    assert.deepEqual([served.code, checked.code], [1, 1], name);
    for (const text of [served.stderr, checked.stdout]) {
      assert.match(text, sentence, name);
      assert.match(text, /Restore it from a backup/, name);
      assert.match(text, /To start anew, set VEDETTE_DATA/, name);
      assert.doesNotMatch(text, stackTrace);
    }
    assert.doesNotMatch(checked.stdout, /run vedette check/i, name);
    assert.match(checked.stdout, /Looked at 0 cameras/, name);
    assert.equal(existsSync(database), bytes !== null, name);
  }
});

test('a start that was cut short before anything was set up is finished by the next', async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, 'vedette.sqlite'), '');
  await using first = await startVedette(folder.path);
  await first.kill();
  await rm(join(folder.path, 'keys.json'));
  await using second = await startVedette(folder.path);
  assert.notEqual(second.setupUrl, null);
});

test('a folder whose server was killed is checked without a change, its newest commits included', async () => {
  await using folder = await temporaryFolder();
  await using vedette = await startVedette(folder.path);
  await setUp(vedette, null);
  await vedette.kill();
  const database = await readFile(join(folder.path, 'vedette.sqlite'));
  const { code, stdout } = await runVedette(['check', '--json'], { VEDETTE_DATA: folder.path });
  assert.deepEqual([code, JSON.parse(stdout).findings], [0, []]);
  assert.deepEqual(await readFile(join(folder.path, 'vedette.sqlite')), database);
});

test('migrate says what it needs: a folder, a target, an installation in the folder', async () => {
  await using folder = await temporaryFolder();
  const target = {
    VEDETTE_RECORDS_URL: 'postgres://nobody@127.0.0.1:9/nothing',
    VEDETTE_QUEUE_URL: 'kafka://127.0.0.1:9/vedette',
    VEDETTE_CACHE_URL: 'redis://127.0.0.1:9',
    VEDETTE_BLOBS_URL: `file://${folder.path}/elsewhere`,
    VEDETTE_KEYS_URL: `file://${folder.path}/elsewhere.json`,
  };
  const cases: [words: string[], environment: Record<string, string>, said: RegExp, code: number][] = [
    [['migrate'], target, /--from FOLDER/, 2],
    [['migrate', '--to', 'postgres'], target, /--to/, 1],
    [['migrate', '--from', folder.path], {}, /Where to\?.*settings-invalid/, 1],
    [['migrate', '--from', folder.path], target, /no installation of Vedette.*not-found/, 1],
    [['migrate', '--from', join(folder.path, 'nothing')], target, /no installation of Vedette/, 1],
  ];
  for (const [words, environment, said, code] of cases) {
    const run = await runVedette(words, environment);
    assert.match(run.stderr, said);
    assert.equal(run.code, code);
    assert.doesNotMatch(run.stderr, stackTrace);
  }
  assert.equal(existsSync(join(folder.path, 'nothing')), false, 'nothing was made');
});
