import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imageAt, keyed, neighbour } from './step.ts';

const images = [10, 20, 30].map((at) => ({ id: `i${at}`, at }));

test('at a moment the newest image before it is shown, and the first before there was any', () => {
  assert.equal(imageAt(images, 25)?.id, 'i20');
  assert.equal(imageAt(images, 20)?.id, 'i20');
  assert.equal(imageAt(images, 5)?.id, 'i10');
  assert.equal(imageAt([], 5), null);
});

test('steps stop at either end, and an image that expired leads to the newest', () => {
  assert.equal(neighbour(images, 'i20', 1)?.id, 'i30');
  assert.equal(neighbour(images, 'i30', 1)?.id, 'i30');
  assert.equal(neighbour(images, 'i10', -1)?.id, 'i10');
  assert.equal(neighbour(images, 'gone', -1)?.id, 'i30');
});

test('arrows, Home and End lead through the images; other keys are left alone', () => {
  assert.equal(keyed(images, 'i20', 'ArrowLeft')?.id, 'i10');
  assert.equal(keyed(images, 'i20', 'End')?.id, 'i30');
  assert.equal(keyed(images, 'i20', 'Home')?.id, 'i10');
  assert.equal(keyed(images, 'i20', 'Tab'), null);
});
