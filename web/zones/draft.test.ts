import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addReadyMade, beginDrawing, changeZone, draftOf, isChanged, saved } from './draft.ts';

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

test('what is changed while a save is on its way is kept, and is still to be saved', () => {
  const sent = addReadyMade(draftOf([]), 'watch', 'a');
  const stored = sent.zones.map((zone) => ({ ...zone, name: 'As stored' }));
  const later = changeZone(sent, 'a', { name: 'Drive' });
  assert.equal(saved(later, sent.zones, stored).zones[0]?.name, 'Drive');
  assert.ok(isChanged(saved(later, sent.zones, stored), stored));
  assert.deepEqual(saved(sent, sent.zones, stored), { ...sent, zones: stored, past: [] });
  const drawing = beginDrawing(sent, 'line');
  assert.deepEqual(saved(drawing, sent.zones, stored).drawing, { kind: 'line', points: [] });
});
