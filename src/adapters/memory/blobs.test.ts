import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { branded, type Sha256 } from '../../core/brand.ts';
import { blobsContract } from '../../core/ports/blobs.contract.ts';
import { memoryBlobs } from './blobs.ts';

blobsContract('memory blobs', async () => memoryBlobs());

test('a full store refuses, and deleting makes room', async () => {
  const blobs = memoryBlobs({ capacityBytes: 100 });
  const bytes = new Uint8Array(60);
  const expected = {
    sizeBytes: 60,
    sha256: branded<Sha256>(createHash('sha256').update(bytes).digest('hex')),
  };
  await blobs.put('a', bytes, expected);
  await assert.rejects(blobs.put('b', bytes, expected), { code: 'data-full' });
  assert.equal(await blobs.freeBytes(), 40);
  await blobs.delete('a');
  await blobs.put('b', bytes, expected);
});
