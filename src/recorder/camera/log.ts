// The log of one camera: every line says which camera it is about, by id and by the name it has now.

import type { Log, LogFields } from '../../core/ports/log.ts';
import type { Camera } from '../../core/site/camera.ts';

/** `camera` is asked for each line: people rename cameras. */
export function cameraLog(log: Log, camera: () => Pick<Camera, 'id' | 'name'>, more: LogFields = {}): Log {
  const about = (fields?: LogFields): LogFields => {
    const { id, name } = camera();
    return { cameraId: id, camera: name, ...more, ...fields };
  };
  return {
    debug: (message, fields) => log.debug(message, about(fields)),
    info: (message, fields) => log.info(message, about(fields)),
    warn: (message, fields) => log.warn(message, about(fields)),
    error: (message, fields) => log.error(message, about(fields)),
    with: (fields) => cameraLog(log, camera, { ...more, ...fields }),
  };
}
