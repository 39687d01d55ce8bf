// Faults are sentences of ours, whatever is wrong with whatever the contract takes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import { openHouse } from '../../../test/houses/http.ts';
import { CameraInput } from './cameras.ts';
import { ChannelInput } from './channels.ts';
import { name, SpanQuery } from './common.ts';
import { checked } from './faults.ts';
import { PushQuery } from './images.ts';
import { IncidentQuery } from './incidents.ts';
import { AccessKeyInput, ImageSourceInput } from './organization.ts';
import { SetupInput, SignInInput } from './session.ts';
import { ArmingInput } from './sites.ts';

const siteId = '01890a5d-ac96-774b-bcce-b302099a8057';
const rtsp = { kind: 'rtsp', url: 'rtsp://cam/main' };

function faultsOf(schema: z.ZodType, value: unknown): Readonly<Record<string, string>> {
  const result = checked(schema, value);
  return result.ok ? {} : result.faults;
}

const table: readonly (readonly [schema: z.ZodType, value: unknown, path: string, sentence: string])[] = [
  [
    CameraInput,
    { siteId, name: 'a\u202eb', source: rtsp },
    'name',
    'The name must be 1 to 80 characters, without line breaks or hidden marks, not "a\\u{202e}b".',
  ],
  [CameraInput, { siteId: 'x', name: 'Yard', source: rtsp }, 'siteId', 'The site id must be an id, not "x".'],
  [
    CameraInput,
    { siteId, name: 'Yard', source: { kind: 'http' } },
    'source.kind',
    'The kind must be "demo", "pushed", "file" or "rtsp", not "http".',
  ],
  [CameraInput, { siteId, name: 'Yard' }, 'source', 'The source is missing. It must be an object.'],
  [
    CameraInput,
    { siteId, name: 'Yard', source: { ...rtsp, url: 'http://u:hunter2@cam' } },
    'source.url',
    'The address must be like rtsp://host:554/path, with at most 2048 characters.',
  ],
  [
    ChannelInput,
    { kind: 'email', name: 'A', address: 'nobody' },
    'address',
    'The address must be like name@example.org, not "nobody".',
  ],
  [IncidentQuery, { limit: 'abc' }, 'limit', 'The limit must be a whole number from 1 to 100, not "abc".'],
  [IncidentQuery, { limit: '0' }, 'limit', 'The limit must be a whole number from 1 to 100, not "0".'],
  [
    PushQuery,
    { takenAt: 'yesterday' },
    'takenAt',
    'The time when it was taken (takenAt) must be a whole number of milliseconds since 1970, UTC, not "yesterday".',
  ],
  [
    SpanQuery,
    { to: '1' },
    'from',
    'The start of the span (from) is missing. It must be a whole number of milliseconds since 1970, UTC.',
  ],
  [
    ArmingInput,
    { arming: 'on' },
    'arming',
    'The arming must be "disarmed", "armed-home" or "armed-away", not "on".',
  ],
  [
    SignInInput,
    { email: 'a@b.org', password: 'hunter2'.repeat(40) },
    'password',
    'The password must be text of at most 128 characters.',
  ],
  [
    SetupInput,
    [],
    'siteName',
    'The site name is missing. It must be 1 to 80 characters, without line breaks or hidden marks.',
  ],
  [
    SetupInput,
    { camera: { name: 7 } },
    'camera.name',
    'The camera name must be 1 to 80 characters, without line breaks or hidden marks, not 7.',
  ],
  [SignInInput, null, 'body', 'The request must be an object, not null.'],
  [
    AccessKeyInput,
    { name: 'Meter' },
    'permissions',
    'The permissions are missing. They must be a list of what the key may do.',
  ],
  [
    AccessKeyInput,
    { name: 'Meter', permissions: ['push-images'] },
    'siteIds',
    'The site ids are missing. They must be a list of at most 1000 sites, or null for all of them.',
  ],
  [
    ImageSourceInput,
    { name: 'Meter', siteIds: [7] },
    'siteIds.0',
    'Entry 1 of the site ids must be an id, not 7.',
  ],
];

for (const [schema, value, path, sentence] of table) {
  test(`${JSON.stringify(value).slice(0, 90)} is told: ${sentence}`, () => {
    assert.equal(
      faultsOf(schema, schema === SetupInput && Array.isArray(value) ? {} : value)[path],
      sentence,
    );
  });
}

const routes = (await openHouse()).http.routes;
const schemas = routes.flatMap(({ body, query }) => (body === null ? [query] : [body, query]));

/** Values that look like what the schemas take, with something wrong in them. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(null, undefined, Number.NaN, -1, 1e300, true, '', ' ', 'x'.repeat(5000), '\u0000'),
  fc.constantFrom<unknown>('rtsp://', 'http://u:hunter2@x', 'a@b', 'demo', 'file', 'rtsp', 'email', [], {}),
  fc.string({ unit: 'binary' }),
  fc.jsonValue(),
);
const keys = [
  ...'name url path kind loop email password token siteId limit from to arming source camera'.split(' '),
];
const { value: hostile } = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, odd, fc.dictionary(fc.constantFrom(...keys), tie('value'))),
}));

test('no fault of any request speaks the language of the validator, and each names its field', () => {
  assert.ok(schemas.length > 20);
  fc.assert(
    fc.property(fc.constantFrom(...schemas), hostile, (schema, value) => {
      for (const [path, sentence] of Object.entries(faultsOf(schema, value))) {
        assert.match(
          sentence,
          /^The [a-z].* (must be|is missing\. It must be|are missing\. They must be) [^\n]+\.$/u,
        );
        // What was given may say anything: it stands last, in quotes.
        const ours = sentence.replace(/, not ".*"\.$/u, '.');
        assert.doesNotMatch(
          ours,
          /expected|received|invalid|too (small|big)|NaN|undefined|\[object|hunter2/i,
        );
        assert.ok(sentence.length < 300, path);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('names are trimmed, and text of every language and emoji are names', () => {
  for (const good of ['Yard', 'Bäckerei Müller & Söhne', 'مخبز', '店の前', 'Hof 👩‍🍳', 'मुख्य द्वार', '#3']) {
    assert.equal(name.parse(` \t${good}\n`), good.normalize());
  }
});

test('a name that hides, reorders or breaks text, or is too long, is refused', () => {
  for (const bad of [
    '',
    ' ',
    'a\u0007',
    'a\nb',
    'a\u202eb',
    'a\u2066b',
    '\u200b\u200d',
    'a\u2028b',
    '\ud800',
    'a\u0085b',
  ]) {
    assert.equal(name.safeParse(bad).success, false, JSON.stringify(bad));
  }
  assert.equal(name.safeParse('x'.repeat(80)).success, true);
  assert.equal(name.safeParse('x'.repeat(81)).success, false);
});

test('a schema without words of its own is described by its limits', () => {
  const sizes = z.object({ list: z.array(z.object({ size: z.number().max(9) })), enabled: z.boolean() });
  assert.deepEqual(faultsOf(sizes, { list: [{ size: 1 }, { size: 10 }], enabled: 'yes' }), {
    'list.1.size': 'The size must be a number to 9, not 10.',
    enabled: 'The enabled must be true or false, not "yes".',
  });
});

test('what stands in a list is told by its place, and a list by how long it may be', () => {
  const week = z.object({ days: z.array(z.number().max(7)).min(1).max(3) });
  assert.deepEqual(faultsOf(week, { days: [1, 8] }), {
    'days.1': 'Entry 2 of the days must be a number to 7, not 8.',
  });
  assert.deepEqual(faultsOf(week, { days: [] }), {
    days: 'The days must be a list of 1 to 3, not an empty list.',
  });
  assert.deepEqual(faultsOf(week, { days: [1, 2, 3, 4] }), {
    days: 'The days must be a list of 1 to 3, not a list of 4.',
  });
});
