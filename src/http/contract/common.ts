// What every part of the wire contract shares: ids, times, problems, limits.

import { z } from 'zod';

/** Longest name of anything, in characters. */
export const maxNameLength = 80;

export const id = z.uuid();
/** Milliseconds since 1970-01-01T00:00:00Z. */
export const time = z.int().min(0).max(8_640_000_000_000_000);
export const name = z.string().trim().min(1, 'Give it a name.').max(maxNameLength);

/** RFC 9457 problem details. `code` is from the table of errors, `fields` names what is wrong in the request. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  fields: z.record(z.string(), z.string()).optional(),
});
export type Problem = z.infer<typeof Problem>;

/** A half-open span of time, both ends in milliseconds since the epoch. */
export const SpanQuery = z.object({ from: z.coerce.number().pipe(time), to: z.coerce.number().pipe(time) });
