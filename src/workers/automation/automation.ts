// Home automation: the broker keeps what organizations are, hears what becomes of incidents, and commands sites.

import { incidentAttributes } from '../../core/automation/incident-news.ts';
import { type AutomationSettings, keptState } from '../../core/automation/state.ts';
import { keptFilters, siteTopic, statusTopic } from '../../core/automation/topics.ts';
import type { IncidentId, OrganizationId } from '../../core/brand.ts';
import { readSnapshot } from '../../core/incident/snapshot.ts';
import type { Blobs } from '../../core/ports/blobs.ts';
import type { Cache } from '../../core/ports/cache.ts';
import type { LiveEvent } from '../../core/ports/events.ts';
import type { Keys } from '../../core/ports/keys.ts';
import type { MqttMessage } from '../../core/ports/mqtt.ts';
import { wakeup } from '../../core/wakeup.ts';
import { type CommandDeps, startCommands } from './commands.ts';
import { keeper } from './keeper.ts';
import { presence } from './presence.ts';
import { views } from './views.ts';

/** Live events may be lost: what was missed is made good at most this much later. */
const everythingEveryMs = 60_000;
/** While they do not come at all, what homes go by is looked at this often. */
const deafEveryMs = 5_000;
/** Before what the broker did not take is tried again. */
const againMs = 5_000;
/** Incidents that changed since the last look; beyond it the state tells of them, not the news. */
const maxChanged = 1_000;
const publishTimeoutMs = 10_000;

export interface AutomationDeps extends CommandDeps {
  readonly blobs: Blobs;
  readonly keys: Keys;
  readonly cache: Cache;
  /** Whether what other processes do is not heard of just now. Default: it is. */
  readonly isDeaf?: () => boolean;
}

/**
 * Keeps the broker up to date until it is stopped. While the broker is away only marks are kept, of which
 * organizations changed: when it is back, everything is told anew as it is then.
 */
export function startAutomation(
  deps: AutomationDeps,
  settings: AutomationSettings,
): { stop(): Promise<void> } {
  const { mqtt, records, clock, events, log, isDeaf = () => false } = deps;
  const stopping = new AbortController();
  const wake = wakeup(deps);
  const seen = presence(deps);
  const look = views(deps, seen);
  const keep = keeper({
    mqtt,
    log,
    topics: settings,
    stopping: stopping.signal,
    readSnapshot: ({ snapshotOf }) => readSnapshot(deps, snapshotOf).catch(() => null),
  });
  const dirty = new Set<OrganizationId>();
  const changed = new Map<IncidentId, OrganizationId>();
  let isEverythingDirty = true;
  let isAnnounced = false;

  function mark(organizationId: OrganizationId): void {
    dirty.add(organizationId);
    wake.call();
  }

  function heard(event: LiveEvent): void {
    if (event.type === 'timeline-grew' || event.type === 'access-changed') return;
    if (event.type === 'presence' && !seen.see(event)) return;
    if (event.type === 'camera-status' && !look.hear(event.status)) return;
    if (event.type === 'incident-changed' && mqtt.connected && changed.size < maxChanged) {
      changed.set(event.incidentId, event.organizationId);
    }
    mark(event.organizationId);
  }

  function connection(isMade: boolean): void {
    // When it is lost, not when it is made: what the broker keeps is told ahead of that.
    if (!isMade) keep.forget();
    isEverythingDirty = true;
    isAnnounced = false;
    // What happened meanwhile is not news any more.
    changed.clear();
    look.beginNews();
    wake.call();
  }

  async function say(topic: string, text: string, retain: boolean): Promise<void> {
    const signal = AbortSignal.timeout(publishTimeoutMs);
    await mqtt.publish({ topic, payload: new TextEncoder().encode(text), retain }, signal);
  }

  /** Tells what became of the incidents that changed. */
  async function tellNews(): Promise<void> {
    for (const [incidentId] of [...changed]) {
      changed.delete(incidentId);
      const incident = await records.incidents.find(incidentId);
      const news = incident === null ? null : look.newsOf(incident);
      const place = incident === null || news === null ? null : await look.placeOf(incident);
      if (incident === null || place === null) continue;
      const attributes = incidentAttributes(incident, { ...place, publicUrl: settings.publicUrl });
      const text = JSON.stringify({ event_type: news, ...attributes });
      await say(siteTopic(settings.prefix, place.site, 'incident/event'), text, false).catch(
        (error: unknown) => log.debug('News of an incident did not reach the MQTT broker', { error }),
      );
    }
  }

  async function keepDirty(): Promise<boolean> {
    if (isEverythingDirty) {
      isEverythingDirty = false;
      for (const organizationId of await look.organizations()) dirty.add(organizationId);
    }
    let isWhole = true;
    for (const organizationId of [...dirty]) {
      if (!mqtt.connected || stopping.signal.aborted) return false;
      dirty.delete(organizationId);
      try {
        const view = await look.of(organizationId);
        if (await keep.keep(organizationId, keptState(settings, view))) continue;
      } catch (error) {
        log.error('The state of an organization could not be told over MQTT', { organizationId, error });
      }
      dirty.add(organizationId);
      isWhole = false;
    }
    return isWhole;
  }

  async function work(): Promise<number> {
    if (seen.expire()) isEverythingDirty = true;
    if (!mqtt.connected) return everythingEveryMs;
    // The state first: from it is known of which incidents it is no news that they are there.
    const isWhole = await keepDirty();
    await tellNews();
    if (!isWhole) return againMs;
    if (!isAnnounced) {
      // Last, so that nobody sees what was left from before as the state of now.
      await say(statusTopic(settings.prefix), 'online', true);
      isAnnounced = true;
    }
    return everythingEveryMs;
  }

  async function run(): Promise<void> {
    let everythingAtMs = clock.monotonicMs() + everythingEveryMs;
    while (!stopping.signal.aborted) {
      const waitMs = await work().catch((error: unknown) => {
        if (mqtt.connected) log.error('Home automation could not be told', { error });
        isEverythingDirty = true;
        return againMs;
      });
      const untilEverythingMs = everythingAtMs - clock.monotonicMs();
      const untilAskedMs = Math.min(untilEverythingMs, deafEveryMs);
      await wake.wait(Math.max(0, Math.min(waitMs, untilAskedMs, seen.nextMs() ?? waitMs)));
      if (isDeaf()) isEverythingDirty = true;
      if (clock.monotonicMs() < everythingAtMs) continue;
      everythingAtMs = clock.monotonicMs() + everythingEveryMs;
      // What recorders said last is all there is to go by.
      if (!isDeaf()) look.doubt();
      isEverythingDirty = true;
    }
  }

  /**
   * The broker speaks the last will of a connection when it misses it, which may be after this process has come back
   * over another one.
   */
  function statusSaid({ payload }: MqttMessage): void {
    if (!isAnnounced || new TextDecoder().decode(payload) === 'online') return;
    isAnnounced = false;
    wake.call();
  }

  function foundAtBroker(message: MqttMessage): void {
    const organizationId = keep.heard(message);
    if (organizationId !== null && look.isKnown(organizationId)) mark(organizationId);
  }

  const leave = [
    events.subscribe(heard),
    mqtt.onConnection(connection),
    mqtt.subscribe(statusTopic(settings.prefix), statusSaid),
    ...keptFilters(settings).map((filter) => mqtt.subscribe(filter, foundAtBroker)),
  ];
  const commands = startCommands(deps, settings, foundAtBroker);
  const running = run();

  return {
    async stop() {
      for (const stop of leave) stop();
      stopping.abort();
      wake.call();
      await running;
      await commands.stop();
      // A goodbye takes the last will back: nobody else would say it.
      if (mqtt.connected) await say(statusTopic(settings.prefix), 'offline', true).catch(() => {});
    },
  };
}
