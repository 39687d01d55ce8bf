// Commands over MQTT: checked, limited, and carried out like a person's.

import type { OrganizationId, SiteId } from '../../core/brand.ts';
import { mayArmByMqtt, readCommand } from '../../core/automation/command.ts';
import { commandFilter, siteOfCommand } from '../../core/automation/topics.ts';
import { logSecurity } from '../../core/organization/security-log.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Events } from '../../core/ports/events.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Mqtt, MqttMessage } from '../../core/ports/mqtt.ts';
import type { Records } from '../../core/ports/records.ts';
import { armSite } from '../../core/site/arming.ts';
import type { Arming } from '../../core/site/site.ts';

/** Commands to one site in a minute: each writes to its history. */
const maxPerMinute = 20;
/** Commands that wait: records that are slow must not fill the memory. */
const maxWaiting = 100;
const minuteMs = 60_000;

/** It would disarm again at every connection. */
const refusedKept = 'A command that the MQTT broker keeps was refused';
const notKnown = 'A command over MQTT is none that is known';

export interface CommandDeps {
  readonly mqtt: Mqtt;
  readonly records: Records;
  readonly clock: Clock;
  readonly events: Events;
  readonly log: Log;
}

/** Obeys commands until it is stopped; stopping waits for those that are under way. */
export function startCommands(deps: CommandDeps, { prefix }: { prefix: string }): { stop(): Promise<void> } {
  const { mqtt, clock, log } = deps;
  const complain = oncePerMinute(deps);
  const allowed = perMinute(clock);
  let waiting = 0;
  /** One after the other: of two commands the later one counts. */
  let working: Promise<void> = Promise.resolve();

  function take(message: MqttMessage): void {
    const place = siteOfCommand(prefix, message.topic);
    if (place === null) return;
    const { siteId } = place;
    const arming = message.retain ? null : readCommand(message.payload);
    if (arming === null) {
      // An empty message only takes a kept one away.
      if (message.payload.length > 0) complain(message.retain ? refusedKept : notKnown, { siteId });
      return;
    }
    if (!allowed(siteId) || waiting >= maxWaiting) {
      complain('Commands over MQTT come too often and are refused', { siteId });
      return;
    }
    waiting += 1;
    working = working
      .then(() => obey(deps, complain, { ...place, arming }))
      .catch((error: unknown) => log.error('A command over MQTT could not be carried out', { siteId, error }))
      .finally(() => {
        waiting -= 1;
      });
  }

  const leave = mqtt.subscribe(commandFilter(prefix), take);
  return {
    stop() {
      leave();
      return working;
    },
  };
}

async function obey(
  deps: CommandDeps,
  complain: Complain,
  { organizationId, siteId, arming }: { organizationId: OrganizationId; siteId: SiteId; arming: Arming },
): Promise<void> {
  const site = await deps.records.sites.find(siteId);
  if (site === null || site.organizationId !== organizationId) {
    return complain('A command over MQTT is for a site that does not exist', { siteId });
  }
  if (!mayArmByMqtt(site)) {
    return complain('A command over MQTT was refused: the site does not allow it', { siteId });
  }
  const scope = { organizationId, reach: 'every-site' } as const;
  const { before } = await armSite(deps, scope, { siteId, arming, by: { kind: 'mqtt' } });
  if (before === arming) return;
  logSecurity(deps.log, 'arming-changed', { organizationId, siteId, arming, before, by: 'mqtt' });
}

type Complain = (sentence: string, fields: { siteId: SiteId }) => void;

/** Writes a sentence once a minute, with how often it would have been written meanwhile. */
function oncePerMinute({ clock, log }: Pick<CommandDeps, 'clock' | 'log'>): Complain {
  const told = new Map<string, { atMs: number; unsaid: number }>();
  return (sentence, fields) => {
    const last = told.get(sentence);
    if (last !== undefined && clock.monotonicMs() - last.atMs < minuteMs) {
      last.unsaid += 1;
      return;
    }
    told.set(sentence, { atMs: clock.monotonicMs(), unsaid: 0 });
    log.warn(sentence, last === undefined || last.unsaid === 0 ? fields : { ...fields, unsaid: last.unsaid });
  };
}

/** Whether one more command of this site is taken. */
function perMinute(clock: Clock): (siteId: SiteId) => boolean {
  let sinceMs = clock.monotonicMs();
  const counts = new Map<SiteId, number>();
  return (siteId) => {
    if (clock.monotonicMs() - sinceMs >= minuteMs) {
      sinceMs = clock.monotonicMs();
      counts.clear();
    }
    // Sites that do not exist count as one: their names cost the sender nothing.
    if (counts.size >= 10_000 && !counts.has(siteId)) return false;
    const count = (counts.get(siteId) ?? 0) + 1;
    counts.set(siteId, count);
    return count <= maxPerMinute;
  };
}
