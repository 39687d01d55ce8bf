// What people want to be told, and the numbers they proved to be theirs.

import { z } from 'zod';
import { type AlertPreferences, personalKinds } from '../../core/alert/preferences.ts';
import { branded, type MemberId, type SiteId } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import { severities } from '../../core/incident/incident.ts';
import type { PreferenceRecords } from '../../core/ports/records-alerts.ts';
import { parsedColumn } from './columns.ts';
import type { PreferencesRow } from './schema-incidents.ts';
import { maybe, type Session } from './session.ts';

/** Wishes of people. */
export function preferenceRecords({ db }: Session): PreferenceRecords {
  return {
    async find(memberId) {
      const row = await db
        .selectFrom('alert_preferences')
        .selectAll()
        .where('member_id', '=', memberId)
        .executeTakeFirst();
      return maybe(row, preferencesOf);
    },
    async list(organizationId) {
      const rows = await db
        .selectFrom('alert_preferences')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .execute();
      return rows.map(preferencesOf);
    },
    async put({ memberId, ...wishes }, organizationId) {
      const row = { member_id: memberId, organization_id: organizationId, wishes: JSON.stringify(wishes) };
      await db
        .insertInto('alert_preferences')
        .values(row)
        .onConflict((conflict) => conflict.column('member_id').doUpdateSet({ wishes: row.wishes }))
        .execute();
    },
    async delete(memberId) {
      await db.deleteFrom('alert_preferences').where('member_id', '=', memberId).execute();
    },
    async provenPhone(memberId) {
      const row = await db
        .selectFrom('proven_phones')
        .select('number')
        .where('member_id', '=', memberId)
        .executeTakeFirst();
      return row?.number ?? null;
    },
    async provenPhones(organizationId) {
      const rows = await db
        .selectFrom('proven_phones')
        .select(['member_id', 'number'])
        .where('organization_id', '=', organizationId)
        .execute();
      return new Map(rows.map((row) => [branded<MemberId>(row.member_id), row.number]));
    },
    async provePhone(memberId, organizationId, number, at) {
      await db
        .insertInto('proven_phones')
        .values({ member_id: memberId, organization_id: organizationId, number, proven_at: at })
        .onConflict((conflict) => conflict.column('member_id').doUpdateSet({ number, proven_at: at }))
        .execute();
    },
  };
}

const minute = z.int().min(0).max(1440);
const span = z.object({ from: minute, to: minute });
const weekday = z.literal([1, 2, 3, 4, 5, 6, 7]);
const wishes = z.object({
  channels: z.array(z.enum(personalKinds)),
  atOnce: z.boolean(),
  siteIds: z
    .array(z.string())
    .nullable()
    .default(null)
    .transform((ids) => ids?.map((id) => branded<SiteId>(id)) ?? null),
  minimumSeverity: z.enum(severities).default('low'),
  timeZone: z.string().default('UTC'),
  hours: z.record(weekday, z.array(span)).nullable().default(null),
  quiet: span.extend({ highBreaksThrough: z.boolean() }).nullable().default(null),
  digest: z
    .object({ every: z.enum(['none', 'daily', 'weekly']), hour: z.int(), weekday })
    .default({ every: 'none', hour: 8, weekday: 1 }),
});

function preferencesOf(row: PreferencesRow): AlertPreferences {
  const parsed = wishes.safeParse(parsedColumn(row.wishes));
  if (parsed.success) return { memberId: branded<MemberId>(row.member_id), ...parsed.data };
  throw new VedetteError('data-damaged', 'What somebody wants to be told cannot be read.', {
    cause: parsed.error,
  });
}
