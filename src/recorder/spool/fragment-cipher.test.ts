import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { decryptFragment, encryptFragment, fragmentIv } from './fragment-cipher.ts';

const key = fc.uint8Array({ minLength: 16, maxLength: 16 });

test('a player that knows only RFC 8216 decrypts a fragment by its number', async () => {
  await fc.assert(
    fc.asyncProperty(key, fc.nat(70_000), fc.uint8Array(), async (bytes, index, plain) => {
      const stored = Buffer.concat(encryptFragment(bytes, index, plain));
      assert.equal(stored.length % 16, 0);
      assert.ok(stored.length > plain.length);
      const raw = await crypto.subtle.importKey('raw', new Uint8Array(bytes), 'AES-CBC', false, ['decrypt']);
      const iv = Buffer.from(index.toString(16).padStart(32, '0'), 'hex');
      const decrypted = await crypto.subtle.decrypt({ name: 'AES-CBC', iv }, raw, stored);
      assert.deepEqual(new Uint8Array(decrypted), plain);
      assert.deepEqual(new Uint8Array(decryptFragment(bytes, index, stored)), plain);
    }),
  );
});

test('the number of a fragment is its IV, 16 bytes big-endian', () => {
  assert.equal(fragmentIv(0).toString('hex'), '00'.repeat(16));
  assert.equal(fragmentIv(0x01_02_03).toString('hex'), `${'00'.repeat(13)}010203`);
});

test('another key or torn bytes are refused', () => {
  const plain = new TextEncoder().encode('a fragment that is longer than one block');
  const stored = Buffer.concat(encryptFragment(new Uint8Array(16), 0, plain));
  const torn = stored.subarray(0, stored.length - 3);
  assert.throws(() => decryptFragment(new Uint8Array(16), 0, torn), { code: 'footage-damaged' });
});
