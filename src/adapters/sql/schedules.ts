// Schedules of sites.

import { z } from 'zod';
import { branded } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import type { ScheduleRecords } from '../../core/ports/records-arming.ts';
import { type Schedule, type SiteSchedule, weekdays } from '../../core/site/schedule.ts';
import { armings } from '../../core/site/site.ts';
import { oneOf, parsedColumn } from './columns.ts';
import type { ScheduleRow } from './schema-sites.ts';
import { maybe, type Session } from './session.ts';

const entry = { at: z.string(), arming: z.enum(armings) };
const schedule = z.object({
  weekly: z.array(z.object({ ...entry, days: z.array(z.literal(weekdays)) })),
  exceptions: z.array(z.object({ date: z.string(), entries: z.array(z.object(entry)) })),
  holidays: z.object({
    dates: z.array(z.string()),
    yearly: z.array(z.string()),
    entries: z.array(z.object(entry)),
  }),
});

/** What sites do by themselves. */
export function scheduleRecords({ db }: Session): ScheduleRecords {
  const schedules = () => db.selectFrom('schedules').selectAll().orderBy('site_id');
  return {
    async put(stored) {
      const row = rowOf(stored);
      await db
        .insertInto('schedules')
        .values(row)
        .onConflict((conflict) => conflict.column('site_id').doUpdateSet(row))
        .execute();
    },
    async find(siteId) {
      return maybe(await schedules().where('site_id', '=', siteId).executeTakeFirst(), scheduleOf);
    },
    async list(organizationId) {
      const rows = await schedules()
        .$if(organizationId !== undefined, (query) =>
          query.where('organization_id', '=', organizationId ?? ''),
        )
        .execute();
      return rows.map(scheduleOf);
    },
  };
}

function rowOf(stored: SiteSchedule): ScheduleRow {
  return {
    site_id: stored.siteId,
    organization_id: stored.organizationId,
    schedule: JSON.stringify(stored.schedule),
    since: stored.since,
    next_at: stored.next?.at ?? null,
    next_arming: stored.next?.arming ?? null,
    timer_at: stored.timerAt,
  };
}

function scheduleOf(row: ScheduleRow): SiteSchedule {
  return {
    siteId: branded(row.site_id),
    organizationId: branded(row.organization_id),
    schedule: parsedSchedule(row.schedule),
    since: branded(row.since),
    next:
      row.next_at === null || row.next_arming === null
        ? null
        : { at: branded(row.next_at), arming: oneOf(armings, row.next_arming) },
    timerAt: row.timer_at === null ? null : branded(row.timer_at),
  };
}

function parsedSchedule(column: string): Schedule {
  const parsed = schedule.safeParse(parsedColumn(column));
  if (parsed.success) return parsed.data;
  throw new VedetteError('data-damaged', 'A schedule in a column is damaged.', { cause: parsed.error });
}
