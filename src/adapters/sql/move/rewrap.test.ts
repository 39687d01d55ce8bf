// Keys that another keeper takes over: every wrapped column opens with it, and only what wraps has changed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { branded, type OrganizationId, type RecordingId } from '../../../core/brand.ts';
import { recordingKeyContext } from '../../../core/footage/recording.ts';
import { hourKeyContext } from '../../../core/image/hour-keys.ts';
import { sealText, unsealText } from '../../../core/seal.ts';
import { memoryKeys } from '../../memory/keys.ts';
import { openDatabase } from '../database.ts';
import { silentLog } from '../../../core/ports/log.ts';
import { rewrapped, unlikeOf } from './rewrap.ts';
import { withoutWrapping, wrappedIn } from './sealed.ts';

const sealedColumns: readonly (readonly [table: string, column: string, context: string])[] = [
  ['cameras', 'password', 'camera/1/password'],
  ['devices', 'signing_secret', 'device/1/signing-secret'],
  ['devices', 'previous_secret', 'device/1/signing-secret'],
  ['channels', 'signing_secret', 'channel/1/signing-secret'],
  ['image_sources', 'secret', 'image-source/1/secret'],
  ['providers', 'client_secret', 'provider/1/client-secret'],
  ['push_subscriptions', 'auth', 'push-subscription/1/auth'],
  ['push_keys', 'private_key', 'push-keys/private'],
];

for (const [table, column, context] of sealedColumns) {
  test(`${table}.${column} opens with the new keeper, and its body is the same`, async () => {
    const [from, to] = [memoryKeys(), memoryKeys()];
    const before = { id: '1', [column]: await sealText(from, 'hunter22', context) };
    const lost: string[] = [];
    const [after] = await rewrapped({ from, to, lost: (place) => lost.push(place.column) }, table, [before]);
    const text = String(after?.[column]);
    assert.equal(await unsealText(to, text, context), 'hunter22');
    await assert.rejects(unsealText(from, text, context), { code: 'key-unavailable' });
    assert.equal(withoutWrapping(table, column, text), withoutWrapping(table, column, before[column]));
    assert.deepEqual(lost, []);
  });
}

test('keys of recordings and of the hours of images are wrapped anew, those of an hour once', async () => {
  const [from, to] = [memoryKeys(), memoryKeys()];
  const organizationId = branded<OrganizationId>('o');
  const key = crypto.getRandomValues(new Uint8Array(16));
  const context = recordingKeyContext({ organizationId, id: branded<RecordingId>('r') });
  const wrapped = await from.wrap(key, context);
  const row = { id: 'r', organization_id: 'o', key_epoch: wrapped.epoch, key_ciphertext: wrapped.ciphertext };
  const rewrapping = { from, to, lost: () => assert.fail('nothing is lost') };
  const [recording] = await rewrapped(rewrapping, 'recordings', [row]);
  const back = { epoch: Number(recording?.key_epoch), ciphertext: String(recording?.key_ciphertext) };
  assert.deepEqual(new Uint8Array(await to.unwrap(back, context)), key);

  const hour = hourKeyContext({ stage: 'quarantine', way: 'http', organizationId }, 7);
  const ofHour = await from.wrap(key, hour);
  const image = {
    ...{ organization_id: 'o', state: 'quarantined', way: 'http', key_hour: 7 },
    ...{ key_epoch: ofHour.epoch, key_ciphertext: ofHour.ciphertext },
  };
  const images = await rewrapped(rewrapping, 'pushed_images', [
    { ...image, id: 'a' },
    { ...image, id: 'b' },
  ]);
  assert.equal(new Set(images.map((each) => each.key_ciphertext)).size, 1);
  const [place] = wrappedIn('pushed_images', images[0] ?? {});
  assert.equal(place?.context, hour);
  assert.deepEqual(new Uint8Array(await to.unwrap(place ?? assert.fail(), hour)), key);
});

test('what the old keeper cannot unwrap comes as it is, and is told', async () => {
  const row = { id: '1', password: '1.AAAA.BBBB' };
  const lost: string[] = [];
  const rewrapping = {
    ...{ from: memoryKeys(), to: memoryKeys() },
    lost: ({ table, column }: { table: string; column: string }) => void lost.push(`${table}.${column}`),
  };
  assert.deepEqual(await rewrapped(rewrapping, 'cameras', [row]), [row]);
  assert.deepEqual(lost, ['cameras.password']);
});

test('every column that a name or an epoch says is wrapped is known here', async () => {
  const database = await openDatabase({ path: ':memory:', log: silentLog });
  const tables = await database.kysely.introspection.getTables();
  const found = tables.flatMap(({ name, columns }) =>
    columns
      .filter((each) => /secret$|^password$|^auth$|^private_key$|^key_ciphertext$/.test(each.name))
      .map((each) => `${name}.${each.name}`),
  );
  const known = [
    ...sealedColumns.map(([table, column]) => `${table}.${column}`),
    ...['recordings', 'images', 'pushed_images'].map((table) => `${table}.key_ciphertext`),
  ];
  await database.close();
  assert.deepEqual(found.toSorted(), known.toSorted());
});

test('what wraps a key and was damaged in the target is found, and nothing else is', async () => {
  const [from, to] = [memoryKeys(), memoryKeys()];
  const secretOf = (id: string) => sealText(from, 'hunter22', `device/${id}/signing-secret`);
  const here = await Promise.all(
    ['1', '2', '3'].map(async (id) => ({ id, signing_secret: await secretOf(id) })),
  );
  const there = await rewrapped({ from, to, lost: () => assert.fail() }, 'devices', here);
  const twins = here.map((row, index) => ({ here: row, there: there[index] ?? {} }));
  assert.deepEqual([...(await unlikeOf({ from, to }, 'devices', twins))], []);
  // The wrapping of another row: it opens nothing here, and what it encrypts looks the same.
  const [epoch, , body] = String(twins[1]?.there.signing_secret).split('.');
  const [, strange] = String(twins[2]?.there.signing_secret).split('.');
  const damaged = { id: '2', signing_secret: `${epoch}.${strange}.${body}` };
  assert.equal(
    withoutWrapping('devices', 'signing_secret', damaged.signing_secret),
    withoutWrapping('devices', 'signing_secret', here[1]?.signing_secret),
  );
  const found = await unlikeOf({ from, to }, 'devices', [
    ...twins.filter((_, index) => index !== 1),
    { here: here[1] ?? {}, there: damaged },
  ]);
  assert.deepEqual([...found], [here[1]]);
});

test('what the source cannot open is alike as long as it came as it is', async () => {
  const [from, to] = [memoryKeys(), memoryKeys()];
  const lost = { id: '1', signing_secret: await sealText(memoryKeys(), 'gone', 'device/1/signing-secret') };
  assert.equal((await unlikeOf({ from, to }, 'devices', [{ here: lost, there: { ...lost } }])).size, 0);
  const other = { id: '1', signing_secret: await sealText(memoryKeys(), 'gone', 'device/1/signing-secret') };
  assert.equal((await unlikeOf({ from, to }, 'devices', [{ here: lost, there: other }])).size, 1);
});
