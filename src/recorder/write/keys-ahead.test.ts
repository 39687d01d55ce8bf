import assert from 'node:assert/strict';
import test from 'node:test';
import { manualClock } from '../../adapters/memory/clock.ts';
import { memoryKeys } from '../../adapters/memory/keys.ts';
import { branded, type OrganizationId } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import { recordingKeyContext } from '../../core/footage/recording.ts';
import type { Keys } from '../../core/ports/keys.ts';
import { keysAhead } from './keys-ahead.ts';

const organizationId = branded<OrganizationId>('0198c0de-0000-7000-8000-000000000001');

/** A keeper that is taken away and brought back, and how often it was asked. */
function keeper() {
  const keys = memoryKeys();
  const state = { isAway: false, asked: 0, waiting: 0 };
  const wrap: Keys['wrap'] = async (key, context) => {
    state.asked += 1;
    if (state.isAway) throw new VedetteError('key-unavailable');
    state.waiting += 1;
    try {
      return await keys.wrap(key, context);
    } finally {
      state.waiting -= 1;
    }
  };
  /** Until what was begun beside is done. */
  const settled = async () => {
    do await new Promise((resolve) => setImmediate(resolve));
    while (state.waiting > 0);
  };
  const clock = manualClock(Date.UTC(2026, 0, 1));
  return { keys, clock, state, settled, ahead: keysAhead({ keys: { wrap }, clock }, organizationId) };
}

/** Takes keys until there is none; each opens in the context of its own recording, and no two are the same. */
async function left({ keys, ahead, settled }: ReturnType<typeof keeper>): Promise<number> {
  const seen = new Set<string>();
  for (;;) {
    const one = await ahead.next().catch(() => null);
    await settled();
    if (one === null) return seen.size;
    const plain = await keys.unwrap(one.wrappedKey, recordingKeyContext({ organizationId, id: one.id }));
    assert.deepEqual(plain, new Uint8Array(one.key));
    seen.add(plain.toHex());
  }
}

test('an hour of keys is made ahead while the keeper answers, and used while it does not', async () => {
  const made = keeper();
  for (let minute = 0; minute < 20; minute += 1) {
    await made.ahead.next();
    await made.settled();
  }
  assert.equal(made.state.asked, 20 + 60);
  made.state.isAway = true;
  assert.equal(await left(made), 60);
});

test('who is the first to find the keeper away has a key all the same, and the next ask it beside', async () => {
  const { ahead, state, settled } = keeper();
  await ahead.next();
  await settled();
  state.isAway = true;
  await ahead.next();
  await settled();
  state.isAway = false;
  const { asked } = state;
  await ahead.next();
  await settled();
  assert.ok(state.asked > asked);
});

test('keys of an epoch that is over are dropped as soon as the next one is seen', async () => {
  const made = keeper();
  await made.ahead.next();
  await made.settled();
  await made.keys.rotate();
  const { wrappedKey } = await made.ahead.next();
  await made.settled();
  made.state.isAway = true;
  await made.keys.destroyEpoch(wrappedKey.epoch - 1);
  assert.equal(await left(made), 10);
});

test('keys that are too old for their recording to be found are not used', async () => {
  const made = keeper();
  await made.ahead.next();
  await made.settled();
  made.state.isAway = true;
  await made.clock.advance(13 * 3_600_000);
  assert.equal(await left(made), 0);
});

test('what the keeper refuses for another reason is told, and after the end nothing is made ahead', async () => {
  const clock = manualClock(0);
  const refusing = keysAhead(
    { keys: { wrap: () => Promise.reject(new VedetteError('request-invalid')) }, clock },
    organizationId,
  );
  await assert.rejects(refusing.next(), { code: 'request-invalid' });
  const { ahead, state, settled } = keeper();
  ahead.stop();
  await ahead.next();
  await settled();
  assert.equal(state.asked, 1);
});
