// Replaying files that are damaged inside: what is whole is still looked at, and what is not is told.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { writeClip } from '../../../test/servers/clip.ts';
import { silentLog } from '../../core/ports/log.ts';
import { readSettings } from '../settings.ts';
import { replayFile } from './replay.ts';
import { isFlawless } from './report.ts';

let folder = '';
let clip = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vedette-replay-test-'));
  clip = join(folder, 'clip.mp4');
  await writeClip(clip, { seconds: 4, framesPerSecond: 10 });
});
after(() => rm(folder, { recursive: true }));

const replayed = (file: string) =>
  replayFile(file, {
    pace: 'max',
    settings: readSettings({}),
    modelFolder: join(folder, 'models'),
    log: silentLog,
    onProgress: () => {},
  });

test('a whole file is flawless', async () => {
  const result = await replayed(clip);
  assert.deepEqual([result.framesDecoded, result.framesDamaged], [40, 0]);
  assert.ok(isFlawless(result));
});

for (const { how, value } of [
  { how: 'zeroes', value: () => 0 },
  { how: 'noise', value: (at: number) => (at * 7919) % 251 },
]) {
  test(`${how} in the middle of the pictures are counted, and all others are looked at`, async () => {
    const bytes = await readFile(clip);
    const from = bytes.indexOf('mdat', 0, 'latin1') + 8;
    const middle = from + Math.floor((bytes.length - from) / 2);
    for (let at = middle; at < middle + 1_000; at += 1) bytes[at] = value(at);
    const path = join(folder, `${how}.mp4`);
    await writeFile(path, bytes);
    const result = await replayed(path);
    assert.ok(result.framesDamaged > 0 && result.framesDamaged <= 20, `${result.framesDamaged} are damaged`);
    assert.ok(result.framesDecoded + result.framesDamaged >= 40, `${result.framesDecoded} were decoded`);
    assert.equal(result.problem, undefined, 'it was replayed to its end');
    assert.equal(isFlawless(result), false);
  });
}
