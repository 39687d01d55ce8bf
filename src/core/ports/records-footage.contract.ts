// What all records keep of footage.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  at,
  camera,
  gap,
  hash,
  hold,
  household,
  id,
  image,
  incident,
  initSegment,
  organization,
  recording,
  site,
  span,
  track,
} from '../../../test/houses/rows.ts';
import { branded, type EpochMs, type IncidentId } from '../brand.ts';
import type { Recording } from '../footage/recording.ts';
import type { OpenRecords } from './records.contract.ts';
import type { Records } from './records.ts';

const callers = 40;
const minuteMs = 60_000;
const dayMs = 86_400_000;
const elsewhere = camera(site(organization()));

export function footageContract(name: string, open: OpenRecords): void {
  timeLine(name, open);
  retention(name, open);
  beside(name, open);
}

function timeLine(name: string, open: OpenRecords): void {
  test(`${name}: recordings come back as they went in, and are found by time`, async (t) => {
    const records = await open(t);
    const { camera: gate } = await household(records);
    const minutes = await footage(records, gate, 4);
    await records.recordings.insert(recording(elsewhere, span(0, minuteMs)));
    const [first, second, third, last] = minutes;
    assert.deepEqual(await records.recordings.find(id()), null);
    assert.deepEqual(await records.recordings.find(second?.id ?? id()), second);
    assert.deepEqual(await records.recordings.last(gate.id), last);
    assert.equal(await records.recordings.last(id()), null);
    assert.deepEqual(await records.recordings.first(gate.id), first);
    assert.equal(await records.recordings.first(id()), null);
    assert.equal(await records.recordings.newestEndAt(), last?.endAt);
    assert.deepEqual(await records.recordings.newest(2), [last, third]);
    assert.deepEqual(await records.recordings.newest(2, last?.endAt), [third, second]);
    const init = last?.initSha256 ?? hash(0);
    assert.equal(await records.recordings.needsInit(init, [id(), last?.cameraId ?? id()]), true);
    assert.equal(await records.recordings.needsInit(init, [id()]), false);
    assert.equal(await records.recordings.needsInit(hash(1), [last?.cameraId ?? id()]), false);
    assert.equal(await records.recordings.needsInit(init, []), false);
    const between = span(minuteMs, 2 * minuteMs);
    assert.deepEqual(await records.recordings.list(gate.id, between), [second]);
    const across = span(minuteMs - 1, 2 * minuteMs + 1);
    assert.deepEqual(await records.recordings.list(gate.id, across), [first, second, third]);
    assert.deepEqual(
      await records.recordings.spans(gate.id, across),
      [first, second, third].map((each) => ({
        id: each?.id,
        startAt: each?.startAt,
        endAt: each?.endAt,
        retentionClass: 'idle',
      })),
    );
    assert.deepEqual(await records.recordings.list(gate.id, span(4 * minuteMs, 9 * minuteMs)), []);
  });

  test(`${name}: whatever is on the time line, a span finds exactly what overlaps it`, async (t) => {
    const records = await open(t);
    const ms = fc.integer({ min: 0, max: 20 * minuteMs });
    const spans = fc.array(fc.tuple(ms, fc.integer({ min: 1, max: 2 * minuteMs })), { maxLength: 12 });
    const asked = fc.tuple(ms, fc.integer({ min: 1, max: 20 * minuteMs }));
    await fc.assert(
      fc.asyncProperty(spans, asked, async (lengths, [askedAt, askedMs]) => {
        // A camera of its own each time: the records are not emptied.
        const of = camera(site(organization()));
        const rows = lengths.map(([startAt, lengthMs]) => span(startAt, startAt + lengthMs));
        for (const each of rows) {
          await records.recordings.insert(recording(of, each));
          await records.gaps.insert(gap(of, each));
          await records.tracks.put(track(of, each));
          await records.holds.insert(hold(of, id(), each));
        }
        const question = span(askedAt, askedAt + askedMs);
        const expected = rows
          .filter((each) => each.startAt < question.endAt && each.endAt > question.startAt)
          .map(({ startAt, endAt }) => `${startAt}-${endAt}`)
          .sort();
        const { recordings, gaps, tracks, holds } = records;
        for (const found of [
          await recordings.list(of.id, question),
          await recordings.spans(of.id, question),
          await gaps.list(of.id, question),
          await tracks.list(of.id, question),
          await holds.overlapping(of.id, question),
        ]) {
          assert.deepEqual(
            found.map((each) => each.startAt),
            found.map((each) => each.startAt).toSorted((a, b) => a - b),
          );
          assert.deepEqual(found.map(({ startAt, endAt }) => `${startAt}-${endAt}`).sort(), expected);
        }
      }),
      { numRuns: 60 },
    );
  });

  test(`${name}: gaps and tracks of any length are found by every span that they overlap`, async (t) => {
    const records = await open(t);
    const { camera: gate } = await household(records);
    const lengthsMs = [1, dayMs - 1, dayMs, dayMs + 1, 40 * dayMs];
    const spans = lengthsMs.map((lengthMs) => span(0, lengthMs));
    for (const each of spans) {
      await records.gaps.insert(gap(gate, each));
      await records.tracks.put(track(gate, each));
    }
    for (const rows of [records.gaps, records.tracks]) {
      for (const askedMs of [-1, 0, 1, dayMs - 1, dayMs, dayMs + 1, 40 * dayMs]) {
        const found = await rows.list(gate.id, span(askedMs, askedMs + 1));
        const expected = lengthsMs.filter((lengthMs) => askedMs >= 0 && lengthMs > askedMs);
        const lengths = found.map(({ startAt, endAt }) => endAt - startAt);
        assert.deepEqual(
          lengths.toSorted((a, b) => a - b),
          expected,
        );
      }
    }
  });

  test(`${name}: a recording longer than any should be is found by its end too`, async (t) => {
    const records = await open(t);
    const { camera: gate } = await household(records);
    const long = recording(gate, span(0, 60 * minuteMs));
    await records.recordings.insert(long);
    const late = span(59 * minuteMs, 60 * minuteMs);
    assert.deepEqual(await records.recordings.list(gate.id, late), [long]);
  });

  test(`${name}: pages show every recording once`, async (t) => {
    const records = await open(t);
    const { camera: gate } = await household(records);
    const minutes = await footage(records, gate, 7);
    const seen: Recording[] = [];
    for (let page = await records.recordings.page(null, 3); page.length > 0; ) {
      seen.push(...page);
      page = await records.recordings.page(seen.at(-1)?.id ?? null, 3);
    }
    assert.deepEqual(seen, minutes);
  });
}

function retention(name: string, open: OpenRecords): void {
  test(`${name}: a class is raised where footage overlaps, and never lowered`, async (t) => {
    const records = await open(t);
    const { camera: gate } = await household(records);
    await footage(records, gate, 4);
    const classes = async () =>
      (await records.recordings.spans(gate.id, span(0, 9 * minuteMs))).map((each) => each.retentionClass);
    await records.recordings.classify(gate.id, span(minuteMs + 5, 3 * minuteMs), 'activity');
    assert.deepEqual(await classes(), ['idle', 'activity', 'activity', 'idle']);
    await Promise.all([
      records.recordings.classify(gate.id, span(2 * minuteMs, 2 * minuteMs + 1), 'incident'),
      records.recordings.classify(gate.id, span(0, 9 * minuteMs), 'activity'),
      records.recordings.classify(gate.id, span(0, 9 * minuteMs), 'idle'),
    ]);
    assert.deepEqual(await classes(), ['activity', 'activity', 'incident', 'activity']);
  });

  test(`${name}: only what no hold overlaps expires, oldest first`, async (t) => {
    const records = await open(t);
    const { camera: gate } = await household(records);
    const [first, second, third, last] = await footage(records, gate, 4);
    const incidentId: IncidentId = id();
    await records.holds.insert(hold(gate, incidentId, span(minuteMs + 5, minuteMs + 6)));
    await records.holds.insert(hold(elsewhere, incidentId, span(0, 9 * minuteMs)));
    const before = at(4 * minuteMs);
    assert.deepEqual(await records.recordings.expired('idle', before, 9), [first, third]);
    assert.deepEqual(await records.recordings.expired('idle', before, 1), [first]);
    assert.deepEqual(await records.recordings.expired('activity', before, 9), []);
    assert.deepEqual(await records.recordings.oldestUnheld(9), [first, third, last]);
    assert.deepEqual(await records.recordings.oldestUnheld(1), [first]);
    await records.holds.extend(incidentId, gate.id, at(3 * minuteMs));
    await records.holds.extend(incidentId, gate.id, at(2 * minuteMs));
    assert.deepEqual(await records.recordings.oldestUnheld(9), [first, last]);
    const holds = await records.holds.ofIncident(incidentId);
    assert.deepEqual(
      holds.map(({ cameraId, endAt }) => [cameraId, endAt]),
      [
        [elsewhere.id, at(9 * minuteMs)],
        [gate.id, at(3 * minuteMs)],
      ],
    );
    await records.holds.release(incidentId);
    assert.deepEqual(await records.holds.ofIncident(incidentId), []);
    assert.deepEqual(await records.recordings.oldestUnheld(9), [first, second, third, last]);
  });

  test(`${name}: holds end some time after their incident was resolved, and never before it is`, async (t) => {
    const records = await open(t);
    const { camera: gate } = await household(records);
    const [first, second, third] = await footage(records, gate, 3);
    const resolved = incident(gate, { state: 'resolved', resolution: 'intrusion' });
    const going = incident(gate);
    for (const each of [resolved, going]) await records.incidents.insert(each);
    const step = { incidentId: resolved.id, at: at(500), memberId: null, detail: '' };
    await records.incidents.addStep({ ...step, action: 'resolved' });
    await records.incidents.addStep({ ...step, incidentId: going.id, at: at(1), action: 'opened' });
    await records.holds.insert(hold(gate, resolved.id, span(0, 2 * minuteMs)));
    await records.holds.insert(hold(gate, going.id, span(minuteMs, 2 * minuteMs)));
    assert.deepEqual(await records.recordings.oldestUnheld(9), [third]);
    assert.deepEqual(await records.recordings.oldestResolved(9), [first, third]);
    assert.deepEqual(await records.recordings.oldestResolved(1), [first]);
    assert.equal(await records.holds.releaseResolvedBefore(at(500)), 0);
    assert.equal(await records.holds.releaseResolvedBefore(at(501)), 1);
    assert.deepEqual(await records.recordings.oldestUnheld(9), [first, third]);
    assert.equal(await records.recordings.find(second?.id ?? id()).then((found) => found?.id), second?.id);
  });

  test(`${name}: gaps and tracks go when they are old and their footage is gone, in batches`, async (t) => {
    const records = await open(t);
    const { camera: gate } = await household(records);
    const kept = recording(gate, span(10 * minuteMs, 11 * minuteMs));
    await records.recordings.insert(kept);
    const spans = [
      span(0, 1),
      span(2, 3),
      span(9 * minuteMs, 10 * minuteMs),
      span(20 * minuteMs, 21 * minuteMs),
    ];
    for (const each of spans) {
      await records.gaps.insert(gap(gate, each));
      await records.tracks.put(track(gate, each));
    }
    for (const rows of [records.gaps, records.tracks]) {
      const left = async () =>
        (await rows.list(gate.id, span(0, dayMs))).map(({ startAt }) => startAt - at(0));
      const before = at(21 * minuteMs);
      assert.equal(await rows.deleteExpired(before, 1), 1);
      assert.deepEqual(await left(), [2, 9 * minuteMs, 20 * minuteMs]);
      assert.equal(await rows.deleteExpired(before, 9), 1);
      assert.deepEqual(await left(), [9 * minuteMs, 20 * minuteMs]);
      assert.equal(await rows.deleteExpired(before, 9), 0);
    }
    await records.recordings.destroy(kept.id, at(1));
    assert.equal(await records.gaps.deleteExpired(at(21 * minuteMs), 9), 1);
  });

  test(`${name}: jumps of the clock are kept, newest first`, async (t) => {
    const records = await open(t);
    for (const jump of [span(0, 5), span(2, 3)]) await records.clockJumps.insert(jump);
    assert.deepEqual(await records.clockJumps.list(9), [span(2, 3), span(0, 5)]);
    assert.deepEqual(await records.clockJumps.list(1), [span(2, 3)]);
  });

  test(`${name}: destroying a recording lists its object as garbage, once, whoever else does it`, async (t) => {
    const records = await open(t);
    const { camera: gate } = await household(records);
    assert.equal(await records.recordings.totalBytes(), 0);
    const [first, second] = await footage(records, gate, 2);
    const total = await records.recordings.totalBytes();
    assert.equal(total, (first?.sizeBytes ?? 0) + (second?.sizeBytes ?? 0));
    await Promise.all(
      Array.from({ length: callers }, () => records.recordings.destroy(first?.id ?? id(), at(9))),
    );
    assert.equal(await records.recordings.find(first?.id ?? id()), null);
    assert.deepEqual(await records.garbage.list(9), [first?.blobKey]);
    assert.equal(await records.recordings.totalBytes(), second?.sizeBytes);
    const failing = records.transaction(async (tx) => {
      await tx.recordings.destroy(second?.id ?? id(), at(9));
      throw new Error('No.');
    });
    await assert.rejects(failing);
    assert.deepEqual(await records.recordings.find(second?.id ?? id()), second);
    assert.equal(await records.recordings.totalBytes(), second?.sizeBytes);
  });

  test(`${name}: the same recording twice is a conflict and is counted once`, async (t) => {
    const records = await open(t);
    const { camera: gate } = await household(records);
    const [only] = await footage(records, gate, 1);
    if (only === undefined) return assert.fail();
    await assert.rejects(records.recordings.insert(only), { code: 'conflict' });
    assert.equal(await records.recordings.totalBytes(), only.sizeBytes);
  });
}

function beside(name: string, open: OpenRecords): void {
  test(`${name}: gaps and tracks come back as they went in; a track is replaced by its id`, async (t) => {
    const records = await open(t);
    const { camera: gate } = await household(records);
    const missing = gap(gate, span(0, 5 * minuteMs));
    await records.gaps.insert(missing);
    assert.deepEqual(await records.gaps.list(gate.id, span(minuteMs, 2 * minuteMs)), [missing]);
    const seen = track(gate, span(0, 1_000));
    const paths = [
      [
        { at: at(0), x: 0.1235, y: 0.999 },
        { at: at(8_999), x: 0.001, y: 0.3333 },
      ],
      [{ at: at(400), x: 0.5, y: 0.7001 }],
    ];
    const longer = { ...seen, endAt: at(9_000), bestScore: 0.75, paths };
    await records.tracks.put(seen);
    await records.tracks.put(longer);
    assert.deepEqual(await records.tracks.list(gate.id, span(0, minuteMs)), [longer]);
    assert.deepEqual(await records.tracks.list(elsewhere.id, span(0, minuteMs)), []);
  });

  test(`${name}: an init segment is stored once, byte for byte`, async (t) => {
    const records = await open(t);
    const init = initSegment();
    await Promise.all(Array.from({ length: callers }, () => records.initSegments.put(init)));
    assert.deepEqual(await records.initSegments.find(init.sha256), init);
    assert.equal(await records.initSegments.find(hash(1)), null);
  });

  test(`${name}: garbage is listed once and in order, until it is removed`, async (t) => {
    const records = await open(t);
    for (const key of ['b', 'a', 'b', 'c']) await records.garbage.add(key, at(1));
    assert.deepEqual(await records.garbage.list(9), ['b', 'a', 'c']);
    await records.garbage.remove('a');
    await records.garbage.remove('a');
    assert.deepEqual(await records.garbage.list(1), ['b']);
    assert.deepEqual(await records.garbage.list(9), ['b', 'c']);
  });

  test(`${name}: images expire unless an incident shows them that is unresolved or holds footage`, async (t) => {
    const records = await open(t);
    const { camera: gate } = await household(records);
    const [old, shown, fresh] = [1, 2, 3].map((ms) => image(gate, at(ms)));
    if (old === undefined || shown === undefined || fresh === undefined) return assert.fail();
    for (const each of [fresh, shown, old]) await records.images.insert(each);
    const open1 = incident(gate, { snapshotId: shown.id });
    await records.incidents.insert(open1);
    assert.deepEqual(await records.images.find(shown.id), shown);
    assert.deepEqual(await records.images.expired(fresh.at, 9), [old]);
    await records.holds.insert(hold(gate, open1.id, span(0, 1)));
    await records.incidents.update({ ...open1, state: 'resolved', resolution: 'test' }, 'open');
    assert.deepEqual(await records.images.expired(fresh.at, 9), [old]);
    await records.holds.release(open1.id);
    assert.deepEqual(await records.images.expired(fresh.at, 9), [old, shown]);
    assert.deepEqual(await records.images.expired(branded<EpochMs>(fresh.at + 1), 2), [old, shown]);
    await records.images.destroy(old.id, at(9));
    await records.images.destroy(old.id, at(9));
    assert.equal(await records.images.find(old.id), null);
    assert.deepEqual(await records.garbage.list(9), [old.blobKey]);
    assert.deepEqual(await records.images.page(null, 1), [shown]);
    assert.deepEqual(await records.images.page(shown.id, 9), [fresh]);
  });
}

/** `minutes` recordings of a minute each that touch, stored. */
async function footage(
  records: Records,
  of: Parameters<typeof recording>[0],
  minutes: number,
): Promise<readonly Recording[]> {
  const made = Array.from({ length: minutes }, (_, i) =>
    recording(of, span(i * minuteMs, (i + 1) * minuteMs), { sizeBytes: 1_000 + i }),
  );
  for (const each of made) await records.recordings.insert(each);
  return made;
}
