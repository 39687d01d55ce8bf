// Sending evidence to an authority: asked for by a person, written down, handed to the queue in the same transaction.

import type { AuthorityLetterId, CameraId, IncidentId } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import { newId } from '../identifiers.ts';
import type { Incident } from '../incident/incident.ts';
import { owned, type Scope } from '../organization/access.ts';
import type { Member } from '../organization/organization.ts';
import type { Clock } from '../ports/clock.ts';
import type { Events } from '../ports/events.ts';
import type { Mailer } from '../ports/mailer.ts';
import type { QueueMessage } from '../ports/queue.ts';
import type { Span } from '../ports/records.ts';
import type { Camera } from '../site/camera.ts';
import {
  type AuthorityLetter,
  authorityLettersTopic,
  type LetterMessage,
  type LetterRecipient,
  maxLettersPerIncident,
} from './authority-letter.ts';
import { camerasOf, pictureOf, planClips, requireFits } from './letter-files.ts';
import type { MaskedClipDeps } from './masked-clip.ts';

export interface SendDeps extends MaskedClipDeps {
  readonly clock: Clock;
  readonly events: Events;
  /** Null where no mail server is set. */
  readonly mailer: Mailer | null;
}

export interface LetterInput {
  readonly incidentId: IncidentId;
  readonly recipient: LetterRecipient;
  readonly reference: string;
  readonly text: string;
  readonly cameraIds: readonly CameraId[];
  readonly span: Span;
  readonly coverMasks: boolean;
}

/**
 * Has a letter sent: it is looked at first whether there is something to send and whether it fits. Errors:
 * `not-found`, `mail-failed` (no mail server is set), `request-invalid` (cameras of another site, no footage, a span too
 * long), `evidence-too-large`, `conflict` (too many letters).
 */
export async function sendToAuthority(
  deps: SendDeps,
  caller: Scope,
  member: Pick<Member, 'id'>,
  input: LetterInput,
): Promise<AuthorityLetter> {
  const { records, clock } = deps;
  requireMailer(deps);
  const incident = owned(await records.incidents.find(input.incidentId), caller);
  const cameras = await siteCameras(deps, incident, input.cameraIds);
  const planned = await planClips(deps, cameras, input);
  if (planned.every(({ clips }) => clips.length === 0)) {
    refuse(
      'cameraIds',
      'None of these cameras has footage in this span. Choose another span or another camera.',
    );
  }
  requireFits(planned, (await pictureOf(deps, incident, input))?.length ?? 0, input.span);
  const letter: AuthorityLetter = {
    ...input,
    id: newId<AuthorityLetterId>(clock),
    organizationId: incident.organizationId,
    siteId: incident.siteId,
    memberId: member.id,
    cameraIds: cameras.map(({ id }) => id),
    state: 'waiting',
    attempts: 0,
    problem: null,
    createdAt: clock.now(),
    sentAt: null,
  };
  await records.transaction(async (tx) => {
    const before = await tx.authorityLetters.ofIncident(incident.id);
    if (before.length >= maxLettersPerIncident) {
      throw new VedetteError(
        'conflict',
        `${maxLettersPerIncident} letters about this incident were sent: that is the most.`,
      );
    }
    await tx.authorityLetters.insert(letter);
    await tx.outbox.add(messageOf(letter));
  });
  announce(deps, incident);
  return letter;
}

/** Tries a failed letter again, from the beginning. Errors: `not-found`, `mail-failed`, `conflict` (it has not failed). */
export async function retryLetter(
  deps: SendDeps,
  caller: Scope,
  letterId: AuthorityLetterId,
): Promise<AuthorityLetter> {
  requireMailer(deps);
  const letter = await deps.records.transaction(async (tx) => {
    // As it is in this transaction: a message of fewer attempts is one that the queue knows, and drops.
    const failed = owned(await tx.authorityLetters.find(letterId), caller);
    const moved = await tx.authorityLetters.move(failed.id, 'failed', { state: 'waiting', problem: null });
    if (!moved) throw new VedetteError('conflict', 'Only a letter that failed can be tried again.');
    await tx.outbox.add(messageOf(failed));
    return failed;
  });
  announce(deps, { ...letter, id: letter.incidentId });
  return { ...letter, state: 'waiting', problem: null };
}

/** What of an incident was sent, newest first. Errors: `not-found`. */
export async function listLetters(
  { records }: Pick<SendDeps, 'records'>,
  caller: Scope,
  incidentId: IncidentId,
): Promise<readonly AuthorityLetter[]> {
  const incident = owned(await records.incidents.find(incidentId), caller);
  return records.authorityLetters.ofIncident(incident.id);
}

/** Another id for each time it is tried by hand: the queue drops ids that it knows. */
function messageOf({ id, incidentId, attempts }: AuthorityLetter): QueueMessage {
  return {
    topic: authorityLettersTopic,
    key: incidentId,
    id: `authority-letter/${id}/${attempts}`,
    payload: JSON.stringify({ letterId: id } satisfies LetterMessage),
  };
}

function requireMailer({ mailer }: SendDeps): void {
  if (mailer !== null) return;
  throw new VedetteError('mail-failed', 'No mail server is set. Set VEDETTE_SMTP_URL, then send it again.');
}

async function siteCameras(
  { records }: Pick<SendDeps, 'records'>,
  { organizationId, siteId }: Incident,
  cameraIds: readonly CameraId[],
): Promise<readonly Camera[]> {
  const ids = [...new Set(cameraIds)];
  const all = await records.cameras.list(organizationId);
  const cameras = camerasOf(
    all.filter((camera) => camera.siteId === siteId),
    ids,
  );
  if (cameras.length !== ids.length) refuse('cameraIds', 'Choose cameras of the site of this incident.');
  return cameras;
}

function refuse(field: string, sentence: string): never {
  throw new VedetteError('request-invalid', sentence, { fields: { [field]: sentence } });
}

function announce(
  { events }: SendDeps,
  { id, organizationId, siteId }: Pick<Incident, 'id' | 'organizationId' | 'siteId'>,
) {
  events.publish({ type: 'incident-changed', organizationId, incidentId: id, siteId });
}
