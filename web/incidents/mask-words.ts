// Privacy masks of what is taken out: which cameras have any, and what covering them means.

import type { CameraZones } from '../../src/http/contract/zones.ts';

interface Named {
  readonly id: string;
  readonly name: string;
}

/** Names of those of these cameras that have masks. Pure. */
export function maskedCameras(
  cameras: readonly Named[],
  known: readonly Pick<CameraZones, 'cameraId' | 'zones'>[],
): readonly string[] {
  return cameras.flatMap(({ id, name }) => {
    const zones = known.find(({ cameraId }) => cameraId === id)?.zones ?? [];
    return zones.some(({ kind }) => kind === 'mask') ? [name] : [];
  });
}

/** What becomes of the footage of these cameras. Pure. */
export function masksHint(masked: readonly string[], isCovered: boolean): string {
  const who = masked.join(', ');
  return isCovered
    ? `${who}: what lies behind masks is painted over in every picture. That takes a while, and the file is no longer an exact copy; the recording itself stays as it is.`
    : `${who}: an exact copy of the recording, which shows what lies behind the masks.`;
}
