// The digest worker: a message a day or week to who wants one, which proves that the way to them works.

import { z } from 'zod';
import { readAddressee, personalTarget } from '../core/alert/audience.ts';
import { composeDigest, digestSpan, readDigest } from '../core/alert/digest.ts';
import {
  type DigestMessage,
  digestsTopic,
  nextDigestAt,
  scheduleDigest,
} from '../core/alert/digest-timer.ts';
import { branded, type ChannelId, type EpochMs, type MemberId, type OrganizationId } from '../core/brand.ts';
import { VedetteError } from '../core/errors.ts';
import { reaches, reachOf } from '../core/organization/access.ts';
import type { Member } from '../core/organization/organization.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import type { Notifiers } from '../core/ports/notifier.ts';
import {
  patientWithStops,
  type ConsumeOptions,
  type Queue,
  type ReceivedMessage,
} from '../core/ports/queue.ts';
import type { Records } from '../core/ports/records.ts';

export interface DigestDeps {
  readonly queue: Queue;
  readonly records: Records;
  readonly notifiers: Notifiers;
  readonly clock: Clock;
  readonly log: Log;
}

const limits = {
  /** Nobody waits for a digest: alerts come first. */
  concurrency: 2,
  /** About two hours; the next one comes by itself. */
  maxAttempts: 30,
  toleratedStops: patientWithStops,
  backoff: { firstMs: 5_000, maxMs: 300_000 },
  timeoutMs: 60_000,
} as const satisfies ConsumeOptions;

/** Sends digests until it is stopped. `publicUrl` is where people reach this server. */
export function startDigests(
  deps: DigestDeps,
  { publicUrl }: { publicUrl: string },
): { stop(): Promise<void> } {
  const consumer = deps.queue.consume(digestsTopic, limits, (message, signal) =>
    handle(deps, publicUrl, message, signal),
  );
  return { stop: () => consumer.stop() };
}

async function handle(
  deps: DigestDeps,
  publicUrl: string,
  message: ReceivedMessage,
  signal: AbortSignal,
): Promise<void> {
  const digest = digestOf(message.payload);
  if (digest === null) {
    deps.log.error('A message on the queue speaks of no digest; it is dropped.', { messageId: message.id });
    return;
  }
  if (digest.what === 'due') return due(deps, digest);
  return send(deps, publicUrl, digest, { key: message.id, signal });
}

/** One message for each way to the person, and the timer of the next digest, in one step. */
async function due(
  { records, clock }: DigestDeps,
  { memberId, organizationId, dueAt }: Extract<DigestMessage, { what: 'due' }>,
): Promise<void> {
  await records.transaction(async (tx) => {
    const member = await tx.members.find(memberId);
    if (member === null) return;
    const { preferences, rungs } = await readAddressee(tx, member);
    // What they want has changed since: another timer was set.
    if (nextDigestAt(preferences, branded<EpochMs>(dueAt - 1)) !== dueAt) return;
    for (const { kind, channelIds } of rungs) {
      if (kind !== 'email' && kind !== 'push') continue;
      for (const channelId of channelIds) {
        const message: DigestMessage = { what: 'send', memberId, kind, channelId, dueAt };
        const id = `digest/${memberId}/${dueAt}/${channelId}`;
        await tx.outbox.add({ topic: digestsTopic, key: id, id, payload: JSON.stringify(message) });
      }
    }
    // Where the server was off for days, those that were missed are not sent one after the other.
    const after = branded<EpochMs>(Math.max(dueAt, clock.now()));
    await scheduleDigest({ tx, clock }, organizationId, preferences, after);
  });
}

async function send(
  deps: DigestDeps,
  publicUrl: string,
  { memberId, kind, channelId, dueAt }: Extract<DigestMessage, { what: 'send' }>,
  { key, signal }: { key: string; signal: AbortSignal },
): Promise<void> {
  const { records, notifiers, clock, log } = deps;
  const member = await records.members.find(memberId);
  if (member === null) return;
  const { preferences } = await readAddressee(records, member);
  const { every } = preferences.digest;
  const target = await personalTarget(records, member, { kind, channelId: branded<ChannelId>(channelId) });
  if (target === null || every === 'none') return;
  const organization = await records.organizations.find(member.organizationId);
  const siteIds = await sitesOf(deps, member);
  const facts = await readDigest(records, { ...member, siteIds }, digestSpan(every, dueAt));
  const now = clock.now();
  const name = organization?.name ?? 'your sites';
  const alert = composeDigest({ facts, every, organization: name, now, idempotencyKey: key, publicUrl });
  const result = await notifiers[kind].send(alert, target, signal);
  if (result.outcome === 'handed-over') {
    log.info('A digest was handed over.', { memberId, kind });
    return;
  }
  if (result.retry)
    throw new VedetteError('channel-failed', `A digest was not handed over: ${result.reason}`);
  log.warn('A digest failed for good.', { memberId, kind, problem: result.reason });
}

async function sitesOf({ records }: DigestDeps, member: Member) {
  const reach = reachOf(member);
  const sites = await records.sites.list(member.organizationId);
  return new Set(sites.map(({ id }) => id).filter((id) => reaches({ reach }, id)));
}

const memberId = z.string().transform((id) => branded<MemberId>(id));
const dueAt = z.int().transform((at) => branded<EpochMs>(at));
const shape = z.discriminatedUnion('what', [
  z.object({
    what: z.literal('due'),
    organizationId: z.string().transform((id) => branded<OrganizationId>(id)),
    memberId,
    dueAt,
  }),
  z.object({
    what: z.literal('send'),
    memberId,
    kind: z.enum(['email', 'push']),
    channelId: z.string(),
    dueAt,
  }),
]);

function digestOf(payload: string): DigestMessage | null {
  try {
    const parsed = shape.safeParse(JSON.parse(payload));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
