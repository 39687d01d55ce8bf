// What every way to publish live events keeps.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { branded, type OrganizationId, type SiteId } from '../brand.ts';
import type { Events, LiveEvent } from './events.ts';

export interface EventsUnderTest {
  readonly events: Events;
  /** Resolves when everything published so far has been handed out. */
  settle(): Promise<void>;
}

const event = (site: string): LiveEvent => ({
  organizationId: branded<OrganizationId>('organization'),
  type: 'site-changed',
  siteId: branded<SiteId>(site),
});
const siteOf = (published: LiveEvent) =>
  published.type === 'site-changed' ? published.siteId : published.type;

/** Runs the suite; `open` gives events without listeners. */
export function eventsContract(name: string, open: (t: TestContext) => Promise<EventsUnderTest>): void {
  test(`${name}: every listener gets every event, in the order of publishing`, async (t) => {
    const { events, settle } = await open(t);
    const heard: string[][] = [[], []];
    for (const list of heard) events.subscribe((published) => list.push(siteOf(published)));
    for (const site of ['a', 'b', 'c']) events.publish(event(site));
    await settle();
    assert.deepEqual(heard, [
      ['a', 'b', 'c'],
      ['a', 'b', 'c'],
    ]);
  });

  test(`${name}: a listener hears nothing from before it came and after it left`, async (t) => {
    const { events, settle } = await open(t);
    const heard: string[] = [];
    events.publish(event('before'));
    await settle();
    const leave = events.subscribe((published) => heard.push(siteOf(published)));
    events.publish(event('during'));
    await settle();
    leave();
    leave();
    events.publish(event('after'));
    await settle();
    assert.deepEqual(heard, ['during']);
  });

  test(`${name}: the same function subscribed twice hears twice, and leaves once at a time`, async (t) => {
    const { events, settle } = await open(t);
    let heard = 0;
    const listener = () => {
      heard += 1;
    };
    const leave = events.subscribe(listener);
    events.subscribe(listener);
    events.publish(event('a'));
    await settle();
    assert.equal(heard, 2);
    leave();
    events.publish(event('b'));
    await settle();
    assert.equal(heard, 3);
  });

  test(`${name}: a listener that throws, or rejects, disturbs neither the others nor the publisher`, async (t) => {
    const { events, settle } = await open(t);
    const heard: string[] = [];
    events.subscribe(() => {
      throw new Error('broken page');
    });
    events.subscribe(async () => {
      throw new Error('broken later');
    });
    events.subscribe((published) => heard.push(siteOf(published)));
    events.publish(event('a'));
    events.publish(event('b'));
    await settle();
    assert.deepEqual(heard, ['a', 'b']);
  });

  test(`${name}: what a listener publishes reaches everybody, after what it heard`, async (t) => {
    const { events, settle } = await open(t);
    const heard: string[] = [];
    events.subscribe((published) => {
      if (siteOf(published) === 'question') events.publish(event('answer'));
    });
    events.subscribe((published) => heard.push(siteOf(published)));
    events.publish(event('question'));
    await settle();
    assert.deepEqual(heard, ['question', 'answer']);
  });

  test(`${name}: a listener that leaves while an event is handed out is not called any more`, async (t) => {
    const { events, settle } = await open(t);
    let heard = 0;
    let leaveOther = () => {};
    events.subscribe(() => leaveOther());
    leaveOther = events.subscribe(() => {
      heard += 1;
    });
    events.publish(event('a'));
    await settle();
    assert.equal(heard, 0);
  });
}
