// Errors become problem details (RFC 9457), here and nowhere else.

import type { z } from 'zod';
import { type ErrorCode, errorTable, VedetteError } from '../core/errors.ts';
import type { Log } from '../core/ports/log.ts';
import type { Problem } from './contract/common.ts';
import { checked } from './contract/faults.ts';

/** The problem that a person sees for `error`; what is not ours says nothing of itself. */
export function problemOf(error: unknown): Problem {
  const known = error instanceof VedetteError ? error : new VedetteError('internal-error');
  const { status, title } = errorTable[known.code];
  return {
    type: `urn:vedette:problem:${known.code}`,
    title,
    status,
    code: known.code,
    // Details of faults inside are for the log.
    detail: known.code === 'internal-error' ? title : known.detail,
    ...(Object.keys(known.fields).length === 0 ? {} : { fields: known.fields }),
  };
}

/** Told where they arise, once, or no fault at all; every request that meets them would tell them again. */
const quiet: ReadonlySet<string> = new Set<ErrorCode>(['not-ready', 'pages-missing', 'clips-busy']);
/** Services that are away: their standing says so once, however many requests they fail. */
const services: ReadonlySet<string> = new Set<ErrorCode>([
  'records-unavailable',
  'cache-unavailable',
  'queue-unavailable',
]);

/** The response for `error`; what went wrong on our side is logged with its cause. */
export function problemResponse(error: unknown, log: Log, request: Request): Response {
  const problem = problemOf(error);
  // Whoever left is told nothing, and what was under way ended as it should.
  if (problem.status >= 500 && !quiet.has(problem.code) && !request.signal.aborted) {
    const { pathname } = new URL(request.url);
    const level = services.has(problem.code) ? 'debug' : 'error';
    log[level]('A request failed', { method: request.method, pathname, code: problem.code, error });
  }
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...retryAfter(error, problem),
    },
  });
}

/** Time in s for a client to wait where only "in a moment" is known. */
const momentSeconds = 5;

/** The same time that the sentence names (RFC 9110 §10.2.3). */
function retryAfter(error: unknown, { status }: Problem): Record<string, string> {
  const ms = error instanceof VedetteError ? error.retryAfterMs : null;
  if (ms !== null) return { 'retry-after': String(Math.ceil(ms / 1000)) };
  return status === 503 ? { 'retry-after': String(momentSeconds) } : {};
}

/** Parses what came from outside. Errors: `request-invalid`, with every field at fault. */
export function parsed<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = checked(schema, value);
  if (result.ok) return result.value;
  const fields = result.faults;
  throw new VedetteError('request-invalid', Object.values(fields).join(' '), { fields });
}

/** Codes whose problem an operation can answer with, by status; for the description of the API. */
export function statusesOf(codes: readonly ErrorCode[]): ReadonlyMap<number, readonly ErrorCode[]> {
  return Map.groupBy(codes, (code) => errorTable[code].status);
}
