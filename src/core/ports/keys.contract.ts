// What every provider of keys keeps.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Keys } from './keys.ts';

const callers = 20;

/** Runs the suite; `open` gives a fresh provider. */
export function keysContract(name: string, open: (t: TestContext) => Promise<Keys>): void {
  wrapContract(name, open);
  epochContract(name, open);
  signContract(name, open);
}

function wrapContract(name: string, open: (t: TestContext) => Promise<Keys>): void {
  test(`${name}: keys of 16 to 64 bytes come back as they were wrapped`, async (t) => {
    const keys = await open(t);
    for (const sizeBytes of [16, 32, 64]) {
      const key = crypto.getRandomValues(new Uint8Array(sizeBytes));
      const wrapped = await keys.wrap(key, 'recording/o/1');
      assert.match(wrapped.ciphertext, /^[A-Za-z0-9_-]+$/);
      assert.deepEqual(new Uint8Array(await keys.unwrap(wrapped, 'recording/o/1')), key);
    }
  });

  test(`${name}: a key that is longer, or none at all, is refused`, async (t) => {
    const keys = await open(t);
    await assert.rejects(keys.wrap(new Uint8Array(65), 'c'), { code: 'request-invalid' });
    await assert.rejects(keys.wrap(new Uint8Array(0), 'c'), { code: 'request-invalid' });
  });

  test(`${name}: wrapping the same key twice gives different ciphertexts`, async (t) => {
    const keys = await open(t);
    const key = new Uint8Array(16);
    const [one, two] = [await keys.wrap(key, 'c'), await keys.wrap(key, 'c')];
    assert.notEqual(one.ciphertext, two.ciphertext);
  });

  test(`${name}: a key does not unwrap in another context`, async (t) => {
    const keys = await open(t);
    const wrapped = await keys.wrap(new Uint8Array(16), 'recording/o/1');
    await assert.rejects(keys.unwrap(wrapped, 'recording/o/2'), { code: 'key-unavailable' });
    await assert.rejects(keys.unwrap(wrapped, ''), { code: 'key-unavailable' });
  });

  test(`${name}: a wrapped key with any character changed, cut or added does not unwrap`, async (t) => {
    const keys = await open(t);
    const wrapped = await keys.wrap(new Uint8Array(16), 'c');
    const text = wrapped.ciphertext;
    const damaged = ['', 'A', text.slice(0, -1), text.slice(1), `${text}AAAA`, `${text}!`];
    // Not the last character: some of its bits may mean nothing in base64url.
    for (let i = 0; i < text.length - 1; i += 1) {
      damaged.push(text.slice(0, i) + (text[i] === 'A' ? 'B' : 'A') + text.slice(i + 1));
    }
    for (const ciphertext of damaged) {
      await assert.rejects(keys.unwrap({ ...wrapped, ciphertext }, 'c'), { code: 'key-unavailable' });
    }
  });

  test(`${name}: another provider's keys do not unwrap`, async (t) => {
    const wrapped = await (await open(t)).wrap(new Uint8Array(16), 'c');
    await assert.rejects((await open(t)).unwrap(wrapped, 'c'), { code: 'key-unavailable' });
  });
}

function epochContract(name: string, open: (t: TestContext) => Promise<Keys>): void {
  test(`${name}: after a rotation new keys are of the new epoch, and old ones still unwrap`, async (t) => {
    const keys = await open(t);
    const key = crypto.getRandomValues(new Uint8Array(16));
    const before = await keys.wrap(key, 'c');
    const epoch = await keys.rotate();
    const after = await keys.wrap(key, 'c');
    assert.equal(after.epoch, epoch);
    assert.notEqual(after.epoch, before.epoch);
    assert.deepEqual(new Uint8Array(await keys.unwrap(before, 'c')), key);
    assert.deepEqual(new Uint8Array(await keys.unwrap(after, 'c')), key);
  });

  test(`${name}: what a destroyed epoch wrapped is lost, and nothing else`, async (t) => {
    const keys = await open(t);
    const key = crypto.getRandomValues(new Uint8Array(16));
    const lost = await keys.wrap(key, 'c');
    await keys.rotate();
    const kept = await keys.wrap(key, 'c');
    await keys.destroyEpoch(lost.epoch);
    await keys.destroyEpoch(lost.epoch);
    await assert.rejects(keys.unwrap(lost, 'c'), { code: 'key-destroyed' });
    await assert.rejects(keys.unwrap({ ...kept, epoch: lost.epoch }, 'c'), { code: 'key-destroyed' });
    assert.deepEqual(new Uint8Array(await keys.unwrap(kept, 'c')), key);
  });

  test(`${name}: the current epoch, or one that never was, cannot be destroyed`, async (t) => {
    const keys = await open(t);
    const wrapped = await keys.wrap(new Uint8Array(16), 'c');
    await assert.rejects(keys.destroyEpoch(wrapped.epoch), { code: 'request-invalid' });
    await assert.rejects(keys.destroyEpoch(wrapped.epoch + 1_000), { code: 'request-invalid' });
    await assert.rejects(keys.unwrap({ ...wrapped, epoch: wrapped.epoch + 1_000 }, 'c'), {
      code: 'key-unavailable',
    });
    await keys.unwrap(wrapped, 'c');
  });

  test(`${name}: parallel rotations begin one epoch each`, async (t) => {
    const keys = await open(t);
    const epochs = await Promise.all(Array.from({ length: callers }, () => keys.rotate()));
    assert.equal(new Set(epochs).size, callers);
    assert.equal((await keys.wrap(new Uint8Array(16), 'c')).epoch, Math.max(...epochs));
  });

  test(`${name}: wrapping while epochs turn and are destroyed never loses a key of a kept epoch`, async (t) => {
    const keys = await open(t);
    const first = await keys.wrap(new Uint8Array(16), 'c');
    const wrapping = Promise.all(
      Array.from({ length: callers }, async (_, i) => keys.wrap(new Uint8Array(16).fill(i), 'c')),
    );
    await Promise.all([wrapping, keys.rotate(), keys.rotate()]);
    for (const [i, wrapped] of (await wrapping).entries()) {
      assert.deepEqual(new Uint8Array(await keys.unwrap(wrapped, 'c')), new Uint8Array(16).fill(i));
    }
    await keys.destroyEpoch(first.epoch);
    await assert.rejects(keys.unwrap(first, 'c'), { code: 'key-destroyed' });
  });
}

function signContract(name: string, open: (t: TestContext) => Promise<Keys>): void {
  test(`${name}: a signature verifies under the public key, over those bytes only`, async (t) => {
    const keys = await open(t);
    const bytes = new TextEncoder().encode('checkpoint');
    const signature = await keys.sign(bytes);
    const publicKey = await keys.publicKey();
    assert.equal(signature.length, 64);
    assert.equal(publicKey.length, 32);
    const verifier = await crypto.subtle.importKey('raw', new Uint8Array(publicKey), 'Ed25519', true, [
      'verify',
    ]);
    const verify = (signed: Uint8Array<ArrayBuffer>) =>
      crypto.subtle.verify('Ed25519', verifier, new Uint8Array(signature), signed);
    assert.equal(await verify(bytes), true);
    assert.equal(await verify(new TextEncoder().encode('checkpoinT')), false);
  });

  test(`${name}: the signing key outlives rotations`, async (t) => {
    const keys = await open(t);
    const before = await keys.publicKey();
    await keys.rotate();
    assert.deepEqual(await keys.publicKey(), before);
  });
}
