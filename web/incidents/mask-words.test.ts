// The words about privacy masks in what is taken out.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraZones } from '../../src/http/contract/zones.ts';
import { maskedCameras, masksHint } from './mask-words.ts';

function zones(kind: 'mask' | 'ignore'): CameraZones['zones'] {
  const points = [
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 1, y: 1 },
  ];
  const rest = { objectKinds: [], armings: [], minHeight: 0, dwellSeconds: 0, direction: 'either' as const };
  return [{ id: 'z', name: 'Z', kind, points, ...rest }];
}

test('only cameras with masks are named, and none whose zones are not known yet', () => {
  const cameras = [
    { name: 'Yard', zones: zones('mask') },
    { name: 'Door', zones: zones('ignore') },
    { name: 'Gate', zones: undefined },
  ];
  assert.deepEqual(maskedCameras(cameras), ['Yard']);
  assert.deepEqual(maskedCameras([]), []);
});

test('both choices say what they cost', () => {
  assert.match(masksHint(['Yard'], true), /^Yard: .*painted over.*no longer an exact copy/);
  assert.match(masksHint(['Yard', 'Door'], false), /^Yard, Door: an exact copy.*shows what lies behind/);
});
