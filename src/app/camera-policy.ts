// Where cameras may be, as the settings say.

import type { CameraPolicy } from '../core/site/camera-policy.ts';
import type { Settings } from './settings.ts';

/** Where anybody may make an account, what only this machine, or its network, can reach is for the operator to allow. */
export function cameraPolicyOf(settings: Settings): CameraPolicy {
  const isOpen = settings.VEDETTE_SIGN_UP === 'open';
  return {
    allowPrivate: settings.VEDETTE_ALLOW_PRIVATE_CAMERAS ?? !isOpen,
    allowLoopback: settings.VEDETTE_ALLOW_LOOPBACK_CAMERAS ?? !isOpen,
    fileFolders: settings.VEDETTE_CAMERA_FILE_FOLDERS ?? (isOpen ? [] : null),
  };
}
