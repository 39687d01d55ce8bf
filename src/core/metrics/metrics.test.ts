// Metrics: what is counted, read and asked, as Prometheus reads it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { manualClock } from '../../adapters/memory/clock.ts';
import { silentLog } from '../ports/log.ts';
import { labelText } from './exposition.ts';
import { createMetrics } from './metrics.ts';
import { meteredRoles, queueTopics, seriesNames, seriesOf } from './series.ts';
import { maxSamples } from './tallies.ts';

function open(roles: readonly (typeof meteredRoles)[number][] = meteredRoles) {
  const clock = manualClock(0);
  const metrics = createMetrics({ clock, log: silentLog, roles });
  return { clock, metrics };
}

/** What `promise` gives, while time passes until it does. */
async function inTime<T>(clock: ReturnType<typeof manualClock>, promise: Promise<T>): Promise<T> {
  let isDone = false;
  void promise.finally(() => {
    isDone = true;
  });
  for (let second = 0; second < 30 && !isDone; second += 1) await clock.advance(1_000);
  assert.ok(isDone, 'whoever scrapes waits too long');
  return promise;
}

test('what only grows begins at zero, and grows', async () => {
  const { metrics } = open();
  const zero = 'vedette_alerts_total{kind="sms",outcome="failed"}';
  assert.match(await metrics.text(), new RegExp(`^${zero.replace(/[{}]/g, '\\$&')} 0$`, 'm'));
  const counter = metrics.counter('vedette_alerts_total', { outcome: 'failed', kind: 'sms' });
  counter.add();
  counter.add(2);
  metrics.counter('vedette_alerts_total', { kind: 'sms', outcome: 'failed' }).add(0.5);
  const text = await metrics.text();
  assert.ok(text.includes(`${zero} 3.5\n`), 'the same labels in another order are the same counter');
  counter.add(-1);
  assert.ok((await metrics.text()).includes(`${zero} 3.5\n`), 'nothing makes it smaller');
});

test('a histogram counts what is at most each bound, and everything', async () => {
  const { metrics } = open();
  const time = metrics.histogram('vedette_alert_hand_over_seconds', { kind: 'push' });
  for (const seconds of [0.1, 0.2, 0.2, 4_000, Number.NaN]) time.observe(seconds);
  const text = await metrics.text();
  const at = (bound: string) => `vedette_alert_hand_over_seconds_bucket{kind="push",le="${bound}"}`;
  for (const [bound, count] of [
    ['0.1', 1],
    ['0.25', 3],
    ['1800', 3],
    ['+Inf', 4],
  ] as const)
    assert.ok(text.includes(`${at(bound)} ${count}\n`), `${bound}: ${text}`);
  assert.ok(text.includes('vedette_alert_hand_over_seconds_sum{kind="push"} 4000.5\n'));
  assert.ok(text.includes('vedette_alert_hand_over_seconds_count{kind="push"} 4\n'));
});

test('each series has one head, a kind and a help, and none is told that these roles do not have', async () => {
  const { metrics } = open(['http']);
  metrics.read('vedette_heap_used_bytes', (say) => say(7, {}));
  const text = await metrics.text();
  const heads = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, kind]) => [name, kind]);
  const mine = seriesNames.filter((name) => seriesOf(name).roles.includes('http'));
  assert.deepEqual(
    heads,
    mine.map((name) => [name, seriesOf(name).kind]),
  );
  assert.ok(mine.length >= 15 && mine.length < seriesNames.length);
  assert.ok(!text.includes('vedette_expiry_overwritten_total'));
  for (const line of text.trimEnd().split('\n'))
    assert.match(line, /^(# (HELP|TYPE) [a-z_0-9]+ \S.*|[a-z_0-9]+(\{[^}]*\})? \S+)$/);
});

test('a service is asked once in fifteen seconds, however often and by how many at a time', async () => {
  const { metrics, clock } = open();
  let asked = 0;
  metrics.ask('queue', async (say) => {
    asked += 1;
    say('vedette_queue_waiting_messages', asked, { topic: 'alerts' });
  });
  const line = (count: number) => `vedette_queue_waiting_messages{topic="alerts"} ${count}\n`;
  const texts = await Promise.all([metrics.text(), metrics.text(), metrics.text()]);
  for (const text of texts) assert.ok(text.includes(line(1)));
  await clock.advance(14_999);
  assert.ok((await metrics.text()).includes(line(1)));
  assert.equal(asked, 1);
  await clock.advance(1);
  assert.ok((await metrics.text()).includes(line(2)));
  assert.equal(asked, 2);
});

test('a service that is away gives no sample, rather than that of before', async () => {
  const { metrics, clock } = open();
  let isAway = false;
  metrics.ask('queue', async (say) => {
    say('vedette_queue_dead_letters', 3, { topic: 'alerts' });
    if (isAway) throw new Error('It is away.');
  });
  assert.match(await metrics.text(), /^vedette_queue_dead_letters\{topic="alerts"\} 3$/m);
  assert.match(await metrics.text(), /^vedette_metrics_unanswered\{question="queue"\} 0$/m);
  isAway = true;
  await clock.advance(15_000);
  const text = await metrics.text();
  assert.doesNotMatch(text, /^vedette_queue_dead_letters\{/m);
  assert.match(text, /^vedette_metrics_unanswered\{question="queue"\} 1$/m);
});

test('a scrape waits four seconds for a service that hangs, the next ones not at all, and nothing piles up', async () => {
  const { metrics, clock } = open();
  let asked = 0;
  const answering: ((count: number) => void)[] = [];
  metrics.ask('queue', async (say) => {
    asked += 1;
    const count = await new Promise<number>((resolve) => answering.push(resolve));
    say('vedette_queue_waiting_messages', count, { topic: 'alerts' });
  });
  const beganMs = clock.monotonicMs();
  assert.doesNotMatch(await inTime(clock, metrics.text()), /^vedette_queue_waiting_messages\{/m);
  assert.ok(clock.monotonicMs() - beganMs <= 5_000);
  for (let scrape = 0; scrape < 3; scrape += 1) {
    await clock.advance(15_000);
    assert.doesNotMatch(await metrics.text(), /^vedette_queue_waiting_messages\{/m);
  }
  assert.equal(asked, 1);
  answering[0]?.(5);
  await clock.advance(1);
  assert.match(await metrics.text(), /^vedette_queue_waiting_messages\{topic="alerts"\} 5$/m);
});

test('a question that is never answered is asked anew after a minute', async () => {
  const { metrics, clock } = open();
  let asked = 0;
  metrics.ask('queue', () => {
    asked += 1;
    return new Promise(() => {});
  });
  for (let scrape = 0; scrape < 9; scrape += 1)
    await inTime(clock, Promise.all([metrics.text(), clock.sleep(10_000)]));
  assert.equal(asked, 2);
});

test('what is read is told once, be it counted elsewhere', async () => {
  const { metrics } = open();
  metrics.read('vedette_recorder_written_bytes_total', (say) => say(7, {}));
  const lines = [...(await metrics.text()).matchAll(/^vedette_recorder_written_bytes_total .*$/gm)];
  assert.deepEqual(
    lines.map(([line]) => line),
    ['vedette_recorder_written_bytes_total 7'],
  );
});

test('what cannot be read is left out, and the rest is told', async () => {
  const { metrics } = open();
  metrics.read('vedette_heap_used_bytes', () => {
    throw new Error('It cannot be read.');
  });
  metrics.read('process_resident_memory_bytes', (say) => say(Number.NaN, {}));
  metrics.read('process_start_time_seconds', (say) => say(12, {}));
  const text = await metrics.text();
  assert.match(text, /^process_start_time_seconds 12$/m);
  assert.doesNotMatch(text, /^(vedette_heap_used_bytes|process_resident_memory_bytes) /m);
});

test('labels without end do not fill the memory', async () => {
  const { metrics } = open();
  for (let made = 0; made < maxSamples + 500; made += 1)
    metrics.counter('vedette_images_refused_total', { code: `code-${made}` }).add();
  const lines = [...(await metrics.text()).matchAll(/^vedette_images_refused_total\{.*$/gm)];
  assert.equal(lines.length, maxSamples);
});

test('whatever a label says, it stays one label on one line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (value) => {
      const text = labelText([['code', value]]);
      assert.ok(!text.includes('\n'));
      const inner = /^\{code="((?:[^"\\]|\\.)*)"\}$/su.exec(text)?.[1];
      assert.ok(inner !== undefined);
      const read = inner.replace(/\\(.)/gsu, (_, each: string) => (each === 'n' ? '\n' : each));
      assert.equal(read, value);
    }),
  );
});

test('names follow the conventions: what only grows ends in _total, and units are base units', () => {
  for (const name of seriesNames) {
    const { kind, says, roles } = seriesOf(name);
    assert.match(name, /^(vedette|process)_[a-z0-9_]+$/);
    assert.equal(kind === 'counter', name.endsWith('_total'), name);
    assert.doesNotMatch(name, /_(ms|milliseconds|minutes|kb|mb|megabytes|percent)(_|$)/);
    if (kind === 'histogram') assert.match(name, /_seconds$/);
    assert.match(says, /^[A-Z].*\.$/);
    assert.ok(roles.length > 0);
  }
  assert.ok(seriesNames.length >= 45 && queueTopics.length >= 10);
});
