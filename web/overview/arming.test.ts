import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QueryClient } from '@tanstack/react-query';
import type { Site } from '../../src/http/contract/sites.ts';
import { keys } from '../app/query-keys.ts';
import {
  armingMutation,
  armingSentence,
  inForce,
  nextEdgeSentence,
  secondsLeft,
  withArming,
} from './arming.ts';
import { testSite } from './site.testing.ts';

const site = testSite();

test('arming shows at once, and goes back when the server refuses', async () => {
  const queryClient = new QueryClient();
  queryClient.setQueryData(keys.sites, [site, { ...site, id: 'b' }]);
  const mutation = armingMutation(queryClient, 'a', () => 5);
  const context = await mutation.onMutate({ arming: 'armed-away' });
  assert.deepEqual(queryClient.getQueryData(keys.sites), [
    { ...site, arming: 'armed-away', armingChangedAt: 5 },
    { ...site, id: 'b' },
  ]);
  mutation.onError(new Error('refused'), { arming: 'armed-away' }, context);
  assert.deepEqual(queryClient.getQueryData(keys.sites), [site, { ...site, id: 'b' }]);
});

test('a site with an exit delay counts down, is armed at its end, and disarming cuts it short', () => {
  const arm = (from: Site, input: Parameters<typeof withArming>[2], now: number) =>
    withArming([from], 'a', input, now)[0] ?? assert.fail();
  const leaving = arm(testSite({ exitDelaySeconds: 60 }), { arming: 'armed-away' }, 1_000);
  assert.equal(leaving.armsAt, 61_000);
  assert.deepEqual([inForce(leaving, 60_999), inForce(leaving, 61_000)], ['disarmed', 'armed-away']);
  assert.deepEqual(
    [1_000, 60_001, 61_000, 70_000].map((now) => secondsLeft(61_000, now)),
    [60, 1, 0, 0],
  );
  assert.equal(arm(leaving, { arming: 'armed-away' }, 2_000), leaving);
  assert.equal(arm(leaving, { arming: 'armed-away', now: true }, 2_000).armsAt, null);
  const stayed = arm(leaving, { arming: 'disarmed' }, 2_000);
  assert.deepEqual([stayed.armsAt, inForce(stayed, 99_000)], [null, 'disarmed']);
});

test('every state says what it means', () => {
  const words = { kept: 'Cameras record', watched: 'It opens an incident.' };
  assert.match(armingSentence('disarmed', 'Today 10:00', words), /Cameras record; nobody is alerted/);
  assert.match(armingSentence('disarmed', 'Today 10:00', { ...words, kept: null }), /\. Nobody is alerted/);
  assert.match(armingSentence('armed-away', 'Today 10:00', words), /opens an incident/);
  assert.equal(nextEdgeSentence('disarmed', 'tomorrow 07:00'), 'Disarms by schedule tomorrow 07:00.');
});
