// Errors become problem details (RFC 9457), here and nowhere else.

import type { z } from 'zod';
import { type Complaint, complaint } from '../core/complaint.ts';
import { type ErrorCode, errorTable, toldOf, VedetteError } from '../core/errors.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import type { Problem } from './contract/common.ts';
import { checked } from './contract/faults.ts';

/** The problem that whoever asked sees for `error`; what is not ours says nothing of itself. */
export function problemOf(error: unknown): Problem {
  const known = error instanceof VedetteError ? error : new VedetteError('internal-error');
  const { status } = errorTable[known.code];
  const title = toldOf(known.code);
  return {
    type: `urn:vedette:problem:${known.code}`,
    title,
    status,
    code: known.code,
    // Details of faults inside are for the log.
    detail: known.code === 'internal-error' ? title : known.told,
    ...(Object.keys(known.fields).length === 0 ? {} : { fields: known.fields }),
  };
}

/** Told where they arise, once, or no fault at all; every request that meets them would tell them again. */
const quiet: ReadonlySet<string> = new Set<ErrorCode>(['not-ready', 'pages-missing', 'clips-busy']);
/** Of a service that is away, however many requests meet it. */
const saidOnce = [
  'records-unavailable',
  'cache-unavailable',
  'queue-unavailable',
  'blobs-unavailable',
] as const;

/** Says that a request failed by a fault of ours, with its cause. */
export type Failures = (error: unknown, code: string, request: Request) => void;

/** Failures of one edge: by a service that is away they are said once, and once more after five minutes without any. */
export function requestFailures({ clock, log }: { readonly clock: Clock; readonly log: Log }): Failures {
  const says = 'A request failed';
  const isOfAway = () => true;
  const away = new Map<string, Complaint>(
    saidOnce.map((code) => [code, complaint({ clock, log }, { says, of: code, isOfAway })]),
  );
  return (error, code, request) => {
    const { pathname } = new URL(request.url);
    const fields = { method: request.method, pathname, code };
    const known = away.get(code);
    if (known === undefined) log.error(says, { ...fields, error });
    else known.failed(error, fields);
  };
}

/** The response for `error`; what went wrong on our side is told to `failures`. */
export function problemResponse(error: unknown, failures: Failures, request: Request): Response {
  const problem = problemOf(error);
  // Whoever left is told nothing, and what was under way ended as it should.
  if (problem.status >= 500 && !quiet.has(problem.code) && !request.signal.aborted) {
    failures(error, problem.code, request);
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
