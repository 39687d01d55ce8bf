// What stands at the bottom of a phone, by role.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Me } from '../../src/http/contract/session.ts';
import { placesBelow, placesFor } from './places.ts';

const permissions = Me.shape.permissions.element.options;

test('nothing that is open to somebody is out of reach on a phone', () => {
  for (let count = 0; count <= permissions.length; count += 1) {
    const open = placesFor({ permissions: permissions.slice(0, count) });
    const { shown, more } = placesBelow(open);
    assert.deepEqual(
      [...shown, ...more].toSorted((a, b) => open.indexOf(a) - open.indexOf(b)),
      open,
    );
    assert.ok(shown.length + (more.length > 0 ? 1 : 0) <= 5);
    assert.notEqual(more.length, 1, 'one alone needs no menu');
  }
});

test('who has few places sees all of them side by side; who has many, the rare ones behind "More"', () => {
  const viewer = placesBelow(placesFor({ permissions: ['view'] }));
  assert.deepEqual(
    viewer.shown.map(({ label }) => label),
    ['Overview', 'Incidents', 'Reports'],
  );
  assert.deepEqual(viewer.more, []);
  const admin = placesBelow(placesFor({ permissions: [...permissions] }));
  assert.deepEqual(
    admin.shown.map(({ label }) => label),
    ['Overview', 'Incidents', 'Alerts', 'People'],
  );
  assert.deepEqual(
    admin.more.map(({ label }) => label),
    ['Duty', 'Reports', 'Organization'],
  );
});
