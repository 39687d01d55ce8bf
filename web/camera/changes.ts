// Changing and removing cameras.

import type { CameraChange } from '../../src/http/contract/cameras.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { send } from '../app/api.ts';

export function changeCamera(cameraId: string, change: CameraChange): Promise<void> {
  return send(paths.camera(cameraId), { method: 'PATCH', body: change });
}

export function removeCamera(cameraId: string): Promise<void> {
  return send(paths.camera(cameraId), { method: 'DELETE' });
}
