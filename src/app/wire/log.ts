// The log of this process.

import { pinoLog } from '../../adapters/pino/log.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Settings } from '../settings.ts';

export function openLog(settings: Pick<Settings, 'VEDETTE_LOG_LEVEL' | 'VEDETTE_LOG_FORMAT'>): Log {
  return pinoLog({ level: settings.VEDETTE_LOG_LEVEL, format: settings.VEDETTE_LOG_FORMAT });
}
