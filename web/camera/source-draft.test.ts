import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CameraSourceInput } from '../../src/http/contract/cameras.ts';
import { draftOf, emptySource, toSource, withAddress } from './source-draft.ts';

test('credentials in a pasted address move into their own fields', () => {
  const draft = withAddress(emptySource, ' rtsp://admin:p%40ss:word@192.168.1.20:554/stream1 ');
  assert.equal(draft.url, 'rtsp://192.168.1.20:554/stream1');
  assert.equal(draft.username, 'admin');
  assert.equal(draft.password, 'p@ss:word');
});

test('an address without credentials is kept as it is typed', () => {
  const typed = { ...emptySource, username: 'ada' };
  assert.deepEqual(withAddress(typed, 'rtsp://cam/path@2'), { ...typed, url: 'rtsp://cam/path@2' });
  assert.equal(withAddress(emptySource, 'rtsp://').url, 'rtsp://');
});

test('what is sent is what the contract accepts, and an existing source can be sent again', () => {
  const rtsp = {
    kind: 'rtsp',
    url: 'rtsp://cam/1',
    substreamUrl: null,
    username: 'ada',
    hasPassword: true,
  } as const;
  assert.deepEqual(CameraSourceInput.parse(toSource(draftOf(rtsp))), {
    kind: 'rtsp',
    url: 'rtsp://cam/1',
    substreamUrl: null,
    username: 'ada',
    password: null,
  });
  assert.deepEqual(CameraSourceInput.parse(toSource(draftOf({ kind: 'demo' }))), { kind: 'demo' });
});
