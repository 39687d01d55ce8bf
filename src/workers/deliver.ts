// The delivery worker: takes alerts off the queue and hands each to its channel, once.

import type { Alert, Channel } from '../core/alert/alert.ts';
import { composeAlert } from '../core/alert/compose.ts';
import { findChannel } from '../core/alert/recipients.ts';
import { type AlertId, branded } from '../core/brand.ts';
import { VedetteError } from '../core/errors.ts';
import type { Incident } from '../core/incident/incident.ts';
import { alertsTopic } from '../core/incident/open.ts';
import { readSnapshot } from '../core/incident/snapshot.ts';
import type { Blobs } from '../core/ports/blobs.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Events } from '../core/ports/events.ts';
import type { Keys } from '../core/ports/keys.ts';
import type { Log } from '../core/ports/log.ts';
import type { Notifiers, NotifyResult, OutgoingAlert } from '../core/ports/notifier.ts';
import type { ConsumeOptions, Queue, ReceivedMessage } from '../core/ports/queue.ts';
import type { Records } from '../core/ports/records.ts';
import type { Camera } from '../core/site/camera.ts';

export interface DeliveryDeps {
  readonly queue: Queue;
  readonly records: Records;
  readonly blobs: Blobs;
  readonly keys: Keys;
  readonly notifiers: Notifiers;
  readonly clock: Clock;
  readonly log: Log;
  readonly events: Events;
}

/** How alerts are delivered. */
export const deliveryLimits = {
  /** Alerts under way at the same time: a few receivers that hang must not hold up the others. */
  concurrency: 16,
  /** With the back-off below about half an hour to three quarters: outlives a restarting router or mail server. */
  maxAttempts: 16,
  backoff: { firstMs: 1_000, maxMs: 300_000 },
  /** Above what any notifier allows itself, so that it can say in its own words what was slow. */
  timeoutMs: 60_000,
} as const satisfies ConsumeOptions;

/**
 * Delivers alerts until it is stopped. An alert that was delivered or has failed for good is never sent again,
 * however often its message comes; a crash between sending and writing that down sends it a second time under
 * the same idempotency key. `publicUrl` is where people reach this server.
 */
export function startDelivery(
  deps: DeliveryDeps,
  { publicUrl }: { publicUrl: string },
): { stop(): Promise<void> } {
  const consumer = deps.queue.consume(alertsTopic, deliveryLimits, (message, signal) =>
    deliver(deps, publicUrl, message, signal),
  );
  return { stop: () => consumer.stop() };
}

/** Handles one message: resolves when its alert needs nothing more, throws to have it tried again. */
async function deliver(
  deps: DeliveryDeps,
  publicUrl: string,
  message: ReceivedMessage,
  signal: AbortSignal,
): Promise<void> {
  const { records, log } = deps;
  const alertId = alertIdOf(message.payload);
  const alert = alertId === null ? null : await records.alerts.find(alertId);
  if (alert === null) {
    log.error('A message on the queue speaks of no alert; it is dropped.', { messageId: message.id });
    return;
  }
  if (alert.state !== 'waiting') return;
  const result = await attempt(deps, publicUrl, alert, signal);
  await settle(deps, alert, result, message.attempt);
}

/** Sends once. Never throws: whatever goes wrong is the result of this attempt. */
async function attempt(
  deps: DeliveryDeps,
  publicUrl: string,
  alert: Alert,
  signal: AbortSignal,
): Promise<NotifyResult> {
  try {
    const channel = await findChannel(deps.records, alert);
    if (channel === null) return failed(false, 'The channel was removed.');
    const outgoing = await compose(deps, publicUrl, alert);
    if (outgoing === null) return failed(false, 'The incident is gone.');
    return await deps.notifiers[channel.kind].send(outgoing, targetOf(channel), signal);
  } catch (error) {
    // The details are for the log only, and the line that tells of the failure cannot carry them.
    deps.log.error('An alert could not be prepared.', { alertId: alert.id, error });
    return failed(true, 'Something went wrong on our side. The log has the details.');
  }
}

/** Writes down what came of the attempt; throws where another one should follow. */
async function settle(
  deps: DeliveryDeps,
  alert: Alert,
  result: NotifyResult,
  attempt: number,
): Promise<void> {
  const { records, clock, log } = deps;
  const attempts = alert.attempts + 1;
  if (result.outcome === 'handed-over') {
    const handedOverAt = clock.now();
    await records.alerts.update(alert.id, { state: 'delivered', attempts, handedOverAt, problem: null });
    log.info('An alert was handed over.', { alertId: alert.id, attempts });
    return announce(deps, alert);
  }
  const problem = result.reason;
  const isLast = !result.retry || attempt >= deliveryLimits.maxAttempts;
  await records.alerts.update(alert.id, { state: isLast ? 'failed' : 'waiting', attempts, problem });
  await announce(deps, alert);
  // One line a failure: the queue tells of what it is going to try again.
  if (!isLast) throw new VedetteError('channel-failed', `Alert ${alert.id} was not handed over: ${problem}`);
  log.warn('An alert failed for good.', { alertId: alert.id, attempts, problem });
}

async function compose(deps: DeliveryDeps, publicUrl: string, alert: Alert): Promise<OutgoingAlert | null> {
  const { records } = deps;
  const incident = await records.incidents.find(alert.incidentId);
  const site = incident === null ? null : await records.sites.find(incident.siteId);
  if (incident === null || site === null) return null;
  const found = await Promise.all(incident.cameraIds.map((id) => records.cameras.find(id)));
  const cameras = found.filter((camera): camera is Camera => camera !== null);
  const snapshot = await snapshotOf(deps, incident);
  return composeAlert({ alert, incident, site, cameras, snapshot, publicUrl });
}

/** The picture; null where there is none: an alert without it is better than none. */
async function snapshotOf(deps: DeliveryDeps, incident: Incident): Promise<Uint8Array | null> {
  if (incident.snapshotId === null) return null;
  try {
    return await readSnapshot(deps, incident);
  } catch {
    // A better picture may have replaced it since the incident was read.
    const current = await deps.records.incidents.find(incident.id);
    return readSnapshot(deps, current ?? incident).catch((error: unknown) => {
      deps.log.warn('An alert goes out without its picture.', { incidentId: incident.id, error });
      return null;
    });
  }
}

/** Only what a notifier needs to know. */
function targetOf(channel: Channel) {
  return channel.kind === 'email'
    ? { kind: channel.kind, address: channel.address }
    : { kind: channel.kind, url: channel.url, signingSecret: channel.signingSecret };
}

async function announce({ records, events }: DeliveryDeps, alert: Alert): Promise<void> {
  const incident = await records.incidents.find(alert.incidentId);
  if (incident === null) return;
  const { organizationId, siteId } = incident;
  events.publish({ type: 'incident-changed', organizationId, incidentId: incident.id, siteId });
}

function alertIdOf(payload: string): AlertId | null {
  try {
    const message: unknown = JSON.parse(payload);
    if (typeof message !== 'object' || message === null || !('alertId' in message)) return null;
    return typeof message.alertId === 'string' ? branded<AlertId>(message.alertId) : null;
  } catch {
    return null;
  }
}

function failed(retry: boolean, reason: string): NotifyResult {
  return { outcome: 'failed', retry, reason };
}
