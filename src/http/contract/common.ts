// What every part of the wire contract shares: ids, times, problems, limits.

import { z } from 'zod';
import { allowed } from './faults.ts';

/** Longest name of anything, in characters. */
export const maxNameLength = 80;

export const id = z.uuid();
/** Milliseconds since 1970-01-01T00:00:00Z. */
export const time = z
  .int()
  .min(0)
  .max(8_640_000_000_000_000)
  .register(allowed, { allowed: 'a whole number of milliseconds since 1970, UTC' });

/** Text that does what it looks like: no control characters, line breaks, stray surrogates or marks that reorder it. */
export function isPlainText(text: string): boolean {
  return !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\ufeff]/u.test(text);
}

/** The name of a person or a thing; white space around it is dropped. */
export const name = z
  .string()
  .trim()
  .normalize()
  .min(1)
  .max(maxNameLength)
  .refine((text) => isPlainText(text) && /[\p{L}\p{N}\p{P}\p{S}]/u.test(text))
  .register(allowed, {
    allowed: `1 to ${maxNameLength} characters, without line breaks or hidden marks`,
  });
export const email = z.email().max(254).register(allowed, { allowed: 'like name@example.org' });

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
