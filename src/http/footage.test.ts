// Playlists, keys and fragments: what a player sees, and that it can be decrypted.

import assert from 'node:assert/strict';
import { createDecipheriv } from 'node:crypto';
import { test } from 'node:test';
import {
  type House,
  init,
  meanwhile,
  openHouse,
  plainFragment,
  record,
  startMs,
} from '../../test/houses/http.ts';
import { branded, type EpochMs, type RecordingId, type Sha256 } from '../core/brand.ts';
import { recordingKeyContext } from '../core/footage/recording.ts';
import { newId } from '../core/identifiers.ts';
import type { OpenRecording } from '../core/ports/open-footage.ts';
import { Problem } from './contract/common.ts';
import { paths } from './contract/paths.ts';
import { settleMs } from './limits.ts';

async function opened() {
  const house = await openHouse();
  const cookie = await house.setUp();
  const [camera] = await house.deps.records.cameras.all();
  assert.ok(camera);
  const get = (path: string) => house.call('GET', path, { cookie });
  return { house, camera, get };
}

async function code(response: Promise<Response>): Promise<string> {
  return Problem.parse(await (await response).json()).code;
}

function tag(text: string, name: string): string[] {
  return text.split('\n').filter((line) => line.startsWith(`#EXT-X-${name}`));
}

function addressesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

test('every fragment of a past span decrypts with the key and vector that its playlist names', async () => {
  const { house, camera, get } = await opened();
  await record(house, camera, startMs, 3);
  await record(house, camera, startMs + 3000, 2);
  await house.deps.clock.advance(60_000);
  const response = await get(paths.playlist(camera.id, startMs, startMs + 5000));
  assert.equal(response.headers.get('content-type'), 'application/vnd.apple.mpegurl');
  const text = await response.text();
  assert.match(text, /#EXT-X-PLAYLIST-TYPE:VOD\n/);
  assert.match(text, /#EXT-X-ENDLIST\n$/);
  const keys = tag(text, 'KEY:METHOD=AES-128');
  const fragments = addressesOf(text);
  assert.equal(fragments.length, 5);
  for (const [place, address] of fragments.entries()) {
    const [, uri = '', iv = ''] = /URI="([^"]+)",IV=0x([0-9a-f]{32})/.exec(keys[place] ?? '') ?? [];
    const key = await (await get(uri)).bytes();
    const stored = await get(address);
    assert.match(stored.headers.get('cache-control') ?? '', /private.*immutable/);
    const decipher = createDecipheriv('aes-128-cbc', key, Buffer.from(iv, 'hex'));
    const plain = Buffer.concat([decipher.update(await stored.bytes()), decipher.final()]);
    assert.deepEqual(plain, plainFragment(place < 3 ? place : place - 3));
  }
  const [, header = ''] = /EXT-X-MAP:URI="([^"]+)"/.exec(text) ?? [];
  assert.deepEqual(await (await get(header)).bytes(), init.bytes);
});

test('a key is never kept by a browser', async () => {
  const { house, camera, get } = await opened();
  const { id } = await record(house, camera, startMs, 1);
  const response = await get(paths.key(id));
  assert.equal(response.headers.get('cache-control'), 'private, no-store');
  assert.equal((await response.bytes()).length, 16);
});

test('only fragments that overlap the span are played', async () => {
  const { house, camera, get } = await opened();
  const { id } = await record(house, camera, startMs, 10);
  await house.deps.clock.advance(60_000);
  const text = await (await get(paths.playlist(camera.id, startMs + 2500, startMs + 4000))).text();
  assert.deepEqual(addressesOf(text), [paths.fragment(id, 2), paths.fragment(id, 3)]);
});

test('deleted, damaged and missing footage are told apart', async () => {
  const { house, camera, get } = await opened();
  const { records, blobs, clock } = house.deps;
  const gone = await record(house, camera, startMs, 2);
  const kept = await record(house, camera, startMs + 10_000, 2);
  await clock.advance(60_000);
  await records.recordings.destroy(gone.id, clock.now());
  assert.equal(await code(get(paths.key(gone.id))), 'footage-gone');
  assert.equal(await code(get(paths.fragment(gone.id, 0))), 'footage-gone');
  assert.equal(await code(get(paths.playlist(camera.id, startMs, startMs + 2000))), 'footage-gone');
  assert.equal(await code(get(paths.playlist(camera.id, startMs + 20_000, startMs + 21_000))), 'not-found');
  assert.equal(await code(get(paths.fragment(kept.id, 2))), 'not-found');
  assert.equal(await code(get(paths.fragment(kept.id, 0).replace('0.m4s', 'x.m4s'))), 'not-found');
  assert.equal(await code(get(paths.init('b'.repeat(64)))), 'not-found');
  await blobs.delete(kept.blobKey);
  assert.equal(await code(get(paths.fragment(kept.id, 0))), 'footage-gone');
  const damaged = new Uint8Array(kept.sizeBytes);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', damaged)).toHex();
  await blobs.put(kept.blobKey, damaged, { sizeBytes: kept.sizeBytes, sha256: branded<Sha256>(digest) });
  assert.equal(await code(get(paths.fragment(kept.id, 0))), 'footage-damaged');
});

test('a span of more than a day is refused', async () => {
  const { camera, get } = await opened();
  assert.equal(
    await code(get(paths.playlist(camera.id, startMs, startMs + 86_400_001))),
    'footage-range-too-long',
  );
});

async function openRecording(house: House, startAt: number): Promise<(count: number) => void> {
  const { records, keys, clock, openFootage } = house.deps;
  const [camera] = await records.cameras.all();
  assert.ok(camera);
  const id = newId<RecordingId>(clock);
  const context = recordingKeyContext({ organizationId: camera.organizationId, id });
  const wrappedKey = await keys.wrap(new Uint8Array(16), context);
  const bytes = [1, 2, 3, 4, 5].map((n) => new Uint8Array(16).fill(n));
  const fragment = { sizeBytes: 16, durationTicks: init.timescale, frameCount: 25, sha256: init.sha256 };
  const opened = { id, cameraId: camera.id, startAt: branded<EpochMs>(startAt), init, wrappedKey };
  return (count) => {
    const recording: OpenRecording = { ...opened, fragments: Array.from({ length: count }, () => fragment) };
    openFootage.show(recording, bytes.slice(0, count));
  };
}

test('a span whose end lies ahead grows with every fragment, and closes when its end is reached', async () => {
  const { house, camera, get } = await opened();
  const grow = await openRecording(house, startMs);
  grow(1);
  const address = paths.playlist(camera.id, startMs, startMs + 3000);
  const first = await (await get(address)).text();
  assert.match(first, /TYPE:EVENT/);
  assert.doesNotMatch(first, /ENDLIST/);
  const [fragment = ''] = addressesOf(first);
  assert.deepEqual(await (await get(fragment)).bytes(), new Uint8Array(16).fill(1));
  const [, key = ''] = /URI="([^"]+\/key)"/.exec(first) ?? [];
  assert.equal((await (await get(key)).bytes()).length, 16);
  grow(2);
  const second = await (await get(address)).text();
  assert.ok(second.startsWith(first), 'an event playlist only grows at its end');
  grow(3);
  await house.deps.clock.advance(3000);
  const last = await (await get(address)).text();
  assert.match(last, /TYPE:VOD[\s\S]*ENDLIST/);
  assert.equal(addressesOf(last).length, 3);
});

test('a growing span closes some seconds after its end even if its last fragment never came', async () => {
  const { house, camera, get } = await opened();
  (await openRecording(house, startMs))(2);
  const address = paths.playlist(camera.id, startMs, startMs + 3000);
  await house.deps.clock.advance(3001);
  assert.doesNotMatch(await (await get(address)).text(), /ENDLIST/);
  await house.deps.clock.advance(settleMs);
  assert.match(await (await get(address)).text(), /ENDLIST/);
});

test('a live player that asks for the next fragment is answered when it is written, not before', async () => {
  const { house, camera, get } = await opened();
  const grow = await openRecording(house, startMs);
  grow(2);
  await house.deps.clock.advance(2000);
  const first = await (await get(paths.live(camera.id))).text();
  const [sequence = ''] = tag(first, 'MEDIA-SEQUENCE');
  const next = Number(sequence.split(':')[1]) + 2;
  let answered = false;
  const waiting = get(`${paths.live(camera.id)}?_HLS_msn=${next}`).then((response) => {
    answered = true;
    return response.text();
  });
  await house.deps.clock.advance(500);
  assert.equal(answered, false);
  grow(3);
  const second = await waiting;
  assert.equal(addressesOf(second).length, 3);
  assert.ok(second.includes('CAN-BLOCK-RELOAD=YES'));
  const never = await meanwhile(house.deps.clock, get(`${paths.live(camera.id)}?_HLS_msn=${next + 9}`));
  assert.equal(addressesOf(await never.text()).length, 3);
});

test('numbers of live fragments stay with them while the window slides and a recording is sealed', async () => {
  const { house, camera, get } = await opened();
  const numbers = new Map<string, number>();
  for (let second = 0; second < 60; second += 5) {
    await record(house, camera, startMs + second * 1000, 5);
    await house.deps.clock.advance(5000);
    const text = await (await get(paths.live(camera.id))).text();
    const first = Number(tag(text, 'MEDIA-SEQUENCE')[0]?.split(':')[1]);
    const addresses = addressesOf(text);
    assert.ok(addresses.length <= 31);
    for (const [place, address] of addresses.entries()) {
      assert.equal(numbers.get(address) ?? first + place, first + place);
      numbers.set(address, first + place);
    }
  }
  assert.equal(new Set(numbers.values()).size, 60);
});

test('a camera without live footage says so once the wait is over', async () => {
  const { house, camera, get } = await opened();
  assert.equal(await code(meanwhile(house.deps.clock, get(paths.live(camera.id)))), 'not-found');
});

test('live goes on where the wall clock was set back an hour, and stale footage is not live', async () => {
  const { house, camera, get } = await opened();
  const grow = await openRecording(house, startMs);
  grow(2);
  house.deps.clock.step(-3_600_000);
  grow(3);
  const text = await (await get(paths.live(camera.id))).text();
  assert.equal(addressesOf(text).length, 3);
  const other = await opened();
  await record(other.house, other.camera, startMs - 3_600_000, 3);
  await record(other.house, other.camera, startMs, 3);
  other.house.deps.clock.step(-3_600_000);
  const stale = meanwhile(other.house.deps.clock, other.get(paths.live(other.camera.id)));
  assert.equal(await code(stale), 'not-found');
});
