import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askForProof, isProofAsked, settleProof, watchProof } from './asking.ts';

test('two calls that need proof at once ask once, and both go on', async () => {
  let changes = 0;
  const unwatch = watchProof(() => {
    changes += 1;
  });
  const answers = [askForProof(), askForProof()];
  assert.equal(isProofAsked(), true);
  assert.equal(changes, 1);
  settleProof(true);
  assert.deepEqual(await Promise.all(answers), [true, true]);
  assert.equal(isProofAsked(), false);
  unwatch();
});

test('a question that was waved away is asked anew the next time', async () => {
  const first = askForProof();
  settleProof(false);
  assert.equal(await first, false);
  const second = askForProof();
  assert.equal(isProofAsked(), true);
  settleProof(true);
  assert.equal(await second, true);
});
