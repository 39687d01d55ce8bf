// Privacy masks of what is taken out: which cameras have any, and what covering them means.

import type { CameraZones } from '../../src/http/contract/zones.ts';

/** Names of those cameras that have masks, each with its zones where they are known. Pure. */
export function maskedCameras(
  cameras: readonly { readonly name: string; readonly zones: CameraZones['zones'] | undefined }[],
): readonly string[] {
  return cameras
    .filter(({ zones }) => zones?.some(({ kind }) => kind === 'mask') === true)
    .map(({ name }) => name);
}

/** What becomes of the footage of these cameras. Pure. */
export function masksHint(masked: readonly string[], isCovered: boolean): string {
  const who = masked.join(', ');
  return isCovered
    ? `${who}: what lies behind masks is painted over in every picture. That takes a while, and the file is no longer an exact copy; the recording itself stays as it is.`
    : `${who}: an exact copy of the recording, which shows what lies behind the masks.`;
}
