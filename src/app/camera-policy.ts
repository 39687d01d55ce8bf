// Where cameras may be, as the settings say.

import type { CameraPolicy } from '../core/site/camera-policy.ts';
import type { Settings } from './settings.ts';

export function cameraPolicyOf(settings: Settings): CameraPolicy {
  return {
    allowLoopback: settings.VEDETTE_ALLOW_LOOPBACK_CAMERAS,
    fileFolders: settings.VEDETTE_CAMERA_FILE_FOLDERS ?? null,
  };
}
