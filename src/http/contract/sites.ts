// Sites and their arming.

import { z } from 'zod';
import { id, name, time } from './common.ts';
import { allowed } from './faults.ts';

export const arming = z.enum(['disarmed', 'armed-home', 'armed-away']);

/** Longest exit or entry delay, in seconds. */
export const maxDelaySeconds = 300;
const delay = z
  .int()
  .min(0)
  .max(maxDelaySeconds)
  .register(allowed, { allowed: `0 to ${maxDelaySeconds} seconds` });

/** Who armed. `name` is null where they are gone, or where an older version did not write it down. */
export const ArmedBy = z.object({
  kind: z.enum(['member', 'access-key', 'schedule', 'mqtt']),
  id: id.nullable(),
  name: z.string().nullable(),
});
export type ArmedBy = z.infer<typeof ArmedBy>;

export const Site = z.object({
  id,
  name: z.string(),
  timeZone: z.string(),
  /** What was asked for last. */
  arming,
  armingChangedAt: time,
  /** When it will be in force: the end of the exit delay. Null where it is. */
  armsAt: time.nullable(),
  /** What is in force until then. */
  armingBefore: arming,
  /** Somebody came in and has until `dueAt` to disarm; null where nobody did. */
  entry: z.object({ id, startAt: time, dueAt: time }).nullable(),
  /** Cameras it is armed without; `until` is null until the next disarming. */
  bypasses: z.array(z.object({ cameraId: id, since: time, until: time.nullable() })),
  /** What its schedule does next; null where nothing. */
  nextEdge: z.object({ at: time, arming }).nullable(),
  exitDelaySeconds: z.int(),
  entryDelaySeconds: z.int(),
  /** Whether who can write to the MQTT broker may arm and disarm. */
  armByMqtt: z.boolean(),
  /** Days that pushed images are kept, never more than `mostPushedDays`; null: as long as that. */
  pushedDays: z.int().nullable(),
  mostPushedDays: z.int(),
  /** Unresolved incidents. */
  openIncidents: z.int(),
});
export type Site = z.infer<typeof Site>;

export const SiteInput = z.object({ name, timeZone: z.string().max(64) });
export type SiteInput = z.infer<typeof SiteInput>;

export const SiteChange = SiteInput.extend({
  exitDelaySeconds: delay,
  entryDelaySeconds: delay,
  armByMqtt: z.boolean(),
  pushedDays: z.int().min(1).nullable(),
}).partial();
export type SiteChange = z.infer<typeof SiteChange>;

/** Most cameras that one arming bypasses. */
const maxBypassed = 200;

export const ArmingInput = z.object({
  arming,
  /** Without the exit delay of the site. */
  now: z.boolean().optional(),
  /** Cameras that do not alarm until the next disarming. */
  bypass: z.array(id).max(maxBypassed).optional(),
});
export type ArmingInput = z.infer<typeof ArmingInput>;

export const BypassInput = z.object({
  /** Null: until the next disarming. At most a week ahead. */
  until: time.nullable().default(null),
});
export type BypassInput = z.input<typeof BypassInput>;

const atTime = z.string().max(5);
const dayEntry = z.object({ at: atTime, arming });
const date = z.string().max(10);
const weekday = z.literal([1, 2, 3, 4, 5, 6, 7]);

/** What a site does by itself. Times are those of its clocks, "HH:MM"; an exception counts before a holiday, that before the week. */
export const Schedule = z.object({
  weekly: z.array(z.object({ days: z.array(weekday).max(7), at: atTime, arming })).max(70),
  /** The plan of one date, "YYYY-MM-DD"; without entries nothing happens. */
  exceptions: z.array(z.object({ date, entries: z.array(dayEntry).max(10) })).max(366),
  holidays: z.object({
    /** "YYYY-MM-DD". */
    dates: z.array(date).max(366),
    /** "MM-DD", every year. */
    yearly: z.array(z.string().max(5)).max(366),
    entries: z.array(dayEntry).max(10),
  }),
});
export type Schedule = z.infer<typeof Schedule>;

export const SiteSchedule = z.object({
  timeZone: z.string(),
  schedule: Schedule,
  nextEdge: z.object({ at: time, arming }).nullable(),
});
export type SiteSchedule = z.infer<typeof SiteSchedule>;

/** The zone the schedule is written for: that of the site. */
export const ScheduleInput = z.object({ timeZone: z.string().max(64), schedule: Schedule });
export type ScheduleInput = z.infer<typeof ScheduleInput>;

export const maxHistoryPage = 100;

export const ArmingHistoryQuery = z.object({
  before: z.coerce.number().pipe(time).optional(),
  limit: z.coerce.number().pipe(z.int().min(1).max(maxHistoryPage)).default(30),
});

/** One line of the history; `at` pages on. */
export const ArmingLine = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('arming'), at: time, by: ArmedBy, arming, before: arming, effectiveAt: time }),
  z.object({
    kind: z.literal('bypass'),
    at: time,
    by: ArmedBy,
    cameraId: id,
    until: time.nullable(),
    endedAt: time.nullable(),
    endedBy: ArmedBy.nullable(),
  }),
  z.object({
    kind: z.literal('entry'),
    at: time,
    dueAt: time,
    /** `disarmed`: in time; `alarmed`: not. */
    state: z.enum(['running', 'disarmed', 'alarmed']),
    endedAt: time.nullable(),
    endedBy: ArmedBy.nullable(),
    incidentId: id.nullable(),
  }),
]);
export type ArmingLine = z.infer<typeof ArmingLine>;
