// What is due for an incident later: the next level, the next channel, and news that was gathered.

import { z } from 'zod';
import { channelKinds, isOccasion } from '../core/alert/alert.ts';
import { readAddressee, readAudience } from '../core/alert/audience.ts';
import { escalate } from '../core/alert/escalation.ts';
import { fallThrough } from '../core/alert/fall-through.ts';
import { tellNews } from '../core/alert/news.ts';
import { type AlertTimer, alertTimersTopic } from '../core/alert/tell.ts';
import { branded, type EpochMs, type IncidentId, type MemberId } from '../core/brand.ts';
import { type EscalationMessage, escalationsTopic } from '../core/incident/escalate.ts';
import type { Incident } from '../core/incident/incident.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Events } from '../core/ports/events.ts';
import type { Log } from '../core/ports/log.ts';
import {
  patientWithStops,
  type ConsumeOptions,
  type Queue,
  type ReceivedMessage,
} from '../core/ports/queue.ts';
import type { Records } from '../core/ports/records.ts';

export interface AlertTimerDeps {
  readonly queue: Queue;
  readonly records: Records;
  readonly clock: Clock;
  readonly events: Events;
  readonly log: Log;
}

const limits = {
  /** Incidents at a time: what is done is a transaction, of which there is one at a time. */
  concurrency: 4,
  /** About an hour: what could not be told then waits in the dead letters, where it shows. */
  maxAttempts: 20,
  toleratedStops: patientWithStops,
  backoff: { firstMs: 500, maxMs: 300_000 },
  timeoutMs: 30_000,
} as const satisfies ConsumeOptions;

/**
 * Has people told of what became due, until it is stopped. Every message looks again, in its transaction, whether it still
 * counts: one that comes twice, or too late, changes nothing.
 */
export function startAlertTimers(deps: AlertTimerDeps): { stop(): Promise<void> } {
  const consumers = [
    deps.queue.consume(escalationsTopic, limits, (message) => onEscalation(deps, message)),
    deps.queue.consume(alertTimersTopic, limits, (message) => onTimer(deps, message)),
  ];
  return {
    async stop() {
      await Promise.all(consumers.map((consumer) => consumer.stop()));
    },
  };
}

async function onEscalation(deps: AlertTimerDeps, message: ReceivedMessage): Promise<void> {
  const { records, clock, log } = deps;
  const escalation = escalationOf(message.payload);
  if (escalation === null) return dropped(deps, message);
  const before = await records.incidents.find(escalation.incidentId);
  if (before === null || before.state === 'resolved') return;
  const audience = await readAudience(records, before);
  const after = await records.transaction((tx) => escalate({ tx, clock }, audience, escalation));
  if (after === null) return;
  log.info(escalation.level === 0 ? 'People are told of an incident.' : 'An incident was escalated.', {
    incidentId: after.id,
    escalation: after.escalation,
    by: escalation.by,
  });
  announce(deps, after);
}

async function onTimer(deps: AlertTimerDeps, message: ReceivedMessage): Promise<void> {
  const { records, clock } = deps;
  const timer = timerOf(message.payload);
  if (timer === null) return dropped(deps, message);
  const before = await records.incidents.find(timer.incidentId);
  if (before === null) return;
  if (timer.what === 'news') {
    const audience = await readAudience(records, before);
    await records.transaction(async (tx) => {
      const incident = await tx.incidents.find(before.id);
      if (incident !== null) await tellNews({ tx, clock }, incident, audience);
    });
    return announce(deps, before);
  }
  const hasFallen = await records.transaction(async (tx) => {
    const [incident, member] = await Promise.all([
      tx.incidents.find(before.id),
      tx.members.find(timer.memberId),
    ]);
    if (incident === null || member === null) return false;
    const person = await readAddressee(tx, member);
    return fallThrough({ tx, clock }, incident, person, { ...timer, isLate: true });
  });
  if (hasFallen) announce(deps, before);
}

function announce({ events }: AlertTimerDeps, { organizationId, siteId, id: incidentId }: Incident): void {
  events.publish({ type: 'incident-changed', organizationId, incidentId, siteId });
}

function dropped({ log }: AlertTimerDeps, { id: messageId, topic }: ReceivedMessage): void {
  log.error('A message on the queue cannot be read; it is dropped.', { messageId, topic });
}

const incidentId = z.string().transform((id) => branded<IncidentId>(id));
const escalationShape = z.object({
  incidentId,
  level: z.int().min(0),
  by: z.enum(['time', 'hand']),
  since: z
    .int()
    .transform((at) => branded<EpochMs>(at))
    .optional(),
  nth: z.int().min(1).optional(),
  unreached: z.boolean().optional(),
  asker: z
    .string()
    .transform((id) => branded<MemberId>(id))
    .optional(),
});
const timerShape = z.discriminatedUnion('what', [
  z.object({ what: z.literal('news'), incidentId }),
  z.object({
    what: z.literal('fall-through'),
    incidentId,
    memberId: z.string().transform((id) => branded<MemberId>(id)),
    occasion: z.custom<Extract<AlertTimer, { what: 'fall-through' }>['occasion']>(
      (text) => typeof text === 'string' && isOccasion(text),
    ),
    kind: z.enum(channelKinds),
  }),
]);

function escalationOf(payload: string): EscalationMessage | null {
  const parsed = escalationShape.safeParse(json(payload));
  if (!parsed.success) return null;
  const { since, nth, unreached, asker, ...rest } = parsed.data;
  return {
    ...rest,
    ...(since === undefined ? {} : { since }),
    ...(nth === undefined ? {} : { nth }),
    ...(unreached === undefined ? {} : { unreached }),
    ...(asker === undefined ? {} : { asker }),
  };
}

function timerOf(payload: string): AlertTimer | null {
  const parsed = timerShape.safeParse(json(payload));
  return parsed.success ? parsed.data : null;
}

function json(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return null;
  }
}
