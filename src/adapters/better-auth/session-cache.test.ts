// The memory of sessions: short, bounded, and never newer than what was cleared.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { branded, type EpochMs } from '../../core/brand.ts';
import { manualClock } from '../memory/clock.ts';
import { type Found, maxEntries, sessionCache, sessionCacheMs } from './session-cache.ts';

function found(name: string): Found {
  const at = branded<EpochMs>(0);
  return {
    user: { id: name, name, email: `${name}@example.org` },
    session: {
      id: name,
      userId: name,
      createdAt: at,
      lastSeenAt: at,
      expiresAt: at,
      provenAt: at,
      isStrong: false,
      organizationId: null,
      providerId: null,
      userAgent: '',
    },
  };
}

test('an answer is remembered for two seconds, that there is nobody too, and a change does not prolong it', async () => {
  const clock = manualClock();
  const cache = sessionCache(clock);
  const ada = found('ada');
  assert.equal(cache.get('cookie'), undefined);
  cache.set('cookie', ada, cache.generation);
  cache.set('ended', null, cache.generation);
  await clock.advance(sessionCacheMs - 1);
  cache.replace('cookie', found('ada again'));
  assert.equal(cache.get('cookie')?.user.id, 'ada again');
  assert.equal(cache.get('ended'), null);
  await clock.advance(1);
  assert.equal(cache.get('cookie'), undefined);
  assert.equal(cache.get('ended'), undefined);
});

test('what was looked up before an end is not remembered after it', () => {
  const cache = sessionCache(manualClock());
  const { generation } = cache;
  cache.clear();
  cache.set('cookie', found('ada'), generation);
  cache.replace('cookie', found('ada'));
  assert.equal(cache.get('cookie'), undefined);
});

test('its size is bounded: the oldest makes room', () => {
  const cache = sessionCache(manualClock());
  for (let i = 0; i <= maxEntries; i += 1) cache.set(`cookie ${i}`, null, cache.generation);
  assert.equal(cache.get('cookie 0'), undefined);
  assert.equal(cache.get('cookie 1'), null);
  assert.equal(cache.get(`cookie ${maxEntries}`), null);
});
