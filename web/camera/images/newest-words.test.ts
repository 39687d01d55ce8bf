import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newestImageWords } from './newest-words.ts';

const now = Date.UTC(2026, 10, 30, 12, 30);

test('the newest image says when it was taken, at the site', () => {
  const said = (takenAt: number | null | undefined) => newestImageWords(takenAt, 'Europe/Berlin', now).words;
  assert.equal(said(Date.UTC(2026, 10, 30, 11, 4)), 'Image of 12:04');
  assert.equal(said(Date.UTC(2026, 10, 29, 11, 4)), 'Image of yesterday 12:04');
  assert.equal(said(Date.UTC(2026, 10, 25, 11, 4)), 'Image of Wed 25 Nov 12:04');
  assert.equal(said(null), 'No image yet');
  assert.equal(said(undefined), 'Receives images');
});
