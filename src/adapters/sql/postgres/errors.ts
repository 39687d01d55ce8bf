// What PostgreSQL and the way to it say when something fails, in our words, and whether trying again may help.

import { type ErrorCode, VedetteError } from '../../../core/errors.ts';

/**
 * `again`: the server undid it because of others (a retry is right, soon). `gone`: the connection or the server is;
 * whether it was done is only known where it had not begun. `clash`: a row of another is in the way; that may be one
 * that was not there when the transaction looked. `other`: trying again would change nothing.
 */
export type FailureKind = 'again' | 'gone' | 'clash' | 'other';

/** SQLSTATE codes (PostgreSQL 15, appendix A). */
const again: ReadonlySet<string> = new Set(['40001', '40P01']);
const clashes: ReadonlySet<string> = new Set(['23505', '23503']);
const gone: ReadonlySet<string> = new Set([
  '57P01', // ended by its operator
  '57P02', // another of its processes crashed
  '57P03', // it starts, or stops
  '57P05', // idle for too long
  '25P03', // idle in a transaction for too long
  '25006', // read-only: a standby, or a primary that is one no more
  '53300', // too many connections
]);
const network: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['ENETDOWN', 'ENOTFOUND', 'EAI_AGAIN'],
]);
/** What the driver says of a connection that ended; it has no codes for it. */
const endings =
  /^(Connection terminated|timeout expired|timeout exceeded when trying to connect|Client (was closed|has encountered))/;

/** Nothing was heard of the server for longer than it may take. */
export class NoAnswer extends Error {
  constructor(ms: number) {
    super(`PostgreSQL did not answer within ${ms} ms.`);
    this.name = 'NoAnswer';
  }
}

/** The answer to a COMMIT was lost: `mark` says how to find out whether it was done. */
export class CommitUnanswered extends Error {
  readonly mark: CommitMark;

  constructor(mark: CommitMark, cause: unknown) {
    super('The connection ended before the answer to a commit came.', { cause });
    this.name = 'CommitUnanswered';
    this.mark = mark;
  }
}

/** The number that a transaction leaves in the row of its connection. */
export interface CommitMark {
  readonly connectionId: string;
  readonly number: number;
}

export function failureKind(error: unknown): FailureKind {
  const code = codeOf(error);
  if (again.has(code) || isWithoutPartition(error)) return 'again';
  if (clashes.has(code)) return 'clash';
  if (code.startsWith('08') || gone.has(code) || network.has(code)) return 'gone';
  if (error instanceof NoAnswer) return 'gone';
  // Of several addresses of a name, each failed.
  if (error instanceof AggregateError)
    return error.errors.some((each) => failureKind(each) === 'gone') ? 'gone' : 'other';
  return error instanceof Error && code === '' && endings.test(error.message) ? 'gone' : 'other';
}

/** A row of a day whose partition was dropped a moment ago, or never made. */
export function isWithoutPartition(error: unknown): boolean {
  return codeOf(error) === '23514' && /no partition of relation/.test(messageOf(error));
}

/** `error` in our words where a person can do something about it, else as it is. */
export function translated(error: unknown): unknown {
  if (error instanceof VedetteError) return error;
  const known = saying(error);
  return known === null ? error : new VedetteError(known.code, known.sentence, { cause: error });
}

/**
 * The same of a connection that never came about: who takes it and then says nothing, or ends it, may be another server
 * than PostgreSQL.
 */
export function neverOpened(error: unknown): unknown {
  const said = messageOf(error);
  const silent = /^timeout expired|^PostgreSQL did not answer/.test(said);
  const ended = /^Connection terminated unexpectedly|^There was an error establishing an SSL/.test(said);
  if (!silent && !ended) return translated(error);
  const what = silent ? 'nothing comes from what is there' : 'what is there ends the connection at once';
  const sentence = `The database does not answer: ${what}. Is this its port? Check the host and port, that PostgreSQL runs, and that this machine reaches it.`;
  return new VedetteError('records-unavailable', sentence, { cause: error });
}

/** What a caller is told who has to live with not knowing. */
export function unknownOutcome(cause: unknown): VedetteError {
  const sentence =
    'The database went away while it stored this, and it is not known whether it did. Look, and try again.';
  return new VedetteError('records-unavailable', sentence, { cause, told: sentence });
}

/** The server said no before it did anything: it was a standby. */
export function wasRefused(error: unknown): boolean {
  return codeOf(error) === '25006';
}

interface Saying {
  readonly code: ErrorCode;
  readonly sentence?: string;
}

function saying(error: unknown): Saying | null {
  switch (failureKind(error)) {
    case 'clash':
      return { code: 'conflict' };
    case 'again':
      return unavailable('Too many change the same rows at once. Try again.');
    case 'gone':
      return unavailable(
        `The database does not answer (${messageOf(error)}). Check that PostgreSQL runs and that this machine reaches it.`,
      );
    case 'other':
      if (noTls.test(messageOf(error))) return unavailable(withoutTls);
      if (/CERT|SIGNATURE|^ERR_(SSL|TLS)/.test(codeOf(error))) return unproven(messageOf(error));
      return byCode[codeOf(error)]?.(messageOf(error)) ?? null;
  }
}

function unavailable(sentence: string): Saying {
  return { code: 'records-unavailable', sentence };
}

/** What the driver says of a server that has no TLS; it has no code for it. */
const noTls = /^The server does not support SSL connections/;
const withoutTls =
  'The database does not speak TLS. Turn ssl on in its configuration; only where nobody can listen, use sslmode=disable in its address.';
const refused = (message: string) =>
  unavailable(`The database lets nobody in (${message}). Check user, password and rights in its address.`);
const unproven = (message: string) =>
  unavailable(
    `The database does not prove who it is (certificate: ${message}). Check its name, and sslrootcert in its address.`,
  );
const damaged = (message: string): Saying => ({
  code: 'data-damaged',
  sentence: `PostgreSQL finds its data damaged (${message}). Stop Vedette and restore the database from a backup.`,
});

const byCode: Readonly<Record<string, (message: string) => Saying>> = {
  '28000': refused,
  '28P01': refused,
  '42501': refused,
  '3D000': (message) =>
    unavailable(`The database is not there (${message}). Make it, or correct its name in the address.`),
  '57014': () => unavailable('The database took too long for this. Try again, or ask for less.'),
  '55P03': () => unavailable('Others hold what this would change for too long. Try again.'),
  '53100': () => ({
    code: 'data-full',
    sentence: 'The disk of the database is full. Make room on it, or give it a larger one.',
  }),
  '53200': () =>
    unavailable('The memory of the database is full. Give it more, or raise its limits of locks.'),
  '22021': () => ({ code: 'request-invalid', sentence: 'A text has a character that cannot be stored.' }),
  XX001: damaged,
  XX002: damaged,
};

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
