// Incidents put into the data folder of a running program from beside it: a test does not wait for weeks of them.

import { openDatabase } from '../../src/adapters/sql/database.ts';
import { memoryKeys } from '../../src/adapters/memory/keys.ts';
import { sqlRecords } from '../../src/adapters/sql/records.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { branded, type EpochMs, type IncidentId, type MemberId } from '../../src/core/brand.ts';
import { newId } from '../../src/core/identifiers.ts';
import type { Incident, Resolution } from '../../src/core/incident/incident.ts';
import { silentLog } from '../../src/core/ports/log.ts';
import type { Records } from '../../src/core/ports/records.ts';
import type { Camera } from '../../src/core/site/camera.ts';
import * as rows from './rows.ts';

export interface Folder extends AsyncDisposable {
  /** Its records; what is sealed cannot be read. */
  readonly records: Records;
  /** An incident that began `agoMs` ago, and is over unless `change` says otherwise. */
  add(camera: OfCamera, agoMs: number, change?: Partial<Incident>): Promise<Incident>;
  /** One that somebody looked after, `waitMs` after it was opened. */
  addResolved(camera: OfCamera, agoMs: number, resolved: Resolved): Promise<Incident>;
}

type OfCamera = Pick<Camera, 'id' | 'organizationId' | 'siteId'>;

interface Resolved {
  readonly resolution: Resolution;
  readonly by: MemberId;
  readonly waitMs: number;
}

/** How long the person of an incident was there, in ms. */
const presenceMs = 20_000;

export async function openFolder(folder: string): Promise<Folder> {
  const clock = systemClock();
  const database = await openDatabase({ path: `${folder}/vedette.sqlite`, log: silentLog });
  const records = sqlRecords({ database, keys: memoryKeys(), clock });

  const add: Folder['add'] = async (camera, agoMs, change = {}) => {
    const at = (ms: number) => branded<EpochMs>(clock.now() - agoMs + ms);
    const incident = rows.incident(
      { id: camera.id, organizationId: camera.organizationId, siteId: camera.siteId },
      {
        ...{ id: newId<IncidentId>(clock), startAt: at(0), openedAt: at(500) },
        ...{ lastSeenAt: at(presenceMs), endAt: at(presenceMs), bestScore: 0.6 },
        ...change,
      },
    );
    await records.incidents.insert(incident);
    const { id: incidentId, openedAt } = incident;
    const opened = { incidentId, at: openedAt, memberId: null, detail: '' } as const;
    await records.incidents.addStep({ ...opened, action: 'opened' });
    return incident;
  };
  return {
    records,
    add,
    async addResolved(camera, agoMs, { resolution, by, waitMs }) {
      const incident = await add(camera, agoMs, { state: 'resolved', resolution, assigneeId: by });
      const at = branded<EpochMs>(incident.openedAt + waitMs);
      const step = { incidentId: incident.id, at, memberId: by, detail: '' } as const;
      await records.incidents.addStep({ ...step, action: 'acknowledged' });
      await records.incidents.addStep({ ...step, action: 'resolved' });
      return incident;
    },
    [Symbol.asyncDispose]: () => records.close(),
  };
}
