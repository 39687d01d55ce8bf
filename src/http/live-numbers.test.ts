// Live playlists at several processes: a player that is balanced over them sees one stream.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse, record, startMs } from '../../test/houses/http.ts';
import { createHttp } from './app.ts';
import { paths } from './contract/paths.ts';

async function twoProcesses() {
  const house = await openHouse();
  const cookie = await house.setUp();
  const [camera] = await house.deps.records.cameras.all();
  assert.ok(camera);
  const publicUrl = 'http://localhost:8080';
  const settings = { publicUrl, version: '1.2.3', signUpOpen: false, pagesFolder: null };
  const other = createHttp(house.deps, settings);
  const headers = { host: 'localhost:8080', cookie };
  const looks = [
    () => house.call('GET', paths.live(camera.id), { cookie }),
    () => other.fetch(new Request(`${publicUrl}${paths.live(camera.id)}`, { headers }), '127.0.0.1'),
  ].map((ask) => async () => windowOf(await (await ask()).text()));
  return { house, camera, looks };
}

interface Window {
  readonly first: number;
  readonly discontinuities: number;
  readonly addresses: readonly string[];
}

function windowOf(text: string): Window {
  const numberOf = (name: string) => Number(new RegExp(`^#EXT-X-${name}:(\\d+)$`, 'm').exec(text)?.[1]);
  const addresses = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return {
    first: numberOf('MEDIA-SEQUENCE'),
    discontinuities: numberOf('DISCONTINUITY-SEQUENCE'),
    addresses,
  };
}

test('whichever process is asked, a fragment has one number and the sequence never goes back', async () => {
  const { house, camera, looks } = await twoProcesses();
  const [here, there] = looks;
  assert.ok(here && there);
  const numbers = new Map<string, number>();
  let newest = 0;
  for (let second = 0; second < 120; second += 5) {
    // A hole after a minute, and a while in which nobody looks.
    await record(house, camera, startMs + second * 1000 + (second >= 60 ? 700 : 0), 5);
    await house.deps.clock.advance(5000);
    if (second >= 80 && second < 100) continue;
    // The first minute one of them alone, later both in the same moment, and one after the other.
    const asked: readonly (() => Promise<Window>)[] = second < 30 ? [here] : [there, here];
    const windows: readonly Window[] =
      second % 2 === 0 ? await Promise.all(asked.map((look) => look())) : [await there(), await here()];
    for (const { first, addresses } of windows) {
      assert.ok(addresses.length > 0 && first + addresses.length - 1 >= newest);
      newest = first + addresses.length - 1;
      for (const [place, address] of addresses.entries()) {
        assert.equal(numbers.get(address) ?? first + place, first + place);
        numbers.set(address, first + place);
      }
    }
    assert.deepEqual(await here(), await there());
  }
  assert.equal(new Set(numbers.values()).size, numbers.size);
});
