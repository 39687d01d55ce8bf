// Incidents, their steps, and the alerts that went out.

import { z } from 'zod';
import {
  incidentKinds,
  incidentStates,
  resolutions,
  severities,
  stepActions,
} from '../../core/incident/incident.ts';
import { channelKind } from './channels.ts';
import { id, time } from './common.ts';
import { allowed } from './faults.ts';

export const resolution = z.enum(resolutions);

export const Incident = z.object({
  id,
  siteId: id,
  siteName: z.string(),
  cameras: z.array(z.object({ id, name: z.string() })),
  /** Sensors that felt something. */
  sensors: z.array(z.object({ id, name: z.string() })),
  state: z.enum(incidentStates),
  resolution: resolution.nullable(),
  /** `sensor` where only sensors felt something so far. */
  kind: z.enum(incidentKinds),
  severity: z.enum(severities),
  /** Who takes care of it. */
  assignee: z.object({ id, name: z.string() }).nullable(),
  /** Levels beyond the first that were told of it. */
  escalation: z.int(),
  bestScore: z.number(),
  startAt: time,
  lastSeenAt: time,
  /** Null while somebody is still there. */
  endAt: time.nullable(),
  openedAt: time,
  hasSnapshot: z.boolean(),
  /** The clip: what is held of each camera. `to` grows while the incident goes on. */
  clip: z.object({ from: time, to: time }),
});
export type Incident = z.infer<typeof Incident>;

export const IncidentDetail = Incident.extend({
  steps: z.array(
    z.object({
      at: time,
      action: z.enum(stepActions),
      who: z.string().nullable(),
      detail: z.string(),
    }),
  ),
  /** Sirens and lights at the site, and what they do for this incident. */
  devices: z.array(
    z.object({
      id,
      name: z.string(),
      kind: z.enum(['siren', 'light']),
      /** What is wanted of it; null where nothing was, yet. */
      wanted: z.enum(['on', 'off']).nullable(),
      /** `waiting` for the device to say that it does it. */
      state: z.enum(['waiting', 'acknowledged', 'failed', 'off']).nullable(),
      /** When it goes off by itself; null where it is not on. */
      offAt: time.nullable(),
      problem: z.string().nullable(),
    }),
  ),
  alerts: z.array(
    z.object({
      id,
      /** The person, or the channel of the organization. */
      channel: z.string(),
      /** Whether it is a person's own channel. */
      isPersonal: z.boolean(),
      kind: channelKind,
      /** 'opened', 'escalated-1', 'changed-1', 'by-hand-1', 'reopened-1'. */
      occasion: z.string(),
      state: z.enum(['waiting', 'delivered', 'failed', 'skipped']),
      attempts: z.int(),
      createdAt: time,
      handedOverAt: time.nullable(),
      problem: z.string().nullable(),
    }),
  ),
});
export type IncidentDetail = z.infer<typeof IncidentDetail>;

/** Longest text that is looked for, in characters: more than the longest name. */
export const maxFindLength = 100;

/** `waiting`: only what is open, the longest unacknowledged first. */
export const incidentOrder = z.enum(['newest', 'oldest', 'severity', 'waiting']);
export type IncidentOrder = z.infer<typeof incidentOrder>;

const severity = z.enum(severities);

/** The last incident of a page: its severity, its moment (see `cursorOf`) and its id. */
const cursor = z
  .string()
  .max(80)
  .transform((text) => {
    const [severity, at, id] = text.split(',');
    return { severity, at: Number(at), id };
  })
  .pipe(z.object({ severity, at: time, id }));

export const IncidentQuery = z.object({
  siteId: id.optional(),
  cameraId: id.optional(),
  state: z.enum(['unresolved', 'open', 'acknowledged', 'resolved']).optional(),
  severity: severity.optional(),
  kind: z.enum(['person', 'vehicle', 'animal', 'sensor']).optional(),
  resolution: resolution.optional(),
  assigneeId: id.optional(),
  /** Those that began at or after. */
  from: z.coerce.number().pipe(time).optional(),
  /** Those that began before. */
  to: z.coerce.number().pipe(time).optional(),
  /** Words that all stand in the name of the site or of one camera. */
  find: z.string().trim().min(1).max(maxFindLength).optional(),
  order: incidentOrder.default('newest'),
  /** Goes on after the last incident of a page, `<severity>,<moment>,<id>` of it; in the same order. */
  after: cursor.optional(),
  /** Those that began before, newest first; who pages with `after` needs it not. */
  before: z.coerce.number().pipe(time).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type IncidentQuery = z.input<typeof IncidentQuery>;

/** What `after` says of the last incident of a page: its moment is when it was opened where it waits, else its begin. */
export function cursorOf(order: IncidentOrder, { severity, startAt, openedAt, id }: Incident): string {
  return [severity, order === 'waiting' ? openedAt : startAt, id].join(',');
}

export const ResolveInput = z.object({ resolution });
export type ResolveInput = z.infer<typeof ResolveInput>;

/** Nobody where null. */
export const AssignInput = z.object({ memberId: id.nullable() });
export type AssignInput = z.infer<typeof AssignInput>;

/** Somebody who can look after an incident. */
export const Assignable = z.object({ id, name: z.string() });
export type Assignable = z.infer<typeof Assignable>;

/** A page, not a report. */
export const maxNoteLength = 2_000;

/** Line breaks are kept; marks that reorder text, and other control characters, are not taken. */
export const NoteInput = z.object({
  text: z
    .string()
    .trim()
    .normalize()
    .min(1)
    .max(maxNoteLength)
    .refine((text) => !/[^\P{Cc}\n\t]|[\p{Cs}\u202a-\u202e\u2066-\u2069\ufeff]/u.test(text))
    .register(allowed, { allowed: `1 to ${maxNoteLength} characters, without hidden marks` }),
});
export type NoteInput = z.infer<typeof NoteInput>;

/** A page of the list. */
export const maxAcknowledged = 100;

export const AcknowledgeInput = z.object({ incidentIds: z.array(id).min(1).max(maxAcknowledged) });
export type AcknowledgeInput = z.infer<typeof AcknowledgeInput>;

/** `problem` is null where the incident is acknowledged. */
export const AcknowledgeResult = z.object({
  incidentId: id,
  /** False where it was acknowledged by the same person before. */
  changed: z.boolean(),
  problem: z.object({ code: z.string(), detail: z.string() }).nullable(),
});
export type AcknowledgeResult = z.infer<typeof AcknowledgeResult>;

export const SwitchInput = z.object({ turn: z.enum(['on', 'off']) });
export type SwitchInput = z.infer<typeof SwitchInput>;
