// Where a camera's status and newest picture lie in the cache: the recorder writes them, the pages read them.

/** The status, as JSON. */
export function cameraStatusKey(cameraId: string): string {
  return `camera-status/${cameraId}`;
}

/** The newest picture, as a JPEG. */
export function cameraPictureKey(cameraId: string): string {
  return `camera-picture/${cameraId}`;
}

/** Exists while somebody looks at the camera: pictures are then kept more often. */
export function cameraPictureWantedKey(cameraId: string): string {
  return `camera-picture-wanted/${cameraId}`;
}
