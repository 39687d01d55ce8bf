// Where cameras may be, as the settings say.

import type { CameraPolicy } from '../core/site/camera-policy.ts';
import type { Settings } from './settings.ts';

/** Where anybody may make an account, what only this machine can reach is for the operator to allow. */
export function cameraPolicyOf(settings: Settings): CameraPolicy {
  const isOpen = settings.VEDETTE_SIGN_UP === 'open';
  return {
    allowLoopback: settings.VEDETTE_ALLOW_LOOPBACK_CAMERAS ?? !isOpen,
    fileFolders: settings.VEDETTE_CAMERA_FILE_FOLDERS ?? (isOpen ? [] : null),
  };
}
