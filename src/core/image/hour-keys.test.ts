import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { manualClock } from '../../adapters/memory/clock.ts';
import { memoryKeys } from '../../adapters/memory/keys.ts';
import { sealer } from '../../adapters/system/sealer.ts';
import {
  branded,
  type CameraId,
  type EpochMs,
  type ImageId,
  type OrganizationId,
  type SiteId,
} from '../brand.ts';
import type { Keys } from '../ports/keys.ts';
import { type Accepted, openAccepted, readAccepted, sealAccepted } from './accepted.ts';
import { hourKeys } from './hour-keys.ts';
import { imageMediaTypes, ways } from './pushed-image.ts';

const organizationId = branded<OrganizationId>('00000000-0000-7000-8000-000000000001');

const accepted: fc.Arbitrary<Accepted> = fc.record(
  {
    id: fc.uuid().map((id) => branded<ImageId>(id)),
    organizationId: fc.constant(organizationId),
    siteId: fc.uuid().map((id) => branded<SiteId>(id)),
    camera: fc.oneof(
      fc.uuid().map((id) => ({ kind: 'id' as const, id: branded<CameraId>(id) })),
      fc.string({ unit: 'grapheme', maxLength: 80 }).map((name) => ({ kind: 'name' as const, name })),
    ),
    way: fc.constantFrom(...ways),
    pushedBy: fc.uuid(),
    takenAt: fc.nat().map((at) => branded<EpochMs>(at)),
    receivedAt: fc.nat().map((at) => branded<EpochMs>(at)),
    mediaType: fc.constantFrom(...imageMediaTypes),
    strip: fc.boolean(),
  },
  { noNullPrototype: true },
);
const image = fc.uint8Array({ maxLength: 300 }).map((bytes) => new Uint8Array(bytes));

const house = () => ({ keys: memoryKeys(), clock: manualClock() });

for (const [where, how] of [
  ['sealed elsewhere', {}],
  ['sealed at once', { sealer }],
] as const) {
  test(`what is said of an image comes back as it was, and the image with it, ${where}`, async () => {
    const keys = hourKeys({ ...house(), ...how });
    await fc.assert(
      fc.asyncProperty(accepted, image, async (about, plain) => {
        const { headers, body } = await sealAccepted(keys, about, plain);
        assert.deepEqual(readAccepted(headers), about);
        assert.deepEqual(await openAccepted(keys, headers, body), plain);
      }),
    );
  });

  test(`whatever is changed on the way, the image does not open, ${where}`, async () => {
    const keys = hourKeys({ ...house(), ...how });
    await fc.assert(
      fc.asyncProperty(accepted, image, fc.nat(), async (about, plain, place) => {
        const { headers, body } = await sealAccepted(keys, about, plain);
        const damaged = new Uint8Array(body);
        const at = place % damaged.length;
        damaged[at] = (damaged[at] ?? 0) ^ 1;
        const refused = { code: 'footage-damaged' };
        await assert.rejects(openAccepted(keys, headers, damaged), refused);
        const later = JSON.stringify({ ...about, takenAt: about.takenAt + 1 });
        await assert.rejects(openAccepted(keys, { ...headers, about: later }, body), refused);
      }),
    );
  });
}

test('what is no accepted image is refused, whatever it is', async () => {
  const isRefused = (about: string) => {
    try {
      readAccepted({ about });
      return false;
    } catch (error) {
      return error instanceof Error && 'code' in error && error.code === 'request-invalid';
    }
  };
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), isRefused));
  assert.ok(isRefused('null'));
});

test('the keys of one way open nothing of the other, nor those of one stage or organization', async () => {
  const provider = memoryKeys();
  const keys = hourKeys({ keys: provider, clock: manualClock() });
  const place = { stage: 'stored', way: 'http', organizationId } as const;
  const { hour, wrapped } = await keys.current(place);
  const theirs = { hour, wrappedHourKey: wrapped };
  await keys.open(place, theirs);
  const others = [
    { ...place, way: 'kafka' },
    { ...place, stage: 'inbox' },
    { ...place, stage: 'quarantine' },
    { ...place, organizationId: branded<OrganizationId>('00000000-0000-7000-8000-000000000002') },
  ] as const;
  for (const other of others) {
    await assert.rejects(keys.open(other, theirs), { code: 'key-unavailable' });
    assert.notDeepEqual((await keys.current(other)).wrapped, wrapped);
  }
  await assert.rejects(keys.open(place, { ...theirs, hour: hour + 1 }), { code: 'key-unavailable' });
});

test('an hour wraps one key, however many ask at once, and the next hour another', async () => {
  const clock = manualClock();
  let wraps = 0;
  const provider: Keys = memoryKeys();
  const keys = hourKeys({
    keys: {
      ...provider,
      wrap: (key, context) => {
        wraps += 1;
        return provider.wrap(key, context);
      },
    },
    clock,
  });
  const place = { stage: 'inbox', way: 'http', organizationId } as const;
  await Promise.all(Array.from({ length: 100 }, () => keys.current(place)));
  assert.equal(wraps, 1);
  await clock.advance(3_600_000);
  await keys.current(place);
  assert.equal(wraps, 2);
});
