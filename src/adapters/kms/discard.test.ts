// A key that gets its name while KMS, which is consistent some seconds late, does not show it yet.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VedetteError } from '../../core/errors.ts';
import { manualClock } from '../memory/clock.ts';
import type { Kms } from './client.ts';
import { lateForMs, makeNamed } from './discard.ts';
import { kmsFailure } from './failure.ts';

const alias = 'alias/vedette/epoch-1';
const next = 'alias/vedette/epoch-2';

/** What CreateAlias comes to for the first alias; later ones are free. */
type Naming = 'answer-lost' | 'never-came' | 'there-already' | 'refused' | 'refused-later';

interface Scene {
  readonly naming: Naming;
  /** Whose the alias is, where it is there. */
  readonly owner?: string;
  /** After so long DescribeKey sees the alias. */
  readonly seenAfterMs?: number;
}

function refusal(attempts: number) {
  const error = Object.assign(new Error('No.'), { $fault: 'client', $metadata: { attempts } });
  error.name = 'AccessDeniedException';
  return kmsFailure(error, 'kms:CreateAlias', alias);
}

function scene({ naming, owner = 'ours', seenAfterMs = 0 }: Scene) {
  const clock = manualClock(0);
  const deleted: string[] = [];
  const named = new Map<string, string>();
  const not = () => Promise.reject(new Error('It is not asked for.'));
  const kms: Kms = {
    ...{ aliases: not, encrypt: not, decrypt: not, sign: not, publicKey: not, turnsByItself: not },
    close: () => {},
    make: async () => 'ours',
    async name(asked, id) {
      if (asked !== alias) {
        named.set(asked, id);
        return true;
      }
      if (naming === 'refused') throw refusal(1);
      if (naming !== 'never-came') named.set(alias, owner);
      if (naming === 'refused-later') throw refusal(2);
      if (naming === 'there-already') return false;
      throw new VedetteError('key-unavailable', 'AWS KMS did not answer in time.');
    },
    async find(asked) {
      const id = clock.monotonicMs() < seenAfterMs ? undefined : named.get(asked);
      return id === undefined ? null : { id, arn: '', state: 'Enabled', spec: '' };
    },
    scheduleDeletion: async (id) => void deleted.push(id),
  };
  async function make() {
    const made = makeNamed({ kms, clock }, { kind: 'wrapping', tag: 't' }, [alias, next]);
    made.catch(() => {});
    await clock.advance(lateForMs + 1_000);
    return made;
  }
  return { clock, deleted, make };
}

const stillThere = { code: 'key-unavailable', message: /The key ours was made meanwhile/ };

for (const naming of ['answer-lost', 'refused-later', 'there-already'] as const) {
  test(`a key whose own alias is seen late is used, and keeps one name (${naming})`, async () => {
    const { deleted, make } = scene({ naming, seenAfterMs: lateForMs - 1_000 });
    assert.equal(await make(), alias);
    assert.deepEqual(deleted, []);
  });

  test(`where its alias is not seen for long, the key is named and not deleted (${naming})`, async () => {
    const { clock, deleted, make } = scene({ naming, seenAfterMs: 3_600_000 });
    await assert.rejects(make(), stillThere);
    assert.deepEqual(deleted, []);
    assert.equal(clock.sleepers, 0);
  });
}

test('whether a call that had no answer came to anything is in doubt: the key is named, not deleted', async () => {
  const { deleted, make } = scene({ naming: 'never-came' });
  await assert.rejects(make(), stillThere);
  assert.deepEqual(deleted, []);
});

test('what was refused at once is deleted at once', async () => {
  const { deleted, make } = scene({ naming: 'refused', seenAfterMs: 3_600_000 });
  await assert.rejects(make(), /does not allow kms:CreateAlias/);
  assert.deepEqual(deleted, ['ours']);
});

test('an alias that is another’s, even where that is seen late, has the key take the next one', async () => {
  const { deleted, make } = scene({ naming: 'there-already', owner: 'theirs', seenAfterMs: 3_000 });
  assert.equal(await make(), next);
  assert.deepEqual(deleted, []);
});

test('a key that had no answer for an alias that is seen to be another’s is deleted', async () => {
  const { deleted, make } = scene({ naming: 'answer-lost', owner: 'theirs', seenAfterMs: 3_000 });
  await assert.rejects(make(), /did not answer in time/);
  assert.deepEqual(deleted, ['ours']);
});
