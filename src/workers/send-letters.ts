// The worker of letters to authorities: gathers the evidence, hands the mail over, writes down what came of it.

import { type AuthorityLetterId, branded } from '../core/brand.ts';
import { errorCode, VedetteError } from '../core/errors.ts';
import { type AuthorityLetter, authorityLettersTopic } from '../core/evidence/authority-letter.ts';
import {
  camerasOf,
  type LetterFile,
  letterFiles,
  pictureOf,
  planClips,
} from '../core/evidence/letter-files.ts';
import type { MaskedClipDeps } from '../core/evidence/masked-clip.ts';
import { letterSubject, letterText } from '../core/evidence/letter-text.ts';
import { logSecurity } from '../core/organization/security-log.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Events } from '../core/ports/events.ts';
import type { Log } from '../core/ports/log.ts';
import type { Letter, Mailer } from '../core/ports/mailer.ts';
import type { NotifyResult } from '../core/ports/notifier.ts';
import {
  patientWithStops,
  type ConsumeOptions,
  type Queue,
  type ReceivedMessage,
} from '../core/ports/queue.ts';

export interface LetterDeps extends MaskedClipDeps {
  readonly queue: Queue;
  /** Null where no mail server is set. */
  readonly mailer: Mailer | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly events: Events;
}

/** How letters are sent. */
export const letterLimits = {
  /** A letter is held in memory, some four times its size while it is encoded. */
  concurrency: 1,
  /** With the back-off below about an hour: outlives a mail server that restarts or greylists. */
  maxAttempts: 12,
  toleratedStops: patientWithStops,
  backoff: { firstMs: 5_000, maxMs: 600_000 },
  /** 20 MB at 1 Mbit/s, and the server's own checks; before that, ten minutes of footage whose masks are covered. */
  timeoutMs: 1_800_000,
} as const satisfies ConsumeOptions;

/**
 * How long a letter that is on its way to the mail server is waited for when the process is to end, in ms: systemd and
 * Kubernetes kill after 30 s or more what has not ended by itself.
 */
export const handOverGraceMs = 15_000;

/**
 * Sends letters until it is stopped. One that the mail server took, or that has failed for good, is never sent again;
 * a crash between the server's confirmation and writing that down sends it once more under the same Message-ID.
 */
export function startLetters(deps: LetterDeps): { stop(): Promise<void> } {
  const options = { ...letterLimits, givenUp: (message: ReceivedMessage) => giveUp(deps, message) };
  const stopping = new AbortController();
  const ending = new AbortController();
  const consumer = deps.queue.consume(authorityLettersTopic, options, (message, signal) =>
    handle(deps, message, {
      signal: AbortSignal.any([signal, ending.signal]),
      stopping: stopping.signal,
    }),
  );
  return {
    async stop() {
      stopping.abort(new VedetteError('not-ready', 'Vedette stopped while the letter was being made.'));
      const stopped = new AbortController();
      const idle = consumer.stop().finally(() => stopped.abort());
      await Promise.race([idle, deps.clock.sleep(handOverGraceMs, stopped.signal).catch(() => {})]);
      ending.abort(new VedetteError('not-ready', 'Vedette stopped while the letter was sent.'));
      await idle;
    },
  };
}

/** A letter whose last attempt ended without a word has failed: somebody decides whether it is sent again. */
async function giveUp(deps: LetterDeps, message: ReceivedMessage): Promise<void> {
  const letterId = letterIdOf(message.payload);
  const letter = letterId === null ? null : await deps.records.authorityLetters.find(letterId);
  if (letter?.state !== 'waiting') return;
  const reason = 'Vedette was stopped, or took too long, while it was sent: it may have arrived.';
  await noteFailed(deps, letter, { retry: false, reason }, message.attempt);
}

interface Given {
  /** Ends all of it. */
  readonly signal: AbortSignal;
  /** Ends the making of files, which takes minutes; what is on its way to the mail server goes on. */
  readonly stopping: AbortSignal;
}

async function handle(deps: LetterDeps, message: ReceivedMessage, given: Given): Promise<void> {
  const letterId = letterIdOf(message.payload);
  const letter = letterId === null ? null : await deps.records.authorityLetters.find(letterId);
  if (letter === null) {
    deps.log.error('A message on the queue speaks of no letter; it is dropped.', { messageId: message.id });
    return;
  }
  if (letter.state !== 'waiting') return;
  const { result, files } = await attempt(deps, letter, given);
  if (result.outcome === 'handed-over') await noteSent(deps, letter, files);
  else await noteFailed(deps, letter, result, message.attempt);
}

interface Attempt {
  readonly result: NotifyResult;
  readonly files: readonly LetterFile[];
}

/** Never throws: whatever goes wrong is the result of this attempt. */
async function attempt(deps: LetterDeps, letter: AuthorityLetter, given: Given): Promise<Attempt> {
  const { signal, stopping } = given;
  if (deps.mailer === null) return failed(false, 'No mail server is set. Set VEDETTE_SMTP_URL.');
  try {
    const composed = await compose(deps, letter, AbortSignal.any([signal, stopping]));
    if (composed === null) return failed(false, 'The incident, its site or who sends it is gone.');
    return { result: await deps.mailer.deliver(composed.mail, signal), files: composed.files };
  } catch (error) {
    if (stopping.aborted) return failed(true, 'Vedette stopped while the letter was being made.');
    const lasting = lastingReason(error);
    if (lasting !== null) return failed(false, lasting);
    deps.log.error('A letter could not be prepared.', { letterId: letter.id, error });
    return failed(true, 'Something went wrong on our side. The log has the details.');
  }
}

/** Why trying again cannot help; null where it may. */
function lastingReason(error: unknown): string | null {
  if (!(error instanceof VedetteError)) return null;
  const code = errorCode(error);
  if (code === 'footage-gone' || code === 'key-destroyed')
    return 'The footage has expired or was overwritten.';
  return lastingCodes.has(code) ? error.detail : null;
}

const lastingCodes: ReadonlySet<string> = new Set([
  'evidence-too-large',
  'footage-damaged',
  'encoder-missing',
]);

async function compose(
  deps: LetterDeps,
  letter: AuthorityLetter,
  signal: AbortSignal,
): Promise<{ mail: Letter; files: readonly LetterFile[] } | null> {
  const { records } = deps;
  const [incident, site, organization, members, all, steps] = await Promise.all([
    records.incidents.find(letter.incidentId),
    records.sites.find(letter.siteId),
    records.organizations.find(letter.organizationId),
    records.members.list(letter.organizationId),
    records.cameras.list(letter.organizationId),
    records.incidents.steps(letter.incidentId),
  ]);
  const sender = members.find(({ id }) => id === letter.memberId);
  if (incident === null || site === null || organization === null || sender === undefined) return null;
  const planned = await planClips(deps, camerasOf(all, letter.cameraIds), letter);
  const picture = await pictureOf(deps, incident, letter);
  const files = await letterFiles(deps, {
    site,
    planned,
    picture,
    span: letter.span,
    now: deps.clock.now(),
    signal,
  });
  const memberNames = new Map(members.map(({ id, name }) => [id, name]));
  const organizationName = organization.name;
  const facts = { letter, incident, site, organizationName, sender, steps, memberNames, planned, files };
  const mail: Letter = {
    id: letter.id,
    to: letter.recipient.email,
    replyTo: sender.email,
    subject: letterSubject(facts),
    text: letterText(facts),
    attachments: files,
  };
  return { mail, files };
}

async function noteSent(
  deps: LetterDeps,
  letter: AuthorityLetter,
  files: readonly LetterFile[],
): Promise<void> {
  const { records, clock, log } = deps;
  const { id: letterId, incidentId, memberId, recipient, reference, organizationId } = letter;
  const attempts = letter.attempts + 1;
  const to = [recipient.name, recipient.office].filter((part) => part !== '').join(', ');
  const hashes = files.map(({ fileName, sha256 }) => `${fileName} (SHA-256 ${sha256})`).join('; ');
  const about = reference === '' ? '' : `, reference ${reference}`;
  const detail = `Sent to ${to} <${recipient.email}>${about}: ${hashes}.`;
  await records.transaction(async (tx) => {
    const sentAt = clock.now();
    const change = { state: 'sent', attempts, problem: null, sentAt } as const;
    // It may count as failed by now, where the server took its time.
    const moved =
      (await tx.authorityLetters.move(letterId, 'waiting', change)) ||
      (await tx.authorityLetters.move(letterId, 'failed', change));
    if (!moved) return;
    await tx.incidents.addStep({ incidentId, at: sentAt, action: 'sent', memberId, detail });
  });
  logSecurity(log, 'evidence-sent', { letterId, incidentId, memberId, organizationId, attempts });
  announce(deps, letter);
}

async function noteFailed(
  deps: LetterDeps,
  letter: AuthorityLetter,
  { retry, reason: problem }: { readonly retry: boolean; readonly reason: string },
  attempt: number,
): Promise<void> {
  const attempts = letter.attempts + 1;
  const isLast = !retry || attempt >= letterLimits.maxAttempts;
  const state = isLast ? 'failed' : 'waiting';
  await deps.records.authorityLetters.move(letter.id, 'waiting', { state, attempts, problem });
  announce(deps, letter);
  // One line a failure: the queue tells of what it is going to try again.
  if (!isLast) throw new VedetteError('mail-failed', `Letter ${letter.id} was not handed over: ${problem}`);
  deps.log.warn('A letter to an authority failed for good.', { letterId: letter.id, attempts, problem });
}

function announce({ events }: LetterDeps, { organizationId, incidentId, siteId }: AuthorityLetter): void {
  events.publish({ type: 'incident-changed', organizationId, incidentId, siteId });
}

function letterIdOf(payload: string): AuthorityLetterId | null {
  try {
    const message: unknown = JSON.parse(payload);
    if (typeof message !== 'object' || message === null || !('letterId' in message)) return null;
    return typeof message.letterId === 'string' ? branded<AuthorityLetterId>(message.letterId) : null;
  } catch {
    return null;
  }
}

function failed(retry: boolean, reason: string): Attempt {
  return { result: { outcome: 'failed', retry, reason }, files: [] };
}
