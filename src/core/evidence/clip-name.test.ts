import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { branded, type EpochMs } from '../brand.ts';
import { clipName } from './clip-name.ts';

const at = branded<EpochMs>(Date.UTC(2026, 2, 1, 13, 5, 9));

test('a clip is called by site, camera and the time where the site is', () => {
  const name = clipName({ name: 'Shop / "A"', timeZone: 'Europe/Vienna' }, { name: 'Yard: 1' }, at);
  assert.equal(name, 'Shop A Yard 1 2026-03-01 14-05-09.mp4');
});

test('in whatever script, the name of a clip is one that file systems take', () => {
  const name = fc.string({ unit: 'grapheme', maxLength: 80 });
  const long = fc.constantFrom('Ж'.repeat(80), '店'.repeat(80), '🦊'.repeat(40), `${'店'.repeat(33)}🦊`);
  fc.assert(
    fc.property(fc.oneof(name, long), fc.oneof(name, long), (site, camera) => {
      const made = clipName({ name: site, timeZone: 'UTC' }, { name: camera }, at);
      // With room for the number that a letter gives to the second of the same name.
      assert.ok(new TextEncoder().encode(made).length <= 250, made);
      assert.ok(made.isWellFormed());
      assert.doesNotMatch(made, /[\\/:*?"<>|\p{Cc}]/u);
    }),
  );
});
