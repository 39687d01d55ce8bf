// A broker that is killed at random moments while sites are armed and incidents open: what it keeps in the end is what
// the records say, and nothing else.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { memoryCache } from '../../src/adapters/memory/cache.ts';
import { openMqtt } from '../../src/adapters/mqtt/mqtt.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { type AutomationSettings, keptState } from '../../src/core/automation/state.ts';
import type { Camera } from '../../src/core/site/camera.ts';
import { handleSighting } from '../../src/core/incident/handle-sighting.ts';
import { acknowledgeIncident, resolveIncident } from '../../src/core/incident/life.ts';
import type { Cache } from '../../src/core/ports/cache.ts';
import type { Clock } from '../../src/core/ports/clock.ts';
import { silentLog } from '../../src/core/ports/log.ts';
import type { Mqtt } from '../../src/core/ports/mqtt.ts';
import { armSite } from '../../src/core/site/arming.ts';
import { homePolicy } from '../../src/core/site/camera-policy.ts';
import { addCamera, changeCamera, removeCamera } from '../../src/core/site/cameras.ts';
import { armings } from '../../src/core/site/site.ts';
import { changeSite } from '../../src/core/site/sites.ts';
import { startAutomation } from '../../src/workers/automation/automation.ts';
import { presence } from '../../src/workers/automation/presence.ts';
import { views } from '../../src/workers/automation/views.ts';
import { episode, openScene } from '../houses/incident.ts';
import { mosquittoIsMissing, startMosquitto } from '../servers/mosquitto.ts';
import { eventually } from '../servers/vedette.ts';
import { randomFrom } from './random.ts';

const rounds = 15;
const actionsEach = 12;
/** Up to this long after a round began the broker is killed, and is away for as long again: in ms. */
const killWithinMs = 60;
const withinMs = 20_000;
const backoff = { firstMs: 10, maxMs: 100 };
const settings: AutomationSettings = {
  prefix: 'vedette',
  discoveryPrefix: 'homeassistant',
  snapshots: true,
  publicUrl: 'https://cams.example.org',
  version: '1.2.3',
};

test(`what a broker keeps is what the records say, after ${rounds} kills at random moments`, {
  skip: mosquittoIsMissing,
}, async (t) => {
  const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);
  t.diagnostic(`CHAOS_SEED=${seed}`);
  const random = randomFrom(seed);
  const server = await startMosquitto();
  t.after(() => server[Symbol.asyncDispose]());
  const clock = systemClock();
  const open = () => {
    const broker = { host: '127.0.0.1', port: server.port, secure: false, credentials: null };
    const mqtt = openMqtt({ broker, certificates: null, will: null, clock, log: silentLog, backoff });
    t.after(() => mqtt.close());
    return mqtt;
  };
  const scene = await openScene(3);
  const mqtt = open();
  const deps = { ...scene.deps, clock, mqtt, cache: memoryCache({ clock }) };
  const automation = startAutomation(deps, settings);
  t.after(() => automation.stop());
  const watcher = open();

  for (let round = 1; round <= rounds; round += 1) {
    const killed = pause(random() * killWithinMs)
      .then(() => (random() < 0.5 ? server.kill() : server.stop()))
      .then(() => (random() < 0.3 ? server.forget() : undefined))
      .then(() => pause(random() * killWithinMs));
    for (let action = 0; action < actionsEach; action += 1) {
      await act(scene, deps, random);
      await pause(random() * 5);
    }
    await killed;
    await server.start();
    await eventually(`round ${round}: the broker keeps what the records say`, withinMs, async () => {
      const wanted = await wantedOf(scene, deps);
      const kept = await keptBy(watcher);
      return JSON.stringify(kept) === JSON.stringify(wanted) ? true : null;
    }).catch(async (error: unknown) => {
      assert.deepEqual(await keptBy(watcher), await wantedOf(scene, deps));
      throw error;
    });
  }
});

type Scene = Awaited<ReturnType<typeof openScene>>;
type Deps = Omit<Scene['deps'], 'clock'> & { readonly clock: Clock; readonly cache: Cache };

/** Somebody does something. */
async function act(scene: Scene, deps: Deps, random: () => number): Promise<void> {
  const { caller, siteId } = scene;
  const by = { kind: 'member', memberId: scene.memberId } as const;
  const cameras = await scene.records.cameras.list(scene.organizationId);
  const camera = pick(cameras, random);
  const incident = pick(await scene.incidents(), random);
  const deeds: readonly (() => Promise<unknown>)[] = [
    () => armSite(deps, caller, { siteId, by, arming: pick(armings, random) ?? 'disarmed' }),
    () => changeSite(deps, caller, { siteId, name: `Bakery ${Math.floor(random() * 100)}` }),
    () => changeSite(deps, caller, { siteId, armByMqtt: random() < 0.5 }),
    () => visit(scene, deps, camera),
    () => visit(scene, deps, camera),
    async () => {
      if (camera === undefined || cameras.length < 2) return;
      await removeCamera(deps, caller, { cameraId: camera.id });
    },
    () => {
      const source = { kind: 'demo' } as const;
      return addCamera({ ...deps, cameraPolicy: homePolicy }, caller, { siteId, name: 'Yard', source });
    },
    async () => {
      if (camera === undefined) return;
      const change = { cameraId: camera.id, name: `Door ${Math.floor(random() * 100)}` };
      await changeCamera({ ...deps, cameraPolicy: homePolicy }, caller, change);
    },
    async () => {
      if (incident?.state !== 'open') return;
      await acknowledgeIncident(deps, caller, { incidentId: incident.id, memberId: scene.memberId });
    },
    async () => {
      if (incident === undefined || incident.state === 'resolved') return;
      const act = { incidentId: incident.id, memberId: scene.memberId, resolution: 'test' } as const;
      await resolveIncident(deps, caller, act);
    },
  ];
  await pick(deeds, random)?.();
}

/** Somebody comes and goes: nobody is there in the end, so that presence is no matter of time. */
async function visit(scene: Scene, deps: Deps, camera: Camera | undefined): Promise<void> {
  if (camera === undefined) return;
  const seconds = (deps.clock.now() - scene.clock.now()) / 1_000;
  const seen = episode(scene, camera, seconds);
  await handleSighting(deps, seen('began', seconds + 0.001));
  await handleSighting(deps, seen('ended', seconds + 0.002));
}

/** Topic → text, as the records say it. */
async function wantedOf(scene: Scene, deps: Deps): Promise<Record<string, string>> {
  const view = await views(deps, presence(deps)).of(scene.organizationId);
  const wanted = new Map([['vedette/status', 'online']]);
  for (const [topic, payload] of keptState(settings, view)) {
    wanted.set(topic, typeof payload === 'string' ? payload : 'a picture');
  }
  return sorted(wanted);
}

let asked = 0;

/** Topic → text, as the broker keeps it: told to a new listener, up to what that listener itself says last. */
async function keptBy(mqtt: Mqtt): Promise<Record<string, string>> {
  const kept = new Map<string, string>();
  asked += 1;
  const last = `asked/${asked}`;
  const end = Promise.withResolvers<void>();
  const stop = mqtt.subscribe('#', ({ topic, payload, retain }) => {
    if (topic === last) return end.resolve();
    if (topic.startsWith('asked/')) return;
    const isPicture = topic.endsWith('/snapshot');
    if (retain) kept.set(topic, isPicture ? 'a picture' : new TextDecoder().decode(payload));
  });
  try {
    await mqtt.publish(
      { topic: last, payload: new Uint8Array([1]), retain: false },
      AbortSignal.timeout(2_000),
    );
    await Promise.race([end.promise, pause(2_000)]);
  } catch {
    // The broker is not there yet.
  } finally {
    stop();
  }
  return sorted(kept);
}

function sorted(map: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...map].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function pick<T>(list: readonly T[], random: () => number): T | undefined {
  return list[Math.floor(random() * list.length)];
}
