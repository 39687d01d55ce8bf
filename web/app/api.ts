// How the pages speak with the server: JSON out, contract-checked JSON in, problems as sentences.

import type { z } from 'zod';
import { Problem } from '../../src/http/contract/common.ts';
import { askForProof } from '../proof/asking.ts';
import { noteRefusal } from './refusals.ts';
import { noteServerDate } from './server-clock.ts';

/** Longest wait for an answer, in ms: opening a camera may take 10 s; beyond this nobody still believes in it. */
const answerTimeoutMs = 30_000;

/** A request that failed. `message` is a sentence for the person, `fields` names what is wrong in a form. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly fields: Readonly<Record<string, string>>;

  constructor(problem: { code: string; status: number; detail: string; fields?: Record<string, string> }) {
    super(problem.detail);
    this.name = 'ApiError';
    this.code = problem.code;
    this.status = problem.status;
    this.fields = problem.fields ?? {};
  }
}

export interface RequestOptions {
  readonly method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** Asks for `url` and parses the answer with `schema`. Errors: `ApiError`, also when the server cannot be reached. */
export async function request<S extends z.ZodType>(
  schema: S,
  url: string,
  options: RequestOptions = {},
): Promise<z.output<S>> {
  const response = await exchange(url, options);
  const parsed = schema.safeParse(await response.json().catch(() => undefined));
  if (parsed.success) return parsed.data;
  throw new ApiError({
    code: 'answer-not-understood',
    status: response.status,
    detail: 'The server answered in a way this page does not understand. Load the page again.',
  });
}

/** Sends a request whose answer does not matter, only that it succeeded. */
export async function send(url: string, options: RequestOptions): Promise<void> {
  await exchange(url, options);
}

/** The sentence to show for any error. */
export function sentence(error: unknown): string {
  return error instanceof ApiError ? error.message : 'Something went wrong on this page. Load it again.';
}

/** Whether the person themselves called it off: nothing went wrong, and nothing was changed. */
export function wasCancelled(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'cancelled';
}

/** What is sensitive asks for proof of who one is: the person is asked here, for every page, and the call goes on. */
async function exchange(url: string, options: RequestOptions): Promise<Response> {
  const response = await sent(url, options);
  if (response.ok) return response;
  const error = await asError(response);
  if (error.code !== 'proof-required') throw noted(error);
  if (!(await askForProof())) throw notProven();
  const second = await sent(url, options);
  if (!second.ok) throw noted(await asError(second));
  return second;
}

function noted(error: ApiError): ApiError {
  noteRefusal(error.code);
  return error;
}

function notProven(): ApiError {
  const detail = 'Nothing was changed, because you did not confirm that it is you.';
  return new ApiError({ code: 'cancelled', status: 0, detail });
}

async function sent(url: string, options: RequestOptions): Promise<Response> {
  const timeout = AbortSignal.timeout(answerTimeoutMs);
  const init: RequestInit = {
    method: options.method ?? 'GET',
    headers: {
      accept: 'application/json',
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    signal: options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]),
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  };
  const response = await fetch(url, init).catch((cause: unknown) => {
    if (options.signal?.aborted === true) throw cause;
    throw new ApiError({
      code: 'server-unreachable',
      status: 0,
      detail: 'Vedette does not answer. Check that it is running and that this device is on its network.',
    });
  });
  noteServerDate(response.headers.get('date'));
  return response;
}

async function asError(response: Response): Promise<ApiError> {
  const parsed = Problem.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) {
    return new ApiError({
      code: 'answer-not-understood',
      status: response.status,
      detail: `The server refused this without saying why (${response.status}).`,
    });
  }
  const { code, status, detail, fields } = parsed.data;
  return new ApiError({ code, status, detail, ...(fields === undefined ? {} : { fields }) });
}
