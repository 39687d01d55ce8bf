import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ArmedBy } from '../../src/http/contract/sites.ts';
import { lineWords } from './words.ts';

const at = Date.UTC(2026, 9, 3, 12);
const ada: ArmedBy = { kind: 'member', id: 'ada', name: 'Ada' };
const schedule: ArmedBy = { kind: 'schedule', id: null, name: null };
const told = (line: Parameters<typeof lineWords>[0]) => {
  const { what, more } = lineWords(line, 'UTC', at + 60_000, (id) => (id === 'gate' ? 'Gate' : undefined));
  return `${what}: ${more}`;
};

test('a change of arming says who, how, and after which delay', () => {
  const change = { kind: 'arming', at, before: 'disarmed', effectiveAt: at } as const;
  assert.equal(
    told({ ...change, by: ada, arming: 'armed-away', effectiveAt: at + 45_000 }),
    'Armed, away: Ada, in force after 45 s.',
  );
  assert.equal(told({ ...change, by: schedule, arming: 'disarmed' }), 'Disarmed: By schedule.');
  const key: ArmedBy = { kind: 'access-key', id: 'k', name: 'Gate controller' };
  assert.equal(
    told({ ...change, by: key, arming: 'armed-home' }),
    'Armed, home: Gate controller, by access key.',
  );
  const gone = told({ ...change, by: { ...ada, name: null }, arming: 'disarmed' });
  assert.equal(gone, 'Disarmed: Somebody who is gone.');
});

test('a bypass says until when, or when and by whom it was ended', () => {
  const bypass = {
    kind: 'bypass',
    at,
    by: ada,
    cameraId: 'gate',
    until: null,
    endedAt: null,
    endedBy: null,
  } as const;
  assert.equal(told(bypass), 'Gate bypassed: Ada, until the next disarming.');
  assert.equal(told({ ...bypass, until: at + 3_600_000 }), 'Gate bypassed: Ada, until today 13:00.');
  const ended = { ...bypass, cameraId: 'gone', endedAt: at + 30_000, endedBy: schedule };
  assert.equal(told(ended), 'A camera that was removed bypassed: Ada, ended today 12:00 (By schedule).');
});

test('an entry says what became of it', () => {
  const entry = {
    kind: 'entry',
    at,
    dueAt: at + 30_000,
    endedAt: null,
    endedBy: null,
    incidentId: null,
  } as const;
  assert.equal(told({ ...entry, state: 'running' }), 'Somebody came in: Time to disarm until 12:00:30.');
  assert.equal(
    told({ ...entry, state: 'disarmed', endedBy: ada }),
    'Somebody came in: Disarmed in time: Ada.',
  );
  assert.match(told({ ...entry, state: 'alarmed' }), /became an incident/);
});
