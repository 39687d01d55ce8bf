import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QueryClient } from '@tanstack/react-query';
import type { Site } from '../../src/http/contract/sites.ts';
import { keys } from '../app/query-keys.ts';
import { armingMutation, armingSentence } from './arming.ts';

const site: Site = {
  id: 'a',
  name: 'Home',
  timeZone: 'UTC',
  arming: 'disarmed',
  armingChangedAt: 1,
  openIncidents: 0,
};

test('arming shows at once, and goes back when the server refuses', async () => {
  const queryClient = new QueryClient();
  queryClient.setQueryData(keys.sites, [site, { ...site, id: 'b' }]);
  const mutation = armingMutation(queryClient, 'a', () => 5);
  const context = await mutation.onMutate('armed-away');
  assert.deepEqual(queryClient.getQueryData(keys.sites), [
    { ...site, arming: 'armed-away', armingChangedAt: 5 },
    { ...site, id: 'b' },
  ]);
  mutation.onError(new Error('refused'), 'armed-away', context);
  assert.deepEqual(queryClient.getQueryData(keys.sites), [site, { ...site, id: 'b' }]);
});

test('every state says what it means', () => {
  assert.match(armingSentence('disarmed', 'Today 10:00'), /nobody is alerted/);
  assert.match(armingSentence('armed-away', 'Today 10:00'), /opens an incident/);
});
