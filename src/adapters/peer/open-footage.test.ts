import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { growingFootage, init, startMs } from '../../../test/houses/http.ts';
import { branded, type CameraId, type EpochMs, type RecordingId, type Sha256 } from '../../core/brand.ts';
import { type LogFields, silentLog } from '../../core/ports/log.ts';
import { openFootageContract } from '../../core/ports/open-footage.contract.ts';
import type { OpenFootage } from '../../core/ports/open-footage.ts';
import { secret } from '../../core/secret.ts';
import { memoryCache } from '../memory/cache.ts';
import { systemClock } from '../system/clock.ts';
import { peerOpenFootage } from './open-footage.ts';
import { openFootagePeer } from './server.ts';
import { atHeader, signatureHeader, signedHeaders } from './signature.ts';

const cameraId = branded<CameraId>('01a20128-8186-7ade-bad3-000000000001');
const otherCameraId = branded<CameraId>('01a20128-8186-7ade-bad3-000000000002');
const ours = secret('known to the processes of this installation');

/** A recorder that a test lets grow, and how another process sees it. */
async function scene(t: TestContext) {
  const clock = systemClock();
  const cache = memoryCache({ clock });
  const recorder = growingFootage();
  const waits = { asked: 0, begun: 0 };
  const counted: OpenFootage = {
    ...recorder,
    grown(...given) {
      waits.begun += 1;
      return recorder.grown(...given);
    },
  };
  const deps = { cache, clock, log: silentLog, secret: ours };
  const peer = await openFootagePeer({ ...deps, openFootage: counted }, { host: '127.0.0.1', port: 0 });
  t.after(() => peer.stop());
  const seen = peerOpenFootage(deps);
  const footage: OpenFootage = {
    ...seen,
    grown(camera, signal) {
      if (!signal.aborted) waits.asked += 1;
      return seen.grown(camera, signal);
    },
  };

  async function add(id: CameraId): Promise<void> {
    // What is asked for over the network arrives a little later.
    while (waits.begun < waits.asked) await nextTurn();
    const bytes = new Uint8Array(10);
    const fragment = {
      ...{ sizeBytes: bytes.length, durationTicks: 90_000, frameCount: 25 },
      sha256: branded<Sha256>('b'.repeat(64)),
    };
    const fragments = [...((await recorder.of(id))[0]?.fragments ?? []), fragment];
    const wrappedKey = { epoch: 1, ciphertext: 'AAAA' };
    recorder.show(
      {
        ...{
          id: branded<RecordingId>(id.replace('bad3', 'beef')),
          cameraId: id,
          init,
          wrappedKey,
          fragments,
        },
        ...{ startAt: branded<EpochMs>(startMs), gaps: [] },
      },
      fragments.map(() => bytes),
    );
    peer.announce(id);
    while ((await footage.of(id))[0]?.fragments.length !== fragments.length) await nextTurn();
  }
  for (const id of [cameraId, otherCameraId]) {
    await cache.set(`open-footage/camera/${id}`, new TextEncoder().encode(peer.url), 60_000);
  }
  return { cache, clock, deps, peer, recorder, footage, add };
}

openFootageContract('open footage of another process', async (t) => {
  const { footage, add } = await scene(t);
  return { footage, cameraId, otherCameraId, add };
});

test('who calls without being one of us is told of once a minute, with how often', async (t) => {
  const lines: unknown[] = [];
  const log = { ...silentLog, warn: (_message: string, fields?: object) => void lines.push(fields) };
  const { deps, recorder } = await scene(t);
  const peer = await openFootagePeer(
    { ...deps, log, openFootage: recorder },
    { host: '0.0.0.0', toldHost: 'localhost', port: 0 },
  );
  t.after(() => peer.stop());
  assert.match(peer.url, /^http:\/\/localhost:[1-9]/, 'an address that can be called');
  for (let count = 0; count < 5; count += 1) await fetch(`${peer.url}/open-footage/cameras/${cameraId}`);
  assert.equal(lines.length, 1);
});

test('who does not know the secret is told nothing', async (t) => {
  const { clock, peer, add } = await scene(t);
  await add(cameraId);
  const path = `/open-footage/cameras/${cameraId}`;
  const status = async (headers: Record<string, string>, asked = path) =>
    (await fetch(peer.url + asked, { headers })).status;
  assert.equal(await status({}), 403);
  assert.equal(await status(signedHeaders({ secret: secret('guessed'), clock }, path)), 403);
  assert.equal(await status(signedHeaders({ secret: ours, clock }, '/open-footage/cameras/other')), 403);
  const late = { ...clock, now: () => branded<EpochMs>(clock.now() - 61_000) };
  assert.equal(await status(signedHeaders({ secret: ours, clock: late }, path)), 403);
  assert.equal(await status(signedHeaders({ secret: ours, clock }, path)), 200);
  const outside = '/open-footage/cameras/../../etc/passwd';
  assert.equal(await status(signedHeaders({ secret: ours, clock }, outside), outside), 403);
});

test('a recorder that is gone has nothing open, and nobody waits on it for ever', async (t) => {
  const { footage, peer, add } = await scene(t);
  await add(cameraId);
  const [open] = await footage.of(cameraId);
  assert.ok(open !== undefined);
  await peer.stop();
  assert.deepEqual(await footage.of(cameraId), []);
  await assert.rejects(footage.read(open.id, 0));
  const patience = new AbortController();
  const waiting = footage.grown(cameraId, patience.signal);
  patience.abort();
  await waiting;
});

test('what grew between a look and the wait for more is not waited for', async (t) => {
  const { footage, add, recorder, peer } = await scene(t);
  await add(cameraId);
  const [seen] = await footage.of(cameraId);
  assert.ok(seen !== undefined);
  recorder.show({ ...seen, fragments: [...seen.fragments, ...seen.fragments] });
  peer.announce(cameraId);
  const patience = AbortSignal.timeout(10_000);
  await footage.grown(cameraId, patience);
  assert.equal(patience.aborted, false);
  assert.equal((await footage.of(cameraId))[0]?.fragments.length, 2);
});

/** Somebody between the processes, who hands calls on and does what they like to the answers. */
async function between(t: TestContext, url: string, change: (body: Buffer) => Buffer) {
  const kept: { headers: Record<string, string>; body: Buffer }[] = [];
  const line = { replays: false };
  const server = createServer(async (request, response) => {
    const named = [atHeader, signatureHeader];
    const headers = Object.fromEntries(named.map((name) => [name, String(request.headers[name])]));
    const answer = await fetch(url + request.url, { headers });
    const given = { headers: Object.fromEntries(answer.headers), body: Buffer.from(await answer.bytes()) };
    kept.push(given);
    const said = line.replays ? (kept[0] ?? given) : given;
    const body = change(said.body);
    response.writeHead(answer.status, { ...said.headers, 'content-length': String(body.length) }).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { line, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test('who stands between the processes can change no answer, and give none to another question', async (t) => {
  const { cache, deps, peer, add } = await scene(t);
  await add(cameraId);
  const change = { with: (body: Buffer) => body };
  const { line, url } = await between(t, peer.url, (body) => change.with(body));
  const place = new TextEncoder().encode(url);
  const known = await peerOpenFootage(deps).of(cameraId);
  for (const id of [cameraId, otherCameraId]) await cache.set(`open-footage/camera/${id}`, place, 60_000);
  await cache.set(`open-footage/recording/${known[0]?.id}`, place, 60_000);
  const lines: unknown[] = [];
  const log = { ...silentLog, warn: (_: string, fields?: LogFields) => void lines.push(fields?.error) };
  const footage = peerOpenFootage({ ...deps, log });
  assert.deepEqual(await footage.of(cameraId), known, 'what is handed on as it is, is believed');
  change.with = (body) => Buffer.from(body.toString().replace('"sizeBytes":10', '"sizeBytes":11'));
  assert.deepEqual(await footage.of(cameraId), []);
  assert.match(String(lines[0]), /not signed by a recorder of this installation/);
  const id = known[0]?.id;
  assert.ok(id !== undefined);
  change.with = (body) => Buffer.from(body.map((byte) => byte ^ 1));
  await assert.rejects(footage.read(id, 0), { code: 'not-found' });
  change.with = (body) => body;
  assert.equal((await footage.read(id, 0)).length, 10);
  line.replays = true;
  assert.deepEqual(await footage.of(otherCameraId), [], 'an answer to another question is none');
});

test('clocks that differ are told of in one sentence on both sides, before and when calls are refused', async (t) => {
  const { cache, deps, recorder, add } = await scene(t);
  await add(cameraId);
  for (const [seconds, isSeen] of [
    [10, true],
    [-30, true],
    [73, false],
  ] as const) {
    const said = { here: [] as string[], there: [] as string[] };
    const logOf = (lines: string[]) => ({ ...silentLog, warn: (line: string) => void lines.push(line) });
    const clock = { ...deps.clock, now: () => branded<EpochMs>(deps.clock.now() + seconds * 1_000) };
    const place = { host: '127.0.0.1', port: 0 };
    const there = await openFootagePeer({ ...deps, log: logOf(said.there), openFootage: recorder }, place);
    t.after(() => there.stop());
    await cache.set(`open-footage/camera/${cameraId}`, new TextEncoder().encode(there.url), 60_000);
    const footage = peerOpenFootage({ ...deps, clock, log: logOf(said.here) });
    for (let times = 0; times < 3; times += 1) {
      assert.equal((await footage.of(cameraId)).length > 0, isSeen, `${seconds} s`);
    }
    const sentence = new RegExp(
      `differ by (${Math.abs(seconds)}|${Math.abs(seconds) - 1}) s; .*set by NTP\\.$`,
    );
    for (const lines of [said.here, said.there]) {
      const told = lines.filter((line) => line.startsWith('The clocks of this machine and of '));
      assert.equal(told.length, Math.abs(seconds) > 20 ? 1 : 0, JSON.stringify(lines));
      for (const line of told) assert.match(line, sentence);
    }
  }
});
