// What a site is said to watch for.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Zone } from '../../src/http/contract/zones.ts';
import { watchedSentence } from './watched.ts';

type Watched = Pick<Zone, 'kind' | 'objectKinds' | 'armings'>;
const zone = (change: Partial<Watched> = {}): Watched => ({
  ...{ kind: 'watch', objectKinds: ['person'], armings: ['armed-away'] },
  ...change,
});

test('a site says what opens an incident as its zones have it', () => {
  const said = (...cameras: Watched[][]) => watchedSentence('armed-away', cameras);
  assert.equal(said([], []), 'A person on camera opens an incident.');
  assert.equal(said([zone()]), 'A person in a zone of its cameras opens an incident.');
  assert.equal(
    said([], [zone({ objectKinds: ['vehicle'] })]),
    'A person or a vehicle where its cameras watch opens an incident.',
  );
  assert.equal(
    said([zone({ kind: 'ignore', armings: [] })]),
    'A person where its cameras watch opens an incident.',
  );
});

test('what does not count under an arming is not said to', () => {
  assert.match(watchedSentence('armed-home', [[zone()]]), /No zone .* only a sensor/);
  assert.equal(
    watchedSentence('armed-home', [[zone()], []]),
    'A person where its cameras watch opens an incident.',
  );
  assert.match(watchedSentence('armed-home', []), /^No camera watches/);
  assert.doesNotMatch(watchedSentence('armed-home', null), /person/);
});
