// Letters to authorities, from the request to a real mail server.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { recordFilm, watched } from '../../test/houses/film-footage.ts';
import { type HouseOptions, openHouse, password, startMs } from '../../test/houses/http.ts';
import { until } from '../../test/houses/recorder.ts';
import * as rows from '../../test/houses/rows.ts';
import { turned } from '../../test/houses/turned-still.ts';
import { lookAtJpeg, patternJpeg } from '../../test/servers/coded-video.ts';
import { header, mailServer } from '../../test/servers/mail.ts';
import { memoryQueue } from '../adapters/memory/queue.ts';
import { smtpMailer } from '../adapters/smtp/mailer.ts';
import { branded, type EpochMs, type ImageId, type Sha256, type ZoneId } from '../core/brand.ts';
import { newId } from '../core/identifiers.ts';
import { inspect } from '../core/image/format/inspect.ts';
import { imageContext } from '../core/incident/snapshot.ts';
import { silentLog } from '../core/ports/log.ts';
import { seal } from '../core/seal.ts';
import { secret } from '../core/secret.ts';
import { handOverGraceMs, letterLimits, startLetters } from '../workers/send-letters.ts';
import { startRelay } from '../workers/relay.ts';
import { Problem } from './contract/common.ts';
import { AuthorityLetter, AuthorityLetters } from './contract/evidence.ts';
import { paths } from './contract/paths.ts';

const from = 'Vedette <alerts@example.org>';
const picture = Uint8Array.from({ length: 5_000 }, (_, index) => (index * 7) % 256);

async function opened(
  t: TestContext,
  port: number | null,
  options: HouseOptions = {},
  shown: Uint8Array = picture,
) {
  const url = port === null ? null : secret(`smtp://127.0.0.1:${port}`);
  const mailer = smtpMailer({ url, from, log: silentLog });
  const house = await openHouse({ ...(mailer === null ? { sendsMail: false } : { mailer }), ...options });
  const cookie = await house.setUp();
  const { deps } = house;
  const [camera] = await deps.records.cameras.all();
  assert.ok(camera);
  await recordFilm(house, camera, startMs, 4);
  const incident = rows.incident(camera, {
    id: newId(deps.clock),
    startAt: branded<EpochMs>(startMs),
    lastSeenAt: branded<EpochMs>(startMs + 4_000),
    snapshotId: await keepPicture(),
  });
  await deps.records.incidents.insert(incident);
  const queue = memoryQueue({ clock: deps.clock });
  const relay = startRelay({ ...deps, queue });
  const worker = () => startLetters({ ...deps, queue, log: silentLog });
  const letters = worker();
  t.after(async () => {
    await Promise.all([relay.stop(), letters.stop()]);
    await queue.close();
  });
  const path = paths.authorityLetters(incident.id);
  const form = {
    recipient: { name: 'Officer Weber', office: 'Polizei Köln', email: 'weber@police.example' },
    reference: '12/34 B',
    text: 'Please see the person\nat the door.',
    cameraIds: [camera.id],
    from: startMs,
    to: startMs + 4_000,
  };

  async function keepPicture(): Promise<ImageId> {
    assert.ok(camera);
    const id = newId<ImageId>(deps.clock);
    const { organizationId } = camera;
    const { bytes, wrappedKey } = await seal(
      deps.keys,
      new Uint8Array(shown),
      imageContext({ organizationId, id }),
    );
    const sha256 = branded<Sha256>(createHash('sha256').update(bytes).digest('hex'));
    const stored = { blobKey: `images/${id}.jpg`, sizeBytes: bytes.length, sha256 };
    await deps.blobs.put(stored.blobKey, bytes, stored);
    const image = rows.image(camera, deps.clock.now());
    await deps.records.images.insert({ ...image, id, ...stored, wrappedKey });
    return id;
  }

  return {
    house,
    camera,
    incident,
    queue,
    worker,
    stopLetters: () => letters.stop(),
    form,
    send: (change: object = {}) => house.call('POST', path, { cookie, json: { ...form, ...change } }),
    prove: () => house.call('POST', paths.proof, { cookie, json: { password } }),
    /** Writes a note and takes the incident, as members do among themselves. */
    async note(text: string) {
      await house.call('POST', paths.note(incident.id), { cookie, json: { text } });
      await house.call('POST', paths.acknowledge(incident.id), { cookie, json: {} });
    },
    retry: (id: string) => house.call('POST', paths.authorityLetterRetry(id), { cookie }),
    listed: async () => AuthorityLetters.parse(await (await house.call('GET', path, { cookie })).json()),
    steps: () => deps.records.incidents.steps(incident.id),
  };
}

type Scene = Awaited<ReturnType<typeof opened>>;

async function accepted(response: Promise<Response>) {
  const answer = await response;
  assert.equal(answer.status, 201, await answer.clone().text());
  return AuthorityLetter.parse(await answer.json());
}

async function refused(response: Promise<Response>) {
  const answer = await response;
  assert.ok(answer.status >= 400, `${answer.status}`);
  return Problem.parse(await answer.json());
}

function stateIs({ listed }: Scene, state: string) {
  return until(async () => (await listed()).letters[0]?.state === state, `the letter is ${state}`);
}

/** The parts of a mail: each with its file name and its bytes. */
function partsOf(raw: string) {
  const [, boundary = ''] = /boundary="([^"]+)"/.exec(raw.replace(/\r\n[ \t]+/g, ' ')) ?? [];
  return raw
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const at = part.indexOf('\r\n\r\n');
      const head = part.slice(0, at).replace(/\r\n[ \t]+/g, ' ');
      const [, name = ''] = /filename="?([^";\r\n]+)"?/.exec(head) ?? [];
      const body = part.slice(at + 4);
      const bytes = /base64/i.test(head)
        ? Buffer.from(body, 'base64')
        : Buffer.from(body.trimEnd(), 'latin1');
      return { name, bytes };
    });
}

/** The text of a part in quoted-printable. */
function saidIn(part: Buffer): string {
  const bytes = part
    .toString('latin1')
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString().replace(/\s+/g, ' ');
}

test('a letter arrives with snapshot and clip, the hashes it lists are theirs, and the history tells of it', async (t) => {
  const { mails, port } = await mailServer(t);
  const scene = await opened(t, port);
  const letter = await accepted(scene.send());
  assert.equal(letter.state, 'waiting');
  await stateIs(scene, 'sent');
  const [{ raw, recipients } = assert.fail()] = mails;
  assert.deepEqual(recipients, ['weber@police.example']);
  assert.equal(header(raw, 'message-id'), `<${letter.id}@example.org>`);
  assert.equal(header(raw, 'reply-to'), 'ada@example.org');
  const [text, ...files] = partsOf(raw);
  assert.deepEqual(
    files.map(({ name }) => name),
    ['snapshot.jpg', 'Shop Yard 2026-01-01 01-00-00.mp4', 'SHA256SUMS.txt'],
  );
  const [snapshot, clip, list] = files;
  assert.ok(snapshot && clip && list && text);
  assert.deepEqual(new Uint8Array(snapshot.bytes), picture);
  assert.equal((await watched(clip.bytes, () => null)).seen.length, 40);
  const sums = [snapshot, clip].map(
    ({ name, bytes }) => `${createHash('sha256').update(bytes).digest('hex')}  ${name}`,
  );
  assert.equal(list.bytes.toString(), `${sums.join('\n')}\n`);
  const said = saidIn(text.bytes);
  for (const sentence of [
    ...sums.map((sum) => sum.replace(/\s+/g, ' ')),
    'Officer Weber, Polizei Köln',
    '12/34 B',
    'at the door.',
    '1 January 2026 at 01:00:00',
    '2026-01-01T00:00:00.000Z',
    'Ada, Bakery',
  ]) {
    assert.ok(said.includes(sentence), `${sentence} is not in ${said}`);
  }
  const step = (await scene.steps()).find(({ action }) => action === 'sent');
  assert.match(
    step?.detail ?? '',
    /Sent to Officer Weber, Polizei Köln <weber@police\.example>, reference 12\/34 B: snapshot\.jpg \(SHA-256 [0-9a-f]{64}\)/,
  );
});

test('what members write among themselves, and whom else they wrote to, is in no letter', async (t) => {
  const { mails, port } = await mailServer(t);
  const scene = await opened(t, port);
  await scene.note('The neighbour has a key, I think it was him.');
  await accepted(
    scene.send({ recipient: { name: 'Insurer', office: 'Claims', email: 'claims@insurer.example' } }),
  );
  await until(async () => mails.length === 1, 'the first was sent');
  await until(
    async () => (await scene.steps()).some(({ action }) => action === 'sent'),
    'it is in the history',
  );
  await accepted(scene.send());
  await until(async () => mails.length === 2, 'the second was sent');
  const [text] = partsOf(mails[1]?.raw ?? '');
  const said = saidIn(text?.bytes ?? Buffer.alloc(0));
  assert.match(said, /Ada: acknowledged\./);
  assert.doesNotMatch(said, /neighbour|insurer/i);
});

test('a mail server that is away for a while gets the letter later, once', async (t) => {
  let isAway = true;
  const { mails, port } = await mailServer(t, { refuse: () => (isAway ? 451 : null) });
  const scene = await opened(t, port);
  await accepted(scene.send());
  await until(async () => (await scene.listed()).letters[0]?.attempts === 1, 'it was tried');
  const waiting = (await scene.listed()).letters[0];
  assert.equal(waiting?.state, 'waiting');
  assert.match(waiting?.problem ?? '', /did not take the mail|Not now/);
  isAway = false;
  await scene.house.deps.clock.advance(10_000);
  await stateIs(scene, 'sent');
  assert.equal(mails.length, 1);
  assert.equal((await scene.steps()).filter(({ action }) => action === 'sent').length, 1);
});

test('a server that refuses for good fails the letter with its words, and it can be tried again by hand', async (t) => {
  let refuses = true;
  const { mails, port } = await mailServer(t, { refuse: () => (refuses ? 552 : null) });
  const scene = await opened(t, port);
  const { id } = await accepted(scene.send());
  await stateIs(scene, 'failed');
  assert.match((await scene.listed()).letters[0]?.problem ?? '', /Not now, or never/);
  assert.equal(
    (await scene.steps()).some(({ action }) => action === 'sent'),
    false,
  );
  refuses = false;
  assert.equal((await scene.retry(id)).status, 200);
  await stateIs(scene, 'sent');
  assert.equal(mails.length, 1);
  assert.equal((await refused(scene.retry(id))).code, 'conflict');
});

test('a letter whose last attempt never ended is shown as failed, and can be tried again by hand', async (t) => {
  const { mails, port } = await mailServer(t);
  const mailer = smtpMailer({ url: secret(`smtp://127.0.0.1:${port}`), from, log: silentLog });
  assert.ok(mailer);
  let hangs = true;
  const scene = await opened(t, port, {
    mailer: {
      ...mailer,
      deliver: (letter, signal) => (hangs ? new Promise(() => {}) : mailer.deliver(letter, signal)),
    },
  });
  const letter = await accepted(scene.send());
  await until(async () => {
    await scene.house.deps.clock.advance(letterLimits.timeoutMs);
    return (await scene.queue.deadLetters('authority-letters')).length > 0;
  }, 'the letter is given up');
  const [{ state, problem } = assert.fail()] = (await scene.listed()).letters;
  assert.equal(state, 'failed');
  assert.match(problem ?? '', /may have arrived\.$/);
  hangs = false;
  // Hours went by: who one is has to be proved anew.
  await scene.prove();
  assert.equal((await scene.retry(letter.id)).status, 200);
  await stateIs(scene, 'sent');
  assert.equal(mails.length, 1);
});

test('a message that comes twice sends nothing twice', async (t) => {
  const { mails, port } = await mailServer(t);
  const scene = await opened(t, port);
  const { id } = await accepted(scene.send());
  await stateIs(scene, 'sent');
  const payload = JSON.stringify({ letterId: id });
  await scene.queue.publish([{ topic: 'authority-letters', key: 'again', id: 'again', payload }]);
  await until(async () => (await scene.queue.depth('authority-letters')) === 0, 'the message is done');
  assert.equal(mails.length, 1);
});

test('a server that is not there is told of in a sentence', async (t) => {
  const scene = await opened(t, 1);
  await accepted(scene.send());
  await until(async () => (await scene.listed()).letters[0]?.problem !== null, 'it was tried');
  assert.match((await scene.listed()).letters[0]?.problem ?? '', /cannot be reached/);
});

test('a server that takes only small mails is told of', async (t) => {
  const { port } = await mailServer(t, { size: 1_000 });
  const scene = await opened(t, port);
  await accepted(scene.send());
  await stateIs(scene, 'failed');
  assert.notEqual((await scene.listed()).letters[0]?.problem, null);
});

test('evidence that fits into no mail is refused before anything is sent, with what would fit', async (t) => {
  const { port } = await mailServer(t);
  const scene = await opened(t, port);
  const { house, camera } = scene;
  const long = await recordFilm(house, camera, startMs + 60_000, 2);
  const bigger = { ...long, fragments: long.fragments.map((one) => ({ ...one, sizeBytes: 10_000_000 })) };
  house.deps.records.recordings.list = async () => [bigger];
  const span = { from: startMs + 60_000, to: startMs + 62_000 };
  const problem = await refused(scene.send(span));
  assert.equal(problem.code, 'evidence-too-large');
  assert.match(problem.detail, /20\.0 MB.*a mail holds 14\.\d MB: about 1 s fit/);
});

test('without a mail server one is told before typing, and nothing can be sent', async (t) => {
  const scene = await opened(t, null);
  assert.equal((await scene.listed()).sendsMail, false);
  assert.match((await refused(scene.send())).detail, /VEDETTE_SMTP_URL/);
});

test('injected headers, several addresses, huge texts and cameras of others are refused in sentences', async (t) => {
  const { mails, port } = await mailServer(t);
  const scene = await opened(t, port);
  const { recipient } = scene.form;
  const wrong: readonly [object, string][] = [
    [{ recipient: { ...recipient, email: 'a@example.org, b@example.org' } }, 'recipient.email'],
    [{ recipient: { ...recipient, email: 'a@example.org\r\nBcc: b@example.org' } }, 'recipient.email'],
    [{ recipient: { ...recipient, office: 'Police\r\nBcc: b@example.org' } }, 'recipient.office'],
    [{ recipient: { ...recipient, name: 'x'.repeat(81) } }, 'recipient.name'],
    [{ reference: '1\nSubject: free' }, 'reference'],
    [{ text: 'x'.repeat(5_001) }, 'text'],
    [{ cameraIds: [] }, 'cameraIds'],
    [{ cameraIds: [crypto.randomUUID()] }, 'cameraIds'],
    [{ to: startMs + 600_001 }, 'to'],
    [{ from: startMs + 100_000, to: startMs + 110_000 }, 'cameraIds'],
  ];
  for (const [change, field] of wrong) {
    const { fields = {}, detail } = await refused(scene.send(change));
    assert.ok(field in fields, `${field}: ${JSON.stringify(fields)} ${detail}`);
    assert.match(fields[field] ?? '', /\.$/);
  }
  assert.equal(mails.length, 0);
  assert.deepEqual((await scene.listed()).letters, []);
});

test('who may only watch, whoever belongs elsewhere, and who has not proved lately who they are sends nothing', async (t) => {
  const { port } = await mailServer(t);
  const scene = await opened(t, port);
  const { house, camera, incident, form } = scene;
  const path = paths.authorityLetters(incident.id);
  const viewer = await house.join('viewer', camera.organizationId);
  assert.equal((await house.call('POST', path, { cookie: viewer, json: form })).status, 403);
  const stranger = await house.join('admin');
  assert.equal((await house.call('POST', path, { cookie: stranger, json: form })).status, 404);
  await house.deps.clock.advance(11 * 60_000);
  assert.equal((await refused(scene.send())).code, 'proof-required');
});

const rightHalf = [
  { x: 0.5, y: 0 },
  { x: 1, y: 0 },
  { x: 1, y: 1 },
  { x: 0.5, y: 1 },
];

/** A mask over the right half of the camera's picture. */
async function mask({ house, camera }: Scene) {
  const { id: cameraId, organizationId, siteId } = camera;
  const zone = {
    id: branded<ZoneId>('mask'),
    name: 'Neighbour',
    kind: 'mask' as const,
    points: rightHalf,
    objectKinds: [],
    armings: [],
    minHeight: 0,
    dwellSeconds: 0,
    direction: 'either' as const,
  };
  const changedAt = house.deps.clock.now();
  const zones = { cameraId, organizationId, siteId, version: 1, changedAt, zones: [zone] };
  assert.ok(await house.deps.records.zones.replace(zones));
}

/** Level at a place of each picture of a clip. */
async function levelsAt(clip: Uint8Array, x: number) {
  const { seen } = await watched(clip, (shown) => {
    const luma = new Uint8Array(320 * 180);
    shown.luma(320, 180, luma);
    return [20, 90, 160].map((row) => luma[row * 320 + Math.floor(x * 320)] ?? 0);
  });
  return seen;
}

test('a letter has privacy masks covered unless it is asked not to, in clips and snapshot, and says so', async (t) => {
  const { mails, port } = await mailServer(t);
  const scene = await opened(t, port, {}, await patternJpeg());
  await mask(scene);
  const letter = await accepted(scene.send());
  assert.equal(letter.coverMasks, true);
  await stateIs(scene, 'sent');
  const [text, snapshot, clip] = partsOf(mails[0]?.raw ?? '');
  assert.ok(text && snapshot && clip);
  assert.match(clip.name, / masked\.mp4$/);
  const levels = await levelsAt(clip.bytes, 0.8);
  assert.equal(levels.length, 40);
  assert.ok(levels.flat().every((level) => Math.abs(level - 128) < 5));
  const { width, height, luma } = await lookAtJpeg(snapshot.bytes);
  const column = Array.from({ length: height }, (_, row) => luma[row * width + Math.floor(0.8 * width)] ?? 0);
  assert.ok(
    column.every((level) => Math.abs(level - 128) < 8),
    'the snapshot is covered too',
  );
  assert.match(saidIn(text.bytes), /Privacy masks were applied to the clips of Yard/);
  assert.match(saidIn(text.bytes), /original recordings were not changed/);
  assert.match((await scene.steps()).at(-1)?.detail ?? '', / masked\.mp4 \(SHA-256/);
});

test('in a letter a mask covers what it was drawn over of a snapshot that stands on its side, which stays so', async (t) => {
  const { mails, port } = await mailServer(t);
  const scene = await opened(t, port, {}, turned(await patternJpeg(), 6));
  await mask(scene);
  await accepted(scene.send());
  await stateIs(scene, 'sent');
  const [, snapshot] = partsOf(mails[0]?.raw ?? '');
  assert.ok(snapshot);
  const inspected = inspect(new Uint8Array(snapshot.bytes), 'image/jpeg');
  assert.equal(inspected.ok && inspected.layout.orientation, 6);
  const { width, height, luma } = await lookAtJpeg(snapshot.bytes);
  // A quarter turn clockwise: what is seen to the right is coded above.
  const isCovered = (y: number) => {
    const row = Math.floor(y * height) * width;
    return luma.subarray(row, row + width).every((level) => Math.abs(level - 128) < 8);
  };
  assert.deepEqual([isCovered(0.2), isCovered(0.8)], [true, false]);
});

test('a letter that is asked to leave masks off carries the exact copy, and says that', async (t) => {
  const { mails, port } = await mailServer(t);
  const scene = await opened(t, port);
  await mask(scene);
  scene.house.deps.masking.masker.video = () => assert.fail('the masker was asked');
  assert.equal((await accepted(scene.send({ coverMasks: false }))).coverMasks, false);
  await stateIs(scene, 'sent');
  const [text, snapshot, clip] = partsOf(mails[0]?.raw ?? '');
  assert.ok(text && snapshot && clip);
  assert.deepEqual(new Uint8Array(snapshot.bytes), picture);
  assert.doesNotMatch(clip.name, /masked/);
  assert.match(saidIn(text.bytes), /The clips are copies of the recorded pictures/);
});

test('a snapshot that cannot be covered stays at home; the letter goes without it', async (t) => {
  const { mails, port } = await mailServer(t);
  const scene = await opened(t, port);
  await mask(scene);
  await accepted(scene.send());
  await stateIs(scene, 'sent');
  const names = partsOf(mails[0]?.raw ?? '').map(({ name }) => name);
  assert.equal(names.includes('snapshot.jpg'), false);
});

test('a stop does not wait until masks are covered, and the letter is made after the next start', async (t) => {
  const { mails, port } = await mailServer(t);
  const scene = await opened(t, port);
  await mask(scene);
  const { masker } = scene.house.deps.masking;
  const open = masker.video;
  const begun = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  masker.video = async (options) => {
    begun.resolve();
    await goOn.promise;
    return open(options);
  };
  await accepted(scene.send());
  await begun.promise;
  const stopped = scene.stopLetters();
  goOn.resolve();
  await stopped;
  assert.equal(mails.length, 0, 'it was given up at the next fragment');
  masker.video = open;
  const again = scene.worker();
  t.after(() => again.stop());
  await scene.house.deps.clock.advance(10_000);
  await stateIs(scene, 'sent');
  assert.equal(mails.length, 1);
});

test('a letter that the mail server does not take is waited for a moment only where the process is to end', async (t) => {
  const mailer = smtpMailer({ url: secret('smtp://127.0.0.1:9'), from, log: silentLog });
  assert.ok(mailer);
  const begun = Promise.withResolvers<void>();
  const scene = await opened(t, 9, {
    mailer: {
      ...mailer,
      deliver: (_, signal) =>
        new Promise((_resolve, reject) => {
          begun.resolve();
          signal.addEventListener('abort', () => reject(new Error('The server was left.')));
        }),
    },
  });
  await accepted(scene.send());
  await begun.promise;
  let isStopped = false;
  const stopped = scene.stopLetters().then(() => {
    isStopped = true;
  });
  await scene.house.deps.clock.advance(handOverGraceMs - 1_000);
  assert.equal(isStopped, false);
  await scene.house.deps.clock.advance(2_000);
  await stopped;
  await stateIs(scene, 'waiting');
});
