import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import { openHouse } from '../../test/houses/http.ts';
import * as rows from '../../test/houses/rows.ts';
import { signedRecord } from '../../test/houses/signed-record.ts';
import { segment, smallJpeg } from '../../test/houses/stills.ts';
import { type Log, silentLog } from '../core/ports/log.ts';
import { branded, type ImageId } from '../core/brand.ts';
import { maxImageBytes } from '../core/image/pushed-image.ts';
import { cloudEvent } from '../core/outgoing/cloud-event.ts';
import { imageEvent } from '../core/outgoing/compose.ts';
import { ImageSources, ImageSourceSecret } from '../http/contract/organization.ts';
import { paths } from '../http/contract/paths.ts';
import { QuarantinedImage } from '../http/contract/images.ts';
import { recordHeadersJsonSchema, readHeaders } from './image-record-headers.ts';
import { type ConsumeForeign, startImageRecords } from './image-records.ts';

type Bytes = Uint8Array<ArrayBuffer>;
const Named = z.object({ id: z.string(), name: z.string() });

/** A house, a source made at its door, and a worker that is handed records. */
async function open(t: TestContext) {
  const house = await openHouse();
  const cookie = await house.setUp();
  const { deps } = house;
  const sites = await (await house.call('GET', paths.sites, { cookie })).json();
  const site = z.array(Named).parse(sites)[0]?.id ?? '';
  const make = async (siteIds: string[] | null) => {
    const json = { name: 'Gatehouse', siteIds };
    const response = await house.call('POST', paths.imageSources, { cookie, json });
    assert.equal(response.status, 201);
    return ImageSourceSecret.parse(await response.json());
  };
  const made = await make(null);
  const told: Record<string, unknown>[] = [];
  const log: Log = {
    ...silentLog,
    warn: (sentence, fields) => void told.push({ sentence, ...fields }),
    info: (sentence, fields) => void told.push({ sentence, ...fields }),
    with: () => log,
  };
  let hand: Parameters<ConsumeForeign>[0] = async () => {};
  const dropped: string[] = [];
  const worker = startImageRecords(
    { ...deps, ...deps.intake, log },
    (onRecord) => {
      hand = onRecord;
      return { stop: async () => {} };
    },
    (reason) => void dropped.push(reason),
  );
  t.after(() => worker.stop());
  let offset = 0;
  const send = (headers: Record<string, string>, value: Bytes) =>
    hand({ headers, value, partition: 0, offset: offset++ }, new AbortController().signal);
  const headers = (more: Record<string, string> = {}) => ({
    ...{ source: made.source.id, site, camera: 'Gate', 'taken-at': String(deps.clock.now()) },
    ...{ 'content-type': 'image/jpeg', 'idempotency-key': `key-${offset}`, ...more },
  });
  const push = async (more: Record<string, string> = {}, value: Bytes = smallJpeg(), secret = made.secret) =>
    send(await signedRecord(secret, headers(more), value), value);
  const aside = async () => {
    const answer = await (await house.call('GET', paths.quarantine, { cookie })).json();
    return z.array(QuarantinedImage).parse(answer);
  };
  const stored = async () => {
    const all = await deps.records.pushedImages.page(null, 100);
    return all.filter(({ state }) => state === 'stored');
  };
  return { house, deps, cookie, site, make, made, told, dropped, push, send, headers, aside, stored };
}

test('a record that its source has signed is stored once, however often it comes', async (t) => {
  const { push, stored, aside, made } = await open(t);
  await push({ 'idempotency-key': 'one' });
  await push({ 'idempotency-key': 'one' });
  await push({ 'idempotency-key': 'two' });
  const images = await stored();
  assert.equal(images.length, 2);
  for (const image of images) {
    assert.equal(image.way, 'kafka');
    assert.equal(image.pushedBy, made.source.id);
    assert.match(image.object?.blobKey ?? '', /^images\/kafka\//);
  }
  assert.deepEqual(await aside(), []);
});

test('what no known source has signed is dropped, and told of once a minute', async (t) => {
  const { push, send, headers, stored, aside, told, dropped, deps } = await open(t);
  const value = smallJpeg();
  await send(headers(), value);
  await push({}, value, 'vds_guessed');
  await push({ source: '00000000-0000-7000-8000-00000000abcd' });
  await push({ source: 'me' });
  await push({ source: '' });
  assert.deepEqual(told, []);
  assert.deepEqual(dropped, [
    ...['no-signature', 'wrong-signature', 'unknown-source', 'unknown-source', 'no-source'],
  ]);
  await deps.clock.advance(60_000);
  assert.equal(told.length, 1);
  const counts = ['no-source', 'no-signature', 'wrong-signature', 'unknown-source'].map(
    (each) => told[0]?.[each],
  );
  assert.deepEqual(counts, [1, 1, 1, 2]);
  await deps.clock.advance(120_000);
  assert.equal(told.length, 1);
  assert.deepEqual([await stored(), await aside()], [[], []]);
});

test('once a minute it is told how many were stored, came again, or were put aside and why', async (t) => {
  const { send, headers, made, push, told, deps } = await open(t);
  const signed = await signedRecord(made.secret, headers(), smallJpeg());
  await send(signed, smallJpeg());
  await send(signed, smallJpeg());
  await push({}, smallJpeg().subarray(0, 60));
  await deps.clock.advance(60_000);
  const taken = told.find(({ sentence }) => sentence === 'Records of images were taken in');
  assert.deepEqual([taken?.stored, taken?.['known-before'], taken?.truncated], [1, 1, 1]);
  assert.equal(told.filter(({ sentence }) => sentence === taken?.sentence).length, 1);
});

test('nothing of a signed record can be changed on the way', async (t) => {
  const { headers, send, made, stored, aside } = await open(t);
  const value = smallJpeg();
  const signed = await signedRecord(made.secret, headers({ strip: 'false' }), value);
  for (const name of Object.keys(signed)) {
    await send({ ...signed, [name]: `${signed[name]}0` }, value);
    const { [name]: _, ...without } = signed;
    await send(without, value);
  }
  // A line break must not make of one header two.
  await send({ ...signed, camera: `Gate\ncontent-type:image/jpeg` }, value);
  await send(signed, smallJpeg([new Uint8Array([0xff, 0xfe, 0, 2])]));
  assert.deepEqual([await stored(), await aside()], [[], []]);
});

test('what a known source sends and cannot be used is put aside with the reason, once', async (t) => {
  const { push, aside, stored, deps } = await open(t);
  const organization = rows.organization();
  await deps.records.organizations.insert(organization);
  const far = rows.site(organization);
  await deps.records.sites.insert(far);
  const now = deps.clock.now();
  for (let again = 0; again < 2; again += 1) {
    await push({ site: far.id, 'idempotency-key': 'a' });
    await push({ 'taken-at': String(now + 3_600_000), 'idempotency-key': 'b' });
    await push({ 'taken-at': String(now - 8 * 86_400_000), 'idempotency-key': 'c' });
    await push({ 'taken-at': 'today', 'idempotency-key': 'd' });
    await push({ site: 'yard', 'idempotency-key': 'e', 'taken-at': String(now) });
    await push({ 'idempotency-key': 'f', 'taken-at': String(now) }, new Uint8Array(maxImageBytes + 1));
    await push({ 'idempotency-key': 'g', 'taken-at': String(now) }, smallJpeg().subarray(0, 60));
    await push({ 'idempotency-key': 'h', 'taken-at': String(now) });
    await push({ 'idempotency-key': 'h', 'taken-at': String(now), camera: 'Door' });
  }
  const codes = (await aside()).map(({ reason }) => reason.code).toSorted();
  assert.deepEqual(codes, [
    ...['key-reused', 'site-not-allowed', 'too-large', 'truncated'],
    ...['wrong-headers', 'wrong-headers', 'wrong-time', 'wrong-time'],
  ]);
  assert.equal((await stored()).length, 1);
});

test('a source sends images of its sites alone, and of none when it was removed or given another secret', async (t) => {
  const { house, deps, cookie, make, push, aside, stored, told } = await open(t);
  const organizationId = (await deps.records.cameras.all())[0]?.organizationId;
  assert.ok(organizationId);
  const barn = rows.site({ id: organizationId }, { name: 'Barn' });
  await deps.records.sites.insert(barn);
  const narrow = await make([barn.id]);
  const source = narrow.source.id;
  await push({ source }, undefined, narrow.secret);
  assert.deepEqual(
    (await aside()).map(({ reason, siteId }) => [reason.code, siteId]),
    [['site-not-allowed', null]],
  );
  const line = told.find(({ sentence }) => sentence === 'An image was put aside');
  assert.equal(line?.reason, 'site-not-allowed');
  assert.ok(line !== undefined && !('siteId' in line), 'no site is better than one that is made up');
  await push({ source, site: barn.id, 'idempotency-key': 'b' }, undefined, narrow.secret);
  assert.equal((await stored()).length, 1);

  const renewed = await house.call('POST', paths.imageSourceSecret(source), { cookie, json: {} });
  const { secret } = ImageSourceSecret.parse(await renewed.json());
  await deps.clock.advance(5_001);
  await push({ source, site: barn.id, 'idempotency-key': 'c' }, undefined, narrow.secret);
  assert.equal((await stored()).length, 1);
  await push({ source, site: barn.id, 'idempotency-key': 'd' }, undefined, secret);
  assert.equal((await stored()).length, 2);

  assert.equal((await house.call('DELETE', paths.imageSource(source), { cookie })).status, 204);
  await deps.clock.advance(5_001);
  await push({ source, site: barn.id, 'idempotency-key': 'e' }, undefined, secret);
  assert.equal((await stored()).length, 2);
  const { sources } = ImageSources.parse(
    await (await house.call('GET', paths.imageSources, { cookie })).json(),
  );
  assert.ok(sources.every(({ id }) => id !== source));
});

test('the published schema takes what the worker takes, and nothing else', () => {
  const Schema = z.fromJSONSchema(Object(recordHeadersJsonSchema()));
  const good: Record<string, string> = {
    ...{ source: '00000000-0000-7000-8000-000000000001', site: '00000000-0000-7000-8000-000000000002' },
    ...{ 'taken-at': '1', 'content-type': 'image/png', 'idempotency-key': 'k', signature: 'a'.repeat(64) },
  };
  const isValid = (headers: unknown) => Schema.safeParse(headers).success;
  assert.ok(isValid(good));
  assert.ok(!('wrong' in readHeaders(good)));
  const names = [...Object.keys(good), 'camera', 'camera-id', 'strip'];
  const value = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 90 }),
    fc.constantFrom('true', 'false', 'image/webp', '17', ' Gate', 'Gate 7', 'é', '', ...Object.values(good)),
  );
  const change = fc.dictionary(fc.constantFrom(...names), fc.option(value, { nil: undefined }));
  fc.assert(
    fc.property(change, (changes) => {
      const headers = Object.fromEntries(
        Object.entries({ ...good, ...changes }).filter(([, each]) => each !== undefined),
      );
      const taken = readHeaders(Object.fromEntries(Object.entries(headers).map(([k, v]) => [k, String(v)])));
      return isValid(headers) === !('wrong' in taken);
    }),
    { numRuns: 500 },
  );
});

test('the largest image that may come is stored', async (t) => {
  const { push, stored, aside } = await open(t);
  const comment = segment(0xfe, new Uint8Array(65_533));
  const comments = Array.from({ length: Math.floor(maxImageBytes / comment.length) }, () => comment);
  await push({}, smallJpeg(comments));
  assert.deepEqual(await aside(), []);
  assert.equal((await stored()).length, 1);
});

test('a site that a source may not use is told to nobody, neither by the API nor by events', async (t) => {
  const { push, aside, deps } = await open(t);
  const organization = rows.organization();
  await deps.records.organizations.insert(organization);
  const far = rows.site(organization);
  await deps.records.sites.insert(far);
  await push({ site: far.id });
  await push({ site: far.id, 'taken-at': 'today' });
  await push({ site: 'not-a-uuid' });
  const listed = await aside();
  assert.deepEqual(
    listed.map(({ siteId }) => siteId),
    [null, null, null],
  );
  for (const { id } of listed) {
    const image = await deps.records.pushedImages.find(branded<ImageId>(id));
    assert.ok(image !== null);
    const event = imageEvent(deps, 'quarantined', image);
    const { key, value, headers } = cloudEvent(event, 'https://cams.example.org');
    assert.equal(key, image.organizationId);
    assert.equal(headers.ce_site, undefined);
    assert.doesNotMatch(value, new RegExp(`${far.id}|00000000-0000-0000-0000-000000000000`));
  }
});

test('which header is wrong is told, and nothing of what it said', async (t) => {
  const { push, aside } = await open(t);
  const stranger = `<script>${'x'.repeat(500)}`;
  for (const name of ['site', 'camera', 'camera-id', 'taken-at', 'content-type', 'strip', 'idempotency-key'])
    await push({ [name]: stranger, ...(name === 'idempotency-key' ? {} : { 'idempotency-key': name }) });
  const details = (await aside()).map(({ reason }) => reason.detail);
  assert.equal(details.length, 7);
  for (const name of [
    'site',
    'camera',
    'camera-id',
    'taken-at',
    'content-type',
    'strip',
    'idempotency-key',
  ]) {
    const detail = details.find((each) => each.includes(`"${name}"`));
    assert.ok(detail !== undefined && detail.length < 120 && !detail.includes('script'), name);
  }
});
