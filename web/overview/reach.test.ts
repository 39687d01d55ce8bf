// When the overview warns that nobody can be told.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reachWarning } from './reach.ts';

const sites = ['Shop', 'Barn', 'Mill', 'Yard', 'Quay'].map((name) => ({ id: name, name }));

test('the overview warns where nobody would be told, and names those places', () => {
  const all = reachWarning({ untoldSiteIds: sites.map(({ id }) => id), lastFailed: 'i' }, sites, true);
  assert.deepEqual([all?.title, all?.incidentId], ['Nobody can be told', null]);
  const some = reachWarning({ untoldSiteIds: ['Barn', 'Quay'], lastFailed: null }, sites, true);
  assert.equal(some?.title, 'Nobody can be told of Barn, Quay');
  const many = reachWarning(
    { untoldSiteIds: ['Shop', 'Barn', 'Mill', 'Yard'], lastFailed: null },
    sites,
    true,
  );
  assert.equal(many?.title, 'Nobody can be told of Shop, Barn, Mill and 1 more');
});

test('it leads to the incident whose alerts all failed, and is silent where somebody would be told', () => {
  const failed = reachWarning({ untoldSiteIds: [], lastFailed: 'i' }, sites, true);
  assert.equal(failed?.incidentId, 'i');
  assert.equal(reachWarning({ untoldSiteIds: [], lastFailed: null }, sites, true), null);
});

test('who cannot mend it is told whom to ask', () => {
  const warning = reachWarning({ untoldSiteIds: ['Shop'], lastFailed: null }, sites, false);
  assert.match(warning?.detail ?? '', /Ask an admin\.$/);
});
