import assert from 'node:assert/strict';
import { test } from 'node:test';
import { branded, type CameraId } from '../core/brand.ts';
import { lateCut } from './late-cut.ts';

test('a cut that is asked for while the recorder starts is made when it has', () => {
  const [yard, door] = [branded<CameraId>('yard'), branded<CameraId>('door')];
  const cuts: CameraId[] = [];
  const late = lateCut();
  late.cut(yard);
  late.cut(yard);
  late.begin({ cut: (cameraId) => cuts.push(cameraId) });
  late.cut(door);
  assert.deepEqual(cuts, [yard, door]);
});
