// Sources: credentials leave the address, and never follow it to another host.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { secret } from '../secret.ts';
import type { CameraSource } from './camera.ts';
import { homePolicy } from './camera-policy.ts';
import { type CameraSourceInput, cameraSource } from './camera-source.ts';

type Rtsp = Extract<CameraSourceInput, { kind: 'rtsp' }>;

function given(change: Partial<Rtsp>): Rtsp {
  return {
    kind: 'rtsp',
    url: 'rtsp://cam/main',
    substreamUrl: null,
    username: null,
    password: null,
    ...change,
  };
}

function stored(change: Partial<Rtsp>, before: CameraSource | null = null) {
  const source = cameraSource(homePolicy, given(change), before);
  assert.ok(source.kind === 'rtsp');
  return { ...source, password: source.password?.reveal() ?? null };
}

test('whatever user name and password are written into an address, they come out and it keeps nothing', () => {
  const word = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' });
  fc.assert(
    fc.property(word, word, (username, password) => {
      const written = `${encodeURIComponent(username)}:${encodeURIComponent(password)}`;
      const source = stored({ url: `rtsp://${written}@192.0.2.1:8554/path?channel=1` });
      assert.equal(source.url, 'rtsp://192.0.2.1:8554/path?channel=1');
      assert.deepEqual([source.username, source.password], [username, password]);
    }),
  );
});

test('a password with characters of its own splits where browsers split it', () => {
  const source = stored({ url: 'rtsp://admin:p@ss%@192.0.2.1/' });
  assert.deepEqual([source.username, source.password, source.url], ['admin', 'p@ss%', 'rtsp://192.0.2.1/']);
});

test('an address whose password would be taken for a port and a path is refused', () => {
  assert.throws(() => stored({ url: 'rtsp://admin:12/34@192.0.2.1/main' }), { code: 'request-invalid' });
});

test('what is written in the fields wins over the address', () => {
  const source = stored({ url: 'rtsp://a:b@cam/', username: 'c', password: 'd' });
  assert.deepEqual([source.username, source.password], ['c', 'd']);
});

test('two streams of one camera cannot have different credentials', () => {
  const url = 'rtsp://a:b@cam/main';
  assert.equal(stored({ url, substreamUrl: 'rtsp://a:b@cam/sub' }).substreamUrl, 'rtsp://cam/sub');
  assert.throws(() => stored({ url, substreamUrl: 'rtsp://a:c@cam/sub' }), { code: 'request-invalid' });
});

test('a stored password is kept for the same user and hosts only, and can be removed', () => {
  const before = cameraSource(homePolicy, given({ username: 'admin', password: 'x' }));
  const kept = (change: Partial<Rtsp>) => stored({ username: 'admin', ...change }, before).password;
  assert.equal(kept({ url: 'rtsp://CAM/other' }), 'x');
  assert.equal(kept({ url: 'rtsp://cam:8554/main' }), null);
  assert.equal(kept({ substreamUrl: 'rtsp://evil/sub' }), null);
  assert.equal(kept({ username: 'root' }), null);
  assert.equal(kept({ password: '' }), null);
  assert.equal(kept({ password: 'y' }), 'y');
});

test('a stored password shows nowhere', () => {
  const source = cameraSource(homePolicy, given({ username: 'admin', password: 'hunter2' }));
  assert.doesNotMatch(`${JSON.stringify(source)}`, /hunter2/);
  assert.equal(`${secret('hunter2')}`.includes('hunter2'), false);
});
