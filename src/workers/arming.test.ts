import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { at, episode, openScene } from '../../test/houses/incident.ts';
import { memoryQueue } from '../adapters/memory/queue.ts';
import { branded, type CameraId, type MemberId } from '../core/brand.ts';
import type { Touch } from '../core/detection/detection.ts';
import { handleSighting } from '../core/incident/handle-sighting.ts';
import { armSite } from '../core/site/arming.ts';
import { setSchedule } from '../core/site/plan-schedule.ts';
import { emptySchedule, weekdays } from '../core/site/schedule.ts';
import { changeSite } from '../core/site/sites.ts';
import { startArming } from './arming.ts';
import { startRelay } from './relay.ts';

const by = { kind: 'member', memberId: branded<MemberId>('ada') } as const;

async function house(t: TestContext) {
  const scene = await openScene(1);
  t.after(() => scene.close());
  const { deps, caller, siteId, clock, records } = scene;
  await changeSite(deps, caller, { siteId, entryDelaySeconds: 30, exitDelaySeconds: 60 });
  const cut: CameraId[] = [];
  /** A process; `die` ends it with nothing but what is in the records. */
  const start = () => {
    const queue = memoryQueue({ clock });
    const relay = startRelay({ ...deps, queue });
    const worker = startArming({ ...deps, queue }, (cameraId) => cut.push(cameraId));
    return async () => {
      await Promise.all([relay.stop(), worker.stop()]);
      await queue.close();
    };
  };
  return {
    ...scene,
    cut,
    start,
    site: async () => (await records.sites.find(siteId)) ?? assert.fail(),
    comeIn: (seconds: number) => {
      const touch: Touch = {
        ...{ zoneId: branded('door'), kind: 'entry', armings: ['armed-away'] },
        ...{ since: at(seconds), until: at(seconds) },
      };
      const seen = episode(scene, scene.cameras[0], seconds);
      return handleSighting(deps, seen('began', seconds, { touches: [touch] }));
    },
    /** Lets time pass until `condition` holds, at most `seconds`. */
    passUntil: async (seconds: number, condition: () => Promise<boolean>) => {
      for (let second = 0; second <= seconds * 10; second += 1) {
        for (let turns = 0; turns < 20; turns += 1) await turn();
        if (await condition()) return;
        await clock.advance(100);
      }
      assert.fail(`It did not come to that within ${seconds} s.`);
    },
  };
}

test('an entry that nobody ends becomes an incident at its time, and its camera is cut', async (t) => {
  const scene = await house(t);
  await scene.arm('armed-away', -60);
  const stop = scene.start();
  await scene.comeIn(0);
  await scene.passUntil(31, async () => (await scene.incidents()).length === 1);
  assert.ok(scene.clock.now() > at(30));
  await scene.passUntil(1, async () => scene.cut.length === 1);
  await stop();
});

test('an entry outlives the program: it is due after the next start, once', async (t) => {
  const scene = await house(t);
  await scene.arm('armed-away', -60);
  const die = scene.start();
  await scene.comeIn(0);
  await die();
  await scene.clock.advance(45_000);
  const stop = scene.start();
  await scene.passUntil(5, async () => (await scene.incidents()).length === 1);
  const [incident] = await scene.incidents();
  assert.equal(incident?.startAt, at(0));
  await scene.clock.advance(60_000);
  await stop();
  assert.equal((await scene.incidents()).length, 1);
});

test('an entry that a schedule would have ended while nothing ran comes to nothing', async (t) => {
  const scene = await house(t);
  const { deps, caller, siteId } = scene;
  await changeSite(deps, caller, { siteId, entryDelaySeconds: 120 });
  await scene.arm('armed-away', -60);
  // It is two in the afternoon in Berlin.
  const weekly = [{ days: weekdays, at: '14:01', arming: 'disarmed' } as const];
  await setSchedule(deps, caller, {
    ...{ siteId, timeZone: (await scene.site()).timeZone },
    schedule: { ...emptySchedule, weekly },
  });
  const die = scene.start();
  await scene.comeIn(0);
  await die();
  await scene.clock.advance(300_000);
  // Timers are late, and so is the list of schedules: what is over is found by looking.
  const listed = Promise.withResolvers<void>();
  const schedules = {
    ...scene.records.schedules,
    list: async () => {
      await listed.promise;
      return scene.records.schedules.list();
    },
  };
  const queue = memoryQueue({ clock: scene.clock });
  const worker = startArming({ ...deps, records: { ...scene.records, schedules }, queue }, () => {});
  await scene.passUntil(5, async () => (await scene.records.entries.allRunning()).length === 0);
  listed.resolve();
  await worker.stop();
  await queue.close();
  assert.deepEqual(await scene.incidents(), []);
});

test('an entry whose clock is set back by an hour is due after its delay all the same', async (t) => {
  const scene = await house(t);
  await scene.arm('armed-away', -60);
  const stop = scene.start();
  await scene.comeIn(0);
  scene.clock.step(-3_600_000);
  await scene.passUntil(45, async () => (await scene.incidents()).length === 1);
  await stop();
});

test('the end of an exit delay is told to whoever watches the site', async (t) => {
  const scene = await house(t);
  const stop = scene.start();
  await armSite(scene.deps, scene.caller, { siteId: scene.siteId, arming: 'armed-away', by });
  const told = () => scene.published.filter(({ type }) => type === 'site-changed').length;
  const before = told();
  await scene.passUntil(61, async () => told() > before);
  assert.ok(scene.clock.now() >= at(60));
  await stop();
});

test('a schedule arms at its edge, and makes up for one that came while nothing ran', async (t) => {
  const scene = await house(t);
  const entry = (time: string, arming: 'armed-away' | 'disarmed') => ({ days: weekdays, at: time, arming });
  // It is two in the afternoon in Berlin.
  const weekly = [entry('14:01', 'armed-away'), entry('14:10', 'disarmed')];
  const schedule = { ...emptySchedule, weekly };
  const die = scene.start();
  const { siteId } = scene;
  await setSchedule(scene.deps, scene.caller, { siteId, timeZone: 'Europe/Berlin', schedule });
  await scene.passUntil(62, async () => (await scene.site()).arming === 'armed-away');
  assert.equal((await scene.site()).armingChangedAt, at(60));
  await die();
  await scene.clock.advance(3_600_000);
  const stop = scene.start();
  await scene.passUntil(5, async () => (await scene.site()).arming === 'disarmed');
  assert.equal((await scene.site()).armingChangedAt, at(600));
  await stop();
});
