// Letters to authorities: sent by people who prove who they are, and what became of each.

import { z } from 'zod';
import {
  type AuthorityLetterId,
  branded,
  type CameraId,
  type IncidentId,
  type OrganizationId,
} from '../../core/brand.ts';
import type { AuthorityLetter as CoreLetter } from '../../core/evidence/authority-letter.ts';
import { listLetters, retryLetter, sendToAuthority } from '../../core/evidence/send-to-authority.ts';
import { person } from '../../core/organization/access.ts';
import { callerFields, logSecurity } from '../../core/organization/security-log.ts';
import { id } from '../contract/common.ts';
import { AuthorityLetter, AuthorityLetterInput, AuthorityLetters } from '../contract/evidence.ts';
import { paths } from '../contract/paths.ts';
import type { HttpDeps } from '../dependencies.ts';
import { bare, memberRoute, type Route } from '../route.ts';
import { checkedSpan } from '../span.ts';

const tag = 'evidence';
const params = z.object({ incidentId: id.transform((value) => branded<IncidentId>(value)) });

/** Letters to authorities. */
export function authorityLetterRoutes(deps: HttpDeps): readonly Route[] {
  return [listRoute(deps), sendRoute(deps), retryRoute(deps)];
}

function listRoute(deps: HttpDeps): Route {
  return memberRoute(
    'export',
    {
      ...bare,
      params,
      method: 'get',
      path: paths.authorityLetters('{incidentId}'),
      summary: 'What of an incident was sent to authorities, newest first.',
      tag,
      answer: { status: 200, description: 'The letters.', schema: AuthorityLetters },
    },
    async ({ caller, params: { incidentId } }) => {
      const letters = await listLetters(deps, caller, incidentId);
      const wire = await wireLetters(deps, caller.organizationId, letters);
      return { json: { sendsMail: deps.mailer !== null, letters: wire } };
    },
  );
}

function sendRoute(deps: HttpDeps): Route {
  return memberRoute(
    'manage-messages',
    {
      ...bare,
      params,
      body: AuthorityLetterInput,
      method: 'post',
      path: paths.authorityLetters('{incidentId}'),
      summary: 'Has snapshot and clips of an incident mailed to an authority.',
      tag,
      answer: { status: 201, description: 'The letter, waiting to be sent.', schema: AuthorityLetter },
      errors: ['mail-failed', 'evidence-too-large', 'conflict', 'footage-range-too-long', 'key-unavailable'],
      asksProof: true,
    },
    async ({ caller, params: { incidentId }, body, exchange: { peerAddress } }) => {
      const { from, to, cameraIds, ...said } = body;
      const letter = await sendToAuthority(deps, caller, person(caller), {
        ...said,
        incidentId,
        cameraIds: cameraIds.map((cameraId) => branded<CameraId>(cameraId)),
        span: checkedSpan({ from, to }),
      });
      const fields = { peerAddress, ...callerFields(caller), incidentId, letterId: letter.id };
      logSecurity(deps.log, 'evidence-asked', fields);
      return { json: await wireLetter(deps, letter) };
    },
  );
}

function retryRoute(deps: HttpDeps): Route {
  return memberRoute(
    'manage-messages',
    {
      ...bare,
      params: z.object({ letterId: id.transform((value) => branded<AuthorityLetterId>(value)) }),
      method: 'post',
      path: paths.authorityLetterRetry('{letterId}'),
      summary: 'Tries a letter that failed again.',
      tag,
      answer: { status: 200, description: 'The letter, waiting to be sent.', schema: AuthorityLetter },
      errors: ['mail-failed', 'conflict'],
      asksProof: true,
    },
    async ({ caller, params: { letterId } }) => {
      person(caller);
      return { json: await wireLetter(deps, await retryLetter(deps, caller, letterId)) };
    },
  );
}

async function wireLetter(deps: HttpDeps, letter: CoreLetter): Promise<AuthorityLetter | undefined> {
  return (await wireLetters(deps, letter.organizationId, [letter]))[0];
}

async function wireLetters(
  { records }: HttpDeps,
  organizationId: OrganizationId,
  letters: readonly CoreLetter[],
): Promise<readonly AuthorityLetter[]> {
  const members = await records.members.list(organizationId);
  const cameras = new Map((await records.cameras.list(organizationId)).map(({ id, name }) => [id, name]));
  return letters.map(({ cameraIds, span, memberId, ...letter }) => ({
    ...letter,
    cameras: cameraIds.map((cameraId) => cameras.get(cameraId) ?? 'Removed camera'),
    from: span.startAt,
    to: span.endAt,
    who: members.find((member) => member.id === memberId)?.name ?? 'Removed person',
  }));
}
