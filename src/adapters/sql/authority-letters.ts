// Letters to authorities: their state in columns, what they say as JSON.

import { z } from 'zod';
import { branded, type CameraId } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import { type AuthorityLetter, letterStates } from '../../core/evidence/authority-letter.ts';
import type { AuthorityLetterRecords } from '../../core/ports/records-evidence.ts';
import { oneOf, parsedColumn } from './columns.ts';
import type { AuthorityLetterRow } from './schema-incidents.ts';
import { maybe, type Session } from './session.ts';

const Content = z.object({
  siteId: z.string(),
  memberId: z.string(),
  recipient: z.object({ name: z.string(), office: z.string(), email: z.string() }),
  reference: z.string(),
  text: z.string(),
  cameraIds: z.array(z.string()),
  span: z.object({ startAt: z.number(), endAt: z.number() }),
  /** Letters of older versions were sent as recorded. */
  coverMasks: z.boolean().default(false),
});

/** What of incidents was sent to authorities. */
export function authorityLetterRecords({ db }: Session): AuthorityLetterRecords {
  return {
    async insert(letter) {
      await db.insertInto('authority_letters').values(rowOf(letter)).execute();
    },
    async find(id) {
      const row = await db
        .selectFrom('authority_letters')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst();
      return maybe(row, letterOf);
    },
    async ofIncident(incidentId) {
      const rows = await db
        .selectFrom('authority_letters')
        .selectAll()
        .where('incident_id', '=', incidentId)
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .execute();
      return rows.map(letterOf);
    },
    async move(id, expected, { state = expected, attempts, problem, sentAt }) {
      const result = await db
        .updateTable('authority_letters')
        .set({
          state,
          ...(attempts === undefined ? {} : { attempts }),
          ...(problem === undefined ? {} : { problem }),
          ...(sentAt === undefined ? {} : { sent_at: sentAt }),
        })
        .where('id', '=', id)
        .where('state', '=', expected)
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },
  };
}

function rowOf(letter: AuthorityLetter): AuthorityLetterRow {
  const { siteId, memberId, recipient, reference, text, cameraIds, span, coverMasks } = letter;
  return {
    id: letter.id,
    organization_id: letter.organizationId,
    incident_id: letter.incidentId,
    state: letter.state,
    attempts: letter.attempts,
    problem: letter.problem,
    created_at: letter.createdAt,
    sent_at: letter.sentAt,
    content: JSON.stringify({
      siteId,
      memberId,
      recipient,
      reference,
      text,
      cameraIds,
      span,
      coverMasks,
    }),
  };
}

/** Errors: `data-damaged`. */
function letterOf(row: AuthorityLetterRow): AuthorityLetter {
  const parsed = Content.safeParse(parsedColumn(row.content));
  if (!parsed.success) {
    throw new VedetteError('data-damaged', 'A letter to an authority is damaged.', { cause: parsed.error });
  }
  const { siteId, memberId, cameraIds, span, ...said } = parsed.data;
  return {
    ...said,
    id: branded(row.id),
    organizationId: branded(row.organization_id),
    incidentId: branded(row.incident_id),
    siteId: branded(siteId),
    memberId: branded(memberId),
    cameraIds: cameraIds.map((id) => branded<CameraId>(id)),
    span: { startAt: branded(span.startAt), endAt: branded(span.endAt) },
    state: oneOf(letterStates, row.state),
    attempts: row.attempts,
    problem: row.problem,
    createdAt: branded(row.created_at),
    sentAt: row.sent_at === null ? null : branded(row.sent_at),
  };
}
