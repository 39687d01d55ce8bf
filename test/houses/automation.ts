// Home automation of a scene, against a broker in memory.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { memoryCache } from '../../src/adapters/memory/cache.ts';
import { memoryBroker } from '../../src/adapters/memory/mqtt.ts';
import type { AutomationSettings } from '../../src/core/automation/state.ts';
import { VedetteError } from '../../src/core/errors.ts';
import type { Cache } from '../../src/core/ports/cache.ts';
import type { Log, LogFields } from '../../src/core/ports/log.ts';
import { silentLog } from '../../src/core/ports/log.ts';
import { armSite } from '../../src/core/site/arming.ts';
import { startAutomation } from '../../src/workers/automation/automation.ts';
import { openScene } from './incident.ts';

export const automationSettings: AutomationSettings = {
  prefix: 'vedette',
  discoveryPrefix: 'homeassistant',
  snapshots: false,
  publicUrl: 'https://cams.example.org',
  version: '1.2.3',
};

/** A site with two cameras, told to a broker that was there before. */
export async function openAutomationHouse(t: TestContext, change: Partial<AutomationSettings> = {}) {
  const scene = await openScene(2);
  const lines: { message: string; fields: LogFields }[] = [];
  const write = (message: string, fields: LogFields = {}) => void lines.push({ message, fields });
  const log: Log = { ...silentLog, info: write, warn: write, error: write, with: () => log };
  const broker = memoryBroker({ log });
  const mqtt = broker.connect({ will: { topic: 'vedette/status', payload: bytes('offline') } });
  const others = broker.connect();
  const memory = memoryCache({ clock: scene.clock });
  /** The service behind the cache and live events. */
  const line = { isCut: false };
  const cache: Cache = {
    ...memory,
    get: (key) => (line.isCut ? Promise.reject(new VedetteError('cache-unavailable')) : memory.get(key)),
  };
  const deps = { ...scene.deps, log, mqtt, cache, isDeaf: () => line.isCut };
  const automation = startAutomation(deps, { ...automationSettings, ...change });
  t.after(() => automation.stop());
  /** Lets everything that was begun come to its end. */
  const settle = async () => {
    for (let turn = 0; turn < 5; turn += 1) await scene.clock.advance(0);
  };
  /** The same, for what waits for a thread as well. */
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await settle();
  };
  await settle();
  const site = `vedette/${scene.organizationId}/site/${scene.siteId}`;
  const camera = `vedette/${scene.organizationId}/camera/${scene.cameras[0]?.id}`;
  const [first] = scene.cameras;
  assert.ok(first !== undefined);
  return {
    scene,
    deps,
    line,
    broker,
    others,
    automation,
    lines,
    settle,
    until,
    site,
    camera,
    first,
    kept: (topic: string) => broker.kept.get(topic),
    arm: async (arming: 'disarmed' | 'armed-away') => {
      const by = { kind: 'member', memberId: scene.memberId } as const;
      await armSite(deps, scene.caller, { siteId: scene.siteId, arming, by });
      await settle();
    },
  };
}

export const bytes = (text: string) => new TextEncoder().encode(text);
export const patient = () => new AbortController().signal;
