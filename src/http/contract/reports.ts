// Reports: what became of incidents, by camera and week, and how fast people were.

import { z } from 'zod';
import { id, time } from './common.ts';

/** Longest report: a year, and the week it began in. */
export const maxReportWeeks = 53;

export const ReportQuery = z.object({
  /** One site; all that the caller reaches where it is left out. */
  siteId: id.optional(),
  weeks: z.coerce.number().int().min(1).max(maxReportWeeks).default(12),
  /** The last week is the one that this moment lies in; now where it is left out. */
  until: z.coerce.number().pipe(time).optional(),
});

const number = z.int().min(0);

export const Outcomes = z.object({
  intrusions: number,
  falseAlarms: number,
  tests: number,
  unresolved: number,
});
export type Outcomes = z.infer<typeof Outcomes>;

export const Waits = z.object({
  count: number,
  medianMs: z.number().nullable(),
  p90Ms: z.number().nullable(),
});
export type Waits = z.infer<typeof Waits>;

export const IncidentReport = z.object({
  /** ISO 8601 weeks, "2026-W48", oldest first; each site's in its own time zone. */
  weeks: z.array(z.string()),
  startAt: time,
  endAt: time,
  /** Of all incidents, one a week. */
  outcomes: z.array(Outcomes),
  /** Cameras that saw an incident; `rate` is the false alarms among what was resolved and was no test, 0 to 1. */
  cameras: z.array(
    z.object({
      id,
      name: z.string(),
      siteId: id,
      siteName: z.string(),
      rate: z.number().nullable(),
      weeks: z.array(Outcomes.extend({ rate: z.number().nullable() })),
    }),
  ),
  /** From the opening of an incident until somebody acknowledged or resolved it. */
  response: z.object({
    all: Waits,
    weeks: z.array(Waits),
    people: z.array(Waits.extend({ id, name: z.string() })),
  }),
});
export type IncidentReport = z.infer<typeof IncidentReport>;
