import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { branded, type OrganizationId, type SiteId } from '../../core/brand.ts';
import { eventsContract } from '../../core/ports/events.contract.ts';
import type { LiveEvent } from '../../core/ports/events.ts';
import { type Log, silentLog } from '../../core/ports/log.ts';
import { inprocessEvents } from './events.ts';

eventsContract('in-process events', async () => ({
  events: inprocessEvents({ log: silentLog }),
  settle: () => setImmediate(),
}));

const event: LiveEvent = {
  organizationId: branded<OrganizationId>('organization'),
  type: 'site-changed',
  siteId: branded<SiteId>('site'),
};

function errorsOf(): { log: Log; errors: string[] } {
  const errors: string[] = [];
  const log: Log = { ...silentLog, error: (message) => errors.push(message) };
  return { log, errors };
}

test('a listener that throws or rejects is in the log', async () => {
  const { log, errors } = errorsOf();
  const events = inprocessEvents({ log });
  events.subscribe(() => {
    throw new Error('broken');
  });
  events.subscribe(async () => {
    throw new Error('broken later');
  });
  events.publish(event);
  await setImmediate();
  assert.equal(errors.length, 2);
});

test('more listeners than the limit are refused, and leaving makes room', () => {
  const events = inprocessEvents({ log: silentLog, maxListeners: 2 });
  const leave = events.subscribe(() => {});
  events.subscribe(() => {});
  assert.throws(() => events.subscribe(() => {}), { code: 'not-ready' });
  leave();
  events.subscribe(() => {});
});

test('listeners that answer each other for ever are stopped by the limit of waiting events', () => {
  const { log, errors } = errorsOf();
  const events = inprocessEvents({ log });
  let published = 0;
  events.subscribe(() => {
    // Two for one, like two pages that reload each other.
    if (published > 50_000) return;
    published += 2;
    events.publish(event);
    events.publish(event);
  });
  events.publish(event);
  assert.ok(errors.length > 0);
});
