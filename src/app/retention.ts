// How long footage is kept, from the settings.

import type { Retention } from '../core/footage/retention.ts';
import type { Settings } from './settings.ts';

export function retentionOf(settings: Settings): Retention {
  return {
    idleDays: settings.VEDETTE_RETENTION_IDLE_DAYS,
    activityDays: settings.VEDETTE_RETENTION_ACTIVITY_DAYS,
    incidentDays: settings.VEDETTE_RETENTION_INCIDENT_DAYS,
  };
}
