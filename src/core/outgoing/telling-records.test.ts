import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { at, hash, household, id, incident, member, sensor, siren } from '../../../test/houses/rows.ts';
import { inprocessEvents } from '../../adapters/inprocess/events.ts';
import { manualClock } from '../../adapters/memory/clock.ts';
import { memoryKeys } from '../../adapters/memory/keys.ts';
import { openDatabase } from '../../adapters/sql/database.ts';
import { sqlRecords } from '../../adapters/sql/records.ts';
import { cloudEventSchema } from '../../http/contract/outgoing.ts';
import { startTellingOfCameras } from '../../workers/tell-cameras.ts';
import type { Alarm } from '../device/alarm.ts';
import type { PushedImage } from '../image/pushed-image.ts';
import { silentLog as log } from '../ports/log.ts';
import { secret } from '../secret.ts';
import type { CameraStatus } from '../site/camera.ts';
import { cloudEvent } from './cloud-event.ts';
import { lostEvent } from './compose.ts';
import { type OutgoingEvent, outgoingTypes } from './event.ts';
import { tellingRecords } from './telling-records.ts';

const publicUrl = 'https://cams.example.org';

async function setUp(t: TestContext) {
  const clock = manualClock();
  const database = await openDatabase({ path: ':memory:', log });
  t.after(() => database.close());
  const plain = sqlRecords({ database, keys: memoryKeys(), clock });
  const records = tellingRecords(plain, clock);
  const house = await household(records);
  const waiting = () => records.outgoingEvents.list(1_000);
  const types = async () => (await waiting()).map(({ type }) => type.split('.').slice(1, 3).join(' '));
  return { clock, plain, records, ...house, waiting, types };
}
type House = Awaited<ReturnType<typeof setUp>>;

function pushed({ camera: { id: cameraId, siteId, organizationId } }: House): PushedImage {
  return {
    ...{ id: id(), organizationId, siteId, cameraId, way: 'http', pushedBy: id(), state: 'stored' },
    ...{
      reason: null,
      wrongHeader: null,
      takenAt: at(0),
      receivedAt: at(1),
      destroyedAt: null,
      mediaType: 'image/jpeg',
    },
    ...{ width: 640, height: 480, isStripped: false, look: 'waiting', detections: [], incidentId: null },
    object: {
      ...{ blobKey: `images/${id()}`, sizeBytes: 9, sha256: hash(1) },
      key: { hour: 1, wrappedHourKey: { epoch: 1, ciphertext: 'a hidden key' }, sealedKey: 'another' },
    },
  };
}

/** Everything that anybody is told of happens once. */
async function everything(house: House): Promise<void> {
  const { records, clock, camera, site, organization } = house;
  const ada = member(organization);
  await records.members.insert(ada);
  const door = sensor(site);
  const horn = siren(site);
  await records.devices.insert(door, secret('whsec_AAAA'));
  await records.devices.insert(horn, secret('whsec_BBBB'));

  const opened = incident(camera, { sensorIds: [door.id] });
  await records.incidents.insert(opened);
  const seen = { ...opened, assigneeId: ada.id };
  await records.incidents.update(seen, 'open');
  const acknowledged = { ...seen, state: 'acknowledged' } as const;
  await records.incidents.update(acknowledged, 'open');
  await records.incidents.update(
    { ...acknowledged, state: 'resolved', resolution: 'intrusion' },
    'acknowledged',
  );
  await records.incidents.update(opened, 'resolved');

  const image = pushed(house);
  const aside: PushedImage = { ...pushed(house), state: 'quarantined', reason: 'damaged', cameraId: null };
  await records.pushedImages.insertNew([image, aside]);
  const box = { x: 0, y: 0, width: 0.5, height: 0.5 };
  const detections = [{ kind: 'person', score: 0.9, box }] as const;
  await records.pushedImages.looked(image.id, { look: 'done', detections, incidentId: opened.id });
  await records.pushedImages.destroy(image.id, at(9));

  const by = { kind: 'member', memberId: ada.id } as const;
  await records.sites.arm({
    siteId: site.id,
    arming: 'armed-away',
    at: clock.now(),
    effectiveAt: clock.now(),
    by,
  });

  const alarm: Alarm = {
    ...{ id: id(), organizationId: organization.id, siteId: site.id, deviceId: horn.id },
    ...{ incidentId: opened.id, wanted: 'on', sequence: 1, state: 'waiting', offAt: at(60_000) },
    ...{ changedAt: at(1), problem: null },
  };
  await records.alarms.insert(alarm);

  const events = inprocessEvents({ log });
  const telling = startTellingOfCameras({ records, events, clock, log });
  await clock.advance(0);
  const problem = { code: 'source-unreachable', detail: 'It does not answer.', nextTryAt: null } as const;
  for (const [state, trouble] of [
    ['recording', null],
    ['offline', problem],
  ] as const) {
    events.publish({
      type: 'camera-status',
      organizationId: organization.id,
      status: status(house, state, trouble),
    });
    await clock.advance(10);
  }
  await telling.stop();
  const lost = { organizationId: organization.id, count: 3, from: at(0), to: at(1) };
  await records.outgoingEvents.add([lostEvent({ clock }, lost)]);
}

function status(
  { camera: { id: cameraId }, clock }: House,
  state: CameraStatus['state'],
  problem: CameraStatus['problem'],
): CameraStatus {
  return {
    ...{ cameraId, state, since: clock.now(), problem, notice: null, picture: null },
    ...{ framesPerSecond: 0, bitsPerSecond: 0, lastFragmentAt: null, detection: 'running' },
  };
}

test('every type that is documented is told, each in the shape that is documented, and nothing else is', async (t) => {
  const house = await setUp(t);
  await everything(house);
  const events = await house.waiting();
  assert.deepEqual(events.map(({ type }) => type).toSorted(), [...outgoingTypes].toSorted());
  for (const event of events) {
    const { value, headers, key } = cloudEvent(event, publicUrl);
    const parsed: unknown = JSON.parse(value);
    // What the schema does not name it drops: nothing may be dropped.
    assert.deepEqual(cloudEventSchema(event.type).parse(parsed), parsed, event.type);
    assert.equal(key, event.siteId ?? event.organizationId);
    assert.equal(headers['content-type'], 'application/cloudevents+json; charset=UTF-8');
    const { data: _, ...attributes } = parsed as Record<string, unknown>;
    const said = Object.entries(headers).filter(([name]) => name.startsWith('ce_'));
    assert.deepEqual(Object.fromEntries(said.map(([name, text]) => [name.slice(3), text])), attributes);
    for (const name of Object.keys(attributes)) assert.match(name, /^[a-z0-9]{1,20}$/);
  }
});

test('no secret, address, telephone number or e-mail address of anybody comes out', async (t) => {
  const house = await setUp(t);
  await everything(house);
  const text = JSON.stringify(await house.waiting());
  for (const hidden of ['whsec_', 'hidden key', 'blobKey', 'example.org', '@', 'http']) {
    assert.ok(!text.includes(hidden), `${hidden} came out: ${text}`);
  }
  assert.ok(text.includes('Ada'), 'who takes care of it is named, as in the API');
});

test('a change that is undone is told to nobody, and one without a transaction is told with itself', async (t) => {
  const house = await setUp(t);
  const { records, plain, camera } = house;
  const undone = records.transaction(async (tx) => {
    await tx.incidents.insert(incident(camera));
    throw new Error('Undone.');
  });
  await assert.rejects(undone, /Undone/);
  assert.deepEqual(await house.types(), []);
  const broken = tellingRecords(
    {
      ...plain,
      transaction: (work) =>
        plain.transaction((tx) =>
          work({
            ...tx,
            outgoingEvents: { ...tx.outgoingEvents, add: () => Promise.reject(new Error('No.')) },
          }),
        ),
    },
    house.clock,
  );
  const opened = incident(camera);
  await assert.rejects(broken.incidents.insert(opened), /No\./);
  assert.equal(await records.incidents.find(opened.id), null, 'no change without its event');
});

test('that somebody is still seen is no news, and what comes too late is none', async (t) => {
  const house = await setUp(t);
  const { records, camera } = house;
  const opened = incident(camera);
  await records.incidents.insert(opened);
  const later = { ...opened, lastSeenAt: at(9_000), bestScore: 0.9 };
  assert.equal(await records.incidents.update(later, 'open'), true);
  assert.deepEqual(await house.types(), ['incident opened']);
  assert.equal(await records.incidents.update({ ...later, state: 'resolved' }, 'acknowledged'), false);
  assert.deepEqual(await house.types(), ['incident opened']);
  await records.incidents.update({ ...later, endAt: at(9_000) }, 'open');
  assert.deepEqual(await house.types(), ['incident opened', 'incident changed']);
});

test('an image that comes twice is told of once, and so is its end', async (t) => {
  const house = await setUp(t);
  const { records } = house;
  const image = pushed(house);
  await records.pushedImages.insertNew([image, image]);
  await records.pushedImages.insertNew([image]);
  await records.pushedImages.destroy(image.id, at(1));
  await records.pushedImages.destroy(image.id, at(2));
  assert.deepEqual(await house.types(), ['image stored', 'image destroyed']);
});

test('an image that is taken out of quarantine is told of as stored, and an empty look as nothing', async (t) => {
  const house = await setUp(t);
  const { records } = house;
  const aside: PushedImage = { ...pushed(house), state: 'quarantined', reason: 'damaged' };
  await records.pushedImages.insertNew([aside]);
  await records.pushedImages.release({ ...aside, state: 'stored', reason: null }, at(5));
  await records.pushedImages.looked(aside.id, { look: 'done', detections: [], incidentId: null });
  assert.deepEqual(await house.types(), ['image quarantined', 'image stored']);
});

test('of names that are gone the words of the API are told', async (t) => {
  const house = await setUp(t);
  const { records, camera } = house;
  await records.incidents.insert(
    incident(camera, { cameraIds: [id()], assigneeId: id(), sensorIds: [id()] }),
  );
  const [event]: readonly (OutgoingEvent | undefined)[] = await house.waiting();
  const { cameras, sensors, assignee, siteName } = JSON.parse(event?.data ?? '{}');
  assert.deepEqual(
    [cameras[0].name, sensors[0].name, assignee.name, siteName],
    ['Removed camera', 'Removed sensor', 'Removed person', house.site.name],
  );
});
