// Gaps and fragments of one stream: whatever happens, each moment is shown, or missing, and never both.

import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import fc from 'fast-check';
import { always, failingSync, testCamera, testInit } from '../../../test/houses/recorder.ts';
import { memoryBlobs } from '../../adapters/memory/blobs.ts';
import { manualClock } from '../../adapters/memory/clock.ts';
import { memoryKeys } from '../../adapters/memory/keys.ts';
import { openDatabase } from '../../adapters/sql/database.ts';
import { sqlRecords } from '../../adapters/sql/records.ts';
import { branded, type EpochMs } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import { onTimeLine } from '../../core/footage/footage.ts';
import { gapCauses } from '../../core/footage/recording.ts';
import { silentLog } from '../../core/ports/log.ts';
import type { Records } from '../../core/ports/records.ts';
import { recoverSpool } from '../spool/recover.ts';
import { storedEnd } from '../spool/store.ts';
import { createFootageWriter } from './footage-writer.ts';
import { createSegmenter } from './segmenter.ts';

const startMs = Date.UTC(2026, 0, 1);
/** Times are floating-point milliseconds since 1970: a double has steps of a quarter of a microsecond there. */
const roundingMs = 0.001;

const percent = fc.integer({ min: 0, max: 100 });

/** What a stream may do: send groups of pictures, stand still, begin anew, fail on the disk, lose its recorder. */
const step = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({ does: fc.constant('send' as const), pictures: fc.integer({ min: 1, max: 40 }) }),
  },
  fc.record({ does: fc.constant('jump' as const), ms: fc.integer({ min: -5_000, max: 20_000 }) }),
  fc.record({ does: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 20_000 }) }),
  fc.record({ does: fc.constant('set-clock' as const), ms: fc.integer({ min: -60_000, max: 60_000 }) }),
  fc.record({
    does: fc.constant('reopen' as const),
    timescale: fc.constantFrom(90_000, 30_000, 12_800, 1_000),
    frameTicks: fc.constantFrom(1_001, 3_003, 512, 33),
    cause: fc.constantFrom(...gapCauses),
  }),
  fc.record({ does: fc.constant('fail' as const), attempts: fc.integer({ min: 1, max: 7 }) }),
  fc.record({ does: fc.constant('fail-sync' as const), times: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ does: fc.constant('fail-seal' as const), times: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ does: fc.constant('cut' as const) }),
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('restart' as const),
      crash: fc.boolean(),
      /** At the stop only, or at the start too. */
      full: fc.constantFrom('no' as const, 'stop' as const, 'start' as const),
      /** How much is left of data and journal of a recording that the stop left in the spool. */
      torn: fc.option(fc.record({ data: percent, journal: percent })),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer Kind> ? Kind : never;

/** A full store leaves footage in the spool; it is torn when newer footage was stored already. */
const tornWhileItWaits: Step[] = [
  ...Array<Step>(3).fill({ does: 'send', pictures: 40 }),
  { does: 'restart', crash: false, full: 'start', torn: null },
  { does: 'send', pictures: 40 },
  { does: 'restart', crash: false, full: 'no', torn: { data: 50, journal: 100 } },
  { does: 'send', pictures: 40 },
];

test('gaps and fragments of a stream never overlap, and what is missing is told', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25, size: 'max' }), async (steps) => {
      const { records, cameraId, perform, finish } = await house(t);
      for (const one of steps) await perform(one);
      await finish();
      await requireApart(records, cameraId);
    }),
    { numRuns: 60, examples: [[tornWhileItWaits]] },
  );
});

async function house(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-overlap-'));
  const clock = manualClock(startMs);
  const database = await openDatabase({ path: ':memory:', log: silentLog });
  const keys = memoryKeys();
  const blobs = memoryBlobs();
  const records = sqlRecords({ database, keys, clock });
  const camera = testCamera(clock, { kind: 'demo' });
  const disk = { failures: 0, storeIsFull: false, sealFailures: 0 };
  const sync = await failingSync(t, folder);
  const deps = {
    ...{ records, clock, log: silentLog },
    keys: {
      ...keys,
      unwrap: keys.unwrap.bind(keys),
      wrap: (...args: Parameters<typeof keys.wrap>) => {
        disk.failures -= 1;
        return disk.failures >= 0 ? Promise.reject(new VedetteError('data-damaged')) : keys.wrap(...args);
      },
    },
    blobs: {
      ...blobs,
      put: (...args: Parameters<typeof blobs.put>) => {
        if (disk.storeIsFull) return Promise.reject(new VedetteError('data-full'));
        disk.sealFailures -= 1;
        return disk.sealFailures >= 0 ? Promise.reject(new VedetteError('data-damaged')) : blobs.put(...args);
      },
    },
  };
  t.after(async () => {
    await database.close();
    await rm(folder, { recursive: true });
  });

  async function recorder(missing: 'recorder-crashed' | 'recorder-stopped') {
    const { waiting } = await recoverSpool(deps, folder);
    const ends = [(await storedEnd(records, camera.id)) ?? 0, ...waiting.map(({ endAt }) => endAt)];
    const lastEndAt = Math.max(...ends) === 0 ? null : branded<EpochMs>(Math.max(...ends));
    const writer = createFootageWriter(deps, {
      ...{ camera, spoolFolder: folder, lastEndAt, waiting, random: () => 0 },
      makeRoom: async () => false,
      isActive: () => false,
      isInUse: () => false,
      onSealed: () => {},
      onWritten: () => {},
      onProblem: () => {},
    });
    const segmenter = createSegmenter({ pace: 'real', lastEndAt, onFragment: writer.add });
    if (lastEndAt !== null) segmenter.missing({ cause: missing, since: lastEndAt });
    return { writer, segmenter };
  }

  let { writer, segmenter } = await recorder('recorder-stopped');
  let stream = { timescale: 90_000, frameTicks: 3_003 };
  let dtsTicks = 77;
  begin();

  function begin(): void {
    const { timescale, frameTicks } = stream;
    const sha256 = branded<typeof testInit.sha256>(String(timescale).padStart(64, '0'));
    segmenter.begin({ init: { ...testInit, sha256, timescale }, framesPerSecond: timescale / frameTicks });
  }

  async function send(pictures: number): Promise<void> {
    for (let index = 0; index < pictures; index += 1) {
      const times = { ptsTicks: dtsTicks, dtsTicks, durationTicks: 0 };
      const packet = { data: new Uint8Array(4), keyFrame: index === 0, ...times };
      segmenter.push(packet, clock.now(), clock.monotonicMs());
      dtsTicks += stream.frameTicks;
      await clock.advance((stream.frameTicks * 1000) / stream.timescale);
    }
  }

  async function settle(work: Promise<void>): Promise<void> {
    let isDone = false;
    void work.then(() => {
      isDone = true;
    });
    while (!isDone) await clock.advance(1_000);
  }

  async function restart({ crash, full, torn }: Omit<Step & { does: 'restart' }, 'does'>): Promise<void> {
    disk.storeIsFull = full !== 'no';
    if (!crash) segmenter.end();
    await settle(writer.stop());
    sync.fails = 0;
    disk.sealFailures = 0;
    if (torn !== null) await tear(folder, torn);
    disk.storeIsFull = full === 'start';
    ({ writer, segmenter } = await recorder(crash ? 'recorder-crashed' : 'recorder-stopped'));
    disk.storeIsFull = false;
    begin();
  }

  async function perform(one: Step): Promise<void> {
    if (one.does === 'send') await send(one.pictures);
    else if (one.does === 'jump') dtsTicks += Math.round((one.ms * stream.timescale) / 1000);
    else if (one.does === 'wait') await clock.advance(one.ms);
    else if (one.does === 'set-clock') clock.step(one.ms);
    else if (one.does === 'fail') disk.failures = one.attempts;
    else if (one.does === 'cut') writer.cut();
    else if (one.does === 'fail-seal') disk.sealFailures = one.times;
    else if (one.does === 'fail-sync') {
      sync.fails = one.times;
      await writer.flush();
    } else if (one.does === 'restart') await restart(one);
    else {
      segmenter.end();
      writer.endRecording();
      segmenter.missing({ cause: one.cause, since: clock.now() });
      stream = one;
      begin();
    }
  }

  return {
    ...{ records, cameraId: camera.id, perform },
    async finish() {
      segmenter.end();
      await restart({ crash: false, full: 'no', torn: null });
      await send(3);
      segmenter.end();
      await restart({ crash: false, full: 'no', torn: null });
      await settle(writer.stop());
    },
  };
}

/** Cuts the files of the newest recording that lies in the spool; the journal keeps its first line. */
async function tear(folder: string, share: { data: number; journal: number }): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.journal')).sort();
  const newest = names.at(-1)?.split('.')[0];
  if (newest === undefined) return;
  const journal = await readFile(join(folder, `${newest}.journal`));
  const least = journal.indexOf('\n') + 1;
  await truncate(
    join(folder, `${newest}.journal`),
    least + Math.round(((journal.length - least) * share.journal) / 100),
  );
  const { size } = await stat(join(folder, `${newest}.data`));
  await truncate(join(folder, `${newest}.data`), Math.round((size * share.data) / 100));
}

/** Every two spans, of fragments and of gaps, are apart; and nothing between them is untold. */
async function requireApart(records: Records, cameraId: Parameters<Records['gaps']['list']>[0]) {
  const fragments: { what: string; startAt: number; endAt: number }[] = [];
  for (const recording of await records.recordings.list(cameraId, always)) {
    const init = await records.initSegments.find(recording.initSha256);
    assert.ok(init !== null);
    for (const { startAt, durationMs } of onTimeLine(recording, init)) {
      fragments.push({ what: recording.id, startAt, endAt: startAt + durationMs });
    }
  }
  const gaps = (await records.gaps.list(cameraId, always)).map(({ startAt, endAt, cause }) => {
    return { what: cause, startAt, endAt };
  });
  const spans = [...fragments, ...gaps].toSorted((a, b) => a.startAt - b.startAt || a.endAt - b.endAt);
  for (const [index, span] of spans.entries()) {
    const previous = spans[index - 1];
    if (previous === undefined) continue;
    const apartMs = span.startAt - previous.endAt;
    const isBetweenRecordings =
      fragments.some((one) => one === span) && fragments.some((one) => one === previous);
    // Recordings that touch are placed by whole milliseconds each.
    const leastMs = isBetweenRecordings && span.what !== previous.what ? -1 : -roundingMs;
    const told = `${previous.what} ends at ${previous.endAt - startMs}, ${span.what} begins at ${span.startAt - startMs}`;
    assert.ok(apartMs >= leastMs, told);
    assert.ok(apartMs <= 2, told);
  }
}
