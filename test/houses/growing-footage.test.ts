import { branded, type CameraId, type EpochMs, type RecordingId, type Sha256 } from '../../src/core/brand.ts';
import { openFootageContract } from '../../src/core/ports/open-footage.contract.ts';
import type { OpenRecording } from '../../src/core/ports/open-footage.ts';
import { growingFootage, init, startMs } from './http.ts';

openFootageContract('open footage that a test lets grow', async () => {
  const footage = growingFootage();
  const cameraId = branded<CameraId>('01a20128-8186-7ade-bad3-000000000001');
  const otherCameraId = branded<CameraId>('01a20128-8186-7ade-bad3-000000000002');
  const bytes = new Uint8Array(10);
  const fragment = {
    sizeBytes: bytes.length,
    durationTicks: 90_000,
    frameCount: 25,
    sha256: branded<Sha256>('b'.repeat(64)),
  };
  return {
    footage,
    cameraId,
    otherCameraId,
    async add(id) {
      const before = (await footage.of(id))[0]?.fragments ?? [];
      const recording: OpenRecording = {
        id: branded<RecordingId>(id.replace('bad3', 'beef')),
        cameraId: id,
        startAt: branded<EpochMs>(startMs),
        init,
        wrappedKey: { epoch: 1, ciphertext: 'AAAA' },
        fragments: [...before, fragment],
      };
      footage.show(
        recording,
        [...before, fragment].map(() => bytes),
      );
    },
  };
});
