// ISO weeks in a time zone: Monday 00:00 to Monday 00:00, also where a clock change makes the week longer or shorter.

import { branded, type EpochMs } from '../brand.ts';
import type { Span } from '../ports/records.ts';

export interface Week extends Span {
  /** ISO 8601, "2026-W48". */
  readonly name: string;
}

/** The `count` weeks that end with the one `until` lies in, oldest first. `zone` is an IANA name. */
export function isoWeeks(zone: string, until: EpochMs, count: number): readonly Week[] {
  const today = Temporal.Instant.fromEpochMilliseconds(until).toZonedDateTimeISO(zone).toPlainDate();
  const monday = today.subtract({ days: today.dayOfWeek - 1 });
  return Array.from({ length: count }, (_, index) => {
    const first = monday.subtract({ weeks: count - 1 - index });
    return {
      name: `${first.yearOfWeek}-W${String(first.weekOfYear).padStart(2, '0')}`,
      startAt: beginOf(first, zone),
      endAt: beginOf(first.add({ weeks: 1 }), zone),
    };
  });
}

function beginOf(date: Temporal.PlainDate, zone: string): EpochMs {
  return branded<EpochMs>(date.toZonedDateTime(zone).epochMilliseconds);
}
