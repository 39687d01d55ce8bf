// What whoever asked reads of a fault, and what the log has of it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock } from '../adapters/memory/clock.ts';
import { VedetteError } from '../core/errors.ts';
import type { Log } from '../core/ports/log.ts';
import { problemResponse, requestFailures } from './problem.ts';

function open() {
  const clock = manualClock(0);
  const lines: string[] = [];
  const at = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  const log: Log = {
    ...{ debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), with: () => log },
  };
  const failures = requestFailures({ clock, log });
  const fail = (error: unknown) =>
    problemResponse(error, failures, new Request('http://localhost/api/v1/me'));
  return { clock, lines, fail };
}

test('requests that fail for a service that is away are one line, also where nothing else says that it is', async () => {
  const { clock, lines, fail } = open();
  for (let request = 0; request < 3; request += 1) {
    fail(new VedetteError('queue-unavailable'));
    await clock.advance(1_000);
  }
  fail(new VedetteError('records-unavailable'));
  const aloud = () => lines.filter((line) => !line.startsWith('debug'));
  assert.deepEqual(aloud(), ['error A request failed', 'error A request failed']);
  await clock.advance(301_000);
  fail(new VedetteError('queue-unavailable'));
  assert.equal(aloud().length, 3, 'the next outage is said again');
});

test('faults of ours are each a line, and are told as nothing more than that', async () => {
  const { lines, fail } = open();
  for (let request = 0; request < 2; request += 1) {
    const answer = fail(new Error('a name and a place'));
    assert.equal(answer.status, 500);
    assert.doesNotMatch(await answer.text(), /place/);
  }
  assert.equal(lines.length, 2);
});
