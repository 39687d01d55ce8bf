// The part of the program that opens incidents and tells people, on a real folder: what the test of alerts kills.

import { inprocessEvents } from '../../src/adapters/inprocess/events.ts';
import { keyFile } from '../../src/adapters/keyfile/keys.ts';
import { memoryBlobs } from '../../src/adapters/memory/blobs.ts';
import { memoryNotifiers } from '../../src/adapters/memory/notifier.ts';
import { mayReach } from '../../src/adapters/outbound/address.ts';
import { guardedFetch } from '../../src/adapters/outbound/fetch.ts';
import { openDatabase } from '../../src/adapters/sql/database.ts';
import { sqlQueue } from '../../src/adapters/sql/queue.ts';
import { sqlRecords } from '../../src/adapters/sql/records.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { pushKeys } from '../../src/adapters/webpush/keys.ts';
import { pushNotifier } from '../../src/adapters/webpush/notifier.ts';
import { branded, type EpochMs, type OrganizationId, type TrackId } from '../../src/core/brand.ts';
import { wholePicture } from '../../src/core/detection/detection.ts';
import { newId } from '../../src/core/identifiers.ts';
import { handleSighting } from '../../src/core/incident/handle-sighting.ts';
import { silentLog as log } from '../../src/core/ports/log.ts';
import type { Camera } from '../../src/core/site/camera.ts';
import { startAlertTimers } from '../../src/workers/alert-timers.ts';
import { startDelivery } from '../../src/workers/deliver.ts';
import { startRelay } from '../../src/workers/relay.ts';

const [, , folder = '', organization = '', mode = 'work'] = process.argv;
const organizationId = branded<OrganizationId>(organization);
const clock = systemClock();
const database = await openDatabase({ path: `${folder}/vedette.sqlite`, log });
const keys = await keyFile({ path: `${folder}/keys.json` });
const records = sqlRecords({ database, keys, clock });
const queue = sqlQueue({ database, clock, log });
const events = inprocessEvents({ log });
const deps = { records, blobs: memoryBlobs(), keys, clock, events, log };
const push = pushNotifier({
  fetch: guardedFetch({ allowPrivateAddresses: true }),
  mayReach: (url) => mayReach(url, { allowPrivate: true }),
  log,
  keys: pushKeys(records.pushKeys),
  contact: 'mailto:admin@example.org',
  allowPlain: true,
});
const notifiers = { ...memoryNotifiers(), push };
startRelay({ records, queue, clock, log });
startDelivery({ ...deps, queue, notifiers }, { publicUrl: 'https://cams.example.org' });
startAlertTimers({ ...deps, queue });

const cameras = await records.cameras.list(organizationId);
process.stdout.write('ready\n');
// A visit at one site after the other; each is told as it is stored, until somebody kills this.
// It begins where the one before was killed: every site has one visit.
for (const camera of await unvisited(cameras)) {
  if (mode !== 'work') break;
  const now = clock.now();
  const startAt = branded<EpochMs>(now - 500);
  const { opened } = await handleSighting(deps, {
    phase: 'ended',
    cameraId: camera.id,
    trackId: newId<TrackId>(clock),
    kind: 'person',
    startAt,
    lastSeenAt: now,
    bestScore: 0.5,
    bestBox: { x: 0.4, y: 0.4, width: 0.1, height: 0.3 },
    paths: [],
    snapshot: null,
    touches: [wholePicture(startAt, now)],
  });
  if (opened !== null) process.stdout.write(`opened ${opened.id}\n`);
  await new Promise((resolve) => setTimeout(resolve, 15));
}

async function unvisited(all: readonly Camera[]): Promise<readonly Camera[]> {
  const incidents = await records.incidents.list({ organizationId, limit: all.length });
  const visited = new Set(incidents.map(({ siteId }) => siteId));
  return all.filter(({ siteId }) => !visited.has(siteId));
}
