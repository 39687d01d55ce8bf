// Routes: each says who may call it, what it takes and what it answers; nothing is reachable otherwise.

import { z } from 'zod';
import { type ErrorCode, VedetteError } from '../core/errors.ts';
import type { Caller } from '../core/organization/access.ts';
import type { Permission } from '../core/organization/permission.ts';
import type { Session, User } from '../core/ports/identity.ts';
import type { DegradedMode } from '../core/standing.ts';
import { readJson } from './body.ts';
import { parsed } from './problem.ts';
import { parsedQuery } from './query.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/**
 * Who may call: anybody; whoever is signed in, about themselves, whatever they belong to; or who has the permission.
 */
export type Allow = 'public' | 'self' | Permission;

export interface SignedIn {
  readonly user: User;
  readonly session: Session;
}

/** A request as a route sees it. */
export interface Exchange {
  readonly request: Request;
  readonly params: Readonly<Record<string, string>>;
  /** Null on routes for anybody, and on those about oneself. */
  readonly caller: Caller | null;
  /** Null on routes for anybody, and where a machine calls. */
  readonly signedIn: SignedIn | null;
  /** Network address of the peer; "unknown" where there is none. */
  readonly peerAddress: string;
  /** Aborts when the client leaves or the server stops. */
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: 200 | 201 | 202 | 204 | 303;
  readonly description: string;
  /** JSON; what the schema does not name is not sent. */
  readonly schema?: z.ZodType;
  /** Where it is not JSON. */
  readonly mediaType?: string;
}

export interface Route {
  readonly method: Method;
  /** As OpenAPI writes it: "/api/v1/cameras/{cameraId}". */
  readonly path: string;
  readonly allow: Allow;
  /** Whether a person must have proved lately who they are. */
  readonly asksProof: boolean;
  /** Whether an access key may have been looked up some seconds ago: for what machines call all the time. */
  readonly remembersKeys: boolean;
  /** Whether it has a password hashed: each network has few of these requests at a time. */
  readonly hashesPassword: boolean;
  /** While things are so in this installation it is refused before anything of it is read; null where it never is. */
  readonly refusedIn: DegradedMode | null;
  readonly summary: string;
  readonly tag: string;
  readonly query: z.ZodObject;
  readonly body: z.ZodType | null;
  readonly answer: Answer;
  /** Media types of a body that is read by the route itself; none where it is JSON or there is none. */
  readonly bodyTypes: readonly string[];
  /** Codes it can answer with beside those that every route can. */
  readonly errors: readonly ErrorCode[];
  handle(exchange: Exchange): Promise<Response>;
}

interface Input<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType> {
  readonly params: z.output<Params>;
  readonly query: z.output<Query>;
  readonly body: z.output<Body>;
  readonly exchange: Exchange;
}

interface Definition<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType> {
  readonly method: Method;
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly params: Params;
  readonly query: Query;
  /** JSON that is sent along. */
  readonly body: Body;
  readonly answer: Answer;
  /** Of a body that the handler reads by itself. */
  readonly bodyTypes?: readonly string[];
  readonly errors?: readonly ErrorCode[];
  readonly asksProof?: boolean;
  readonly remembersKeys?: boolean;
  readonly hashesPassword?: boolean;
  readonly refusedIn?: DegradedMode;
}

/** Takes nothing: the beginning of every definition. */
export const bare = { params: z.object({}), query: z.object({}), body: z.undefined() } as const;

/** The query of what is called by programs that add what they like: nothing of it is read. */
export const anyQuery = z.looseObject({});

/** What a handler gives: a response of its own, or a value for the answer's schema. */
type Result = Promise<Response | { readonly json: unknown; readonly headers?: Headers } | null>;

/** A route for callers with a permission. The handler still checks that what is named is within their reach. */
export function memberRoute<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType>(
  allow: Permission,
  definition: Definition<Params, Query, Body>,
  handle: (input: Input<Params, Query, Body> & { readonly caller: Caller }) => Result,
): Route {
  return assembled(allow, definition, (input) => {
    const { caller } = input.exchange;
    if (caller === null) throw new VedetteError('not-signed-in');
    return handle({ ...input, caller });
  });
}

/** A route for whoever is signed in, about their own account. */
export function selfRoute<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType>(
  definition: Definition<Params, Query, Body>,
  handle: (input: Input<Params, Query, Body> & { readonly signedIn: SignedIn }) => Result,
): Route {
  return assembled('self', definition, (input) => {
    const { signedIn } = input.exchange;
    if (signedIn === null) throw new VedetteError('not-signed-in');
    return handle({ ...input, signedIn });
  });
}

/** A route for everybody. */
export function publicRoute<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType>(
  definition: Definition<Params, Query, Body>,
  handle: (input: Input<Params, Query, Body>) => Result,
): Route {
  return assembled('public', definition, handle);
}

function assembled<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType>(
  allow: Allow,
  definition: Definition<Params, Query, Body>,
  handle: (input: Input<Params, Query, Body>) => Result,
): Route {
  const { answer } = definition;
  return {
    method: definition.method,
    path: definition.path,
    allow,
    asksProof: definition.asksProof ?? false,
    remembersKeys: definition.remembersKeys ?? false,
    hashesPassword: definition.hashesPassword ?? false,
    refusedIn: definition.refusedIn ?? null,
    summary: definition.summary,
    tag: definition.tag,
    query: definition.query,
    body: definition.body instanceof z.ZodUndefined ? null : definition.body,
    answer,
    bodyTypes: definition.bodyTypes ?? [],
    errors: definition.errors ?? [],
    async handle(exchange) {
      const result = await handle({ ...(await inputOf(definition, exchange)), exchange });
      if (result instanceof Response) return result;
      if (result === null) return new Response(null, { status: answer.status });
      return jsonResponse(answer, result.json, result.headers);
    },
  };
}

async function inputOf<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType>(
  { params, query, body }: Definition<Params, Query, Body>,
  { request, params: given }: Exchange,
): Promise<Omit<Input<Params, Query, Body>, 'exchange'>> {
  const place = params.safeParse(given);
  // An address that cannot be is an address with nothing there.
  if (!place.success) throw new VedetteError('not-found');
  return {
    params: place.data,
    query: parsedQuery(query, new URL(request.url).searchParams),
    body: parsed(body, body instanceof z.ZodUndefined ? undefined : await readJson(request)),
  };
}

function jsonResponse(answer: Answer, value: unknown, headers = new Headers()): Response {
  headers.set('content-type', 'application/json');
  headers.set('cache-control', 'no-store');
  return new Response(JSON.stringify(answer.schema?.parse(value) ?? null), {
    status: answer.status,
    headers,
  });
}
