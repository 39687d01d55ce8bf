import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addReadyMade, changeZone, draftOf } from './draft.ts';

test('an area that nobody named is called by its kind, also when that changes', () => {
  const two = addReadyMade(addReadyMade(draftOf([]), 'entry', 'a'), 'watch', 'b');
  const changed = changeZone(two, 'b', { kind: 'entry' });
  assert.deepEqual(
    changed.zones.map(({ name, kind }) => [name, kind]),
    [
      ['Entry', 'entry'],
      ['Entry 2', 'entry'],
    ],
  );
  const named = changeZone(changeZone(two, 'b', { name: 'Drive' }), 'b', { kind: 'ignore' });
  assert.equal(named.zones[1]?.name, 'Drive');
});
