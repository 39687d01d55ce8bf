// Proof that a number is the person's: a code sent there, and given back. No other number is ever sent anything else.

import { VedetteError } from '../errors.ts';
import { newId } from '../identifiers.ts';
import type { Member } from '../organization/organization.ts';
import type { Cache } from '../ports/cache.ts';
import type { Clock } from '../ports/clock.ts';
import type { Notifiers } from '../ports/notifier.ts';
import type { Records } from '../ports/records.ts';
import type { ChannelId } from '../brand.ts';
import { spoken } from './short.ts';

/** How long a code counts, in ms: a slow text message, and no more. */
const codeLifeMs = 10 * 60_000;
/** Codes sent for one person in an hour: each costs money, and rings at a number that may be a stranger's. */
const codesAnHour = 4;
/** Codes sent to one number in a day, whoever asks: nobody is rung up by strangers all day. */
const codesToANumber = 8;
/** Tries at one code: of a million, five find one in two hundred thousand. */
const triesAtACode = 5;
const hourMs = 3_600_000;

interface ProofDeps {
  readonly records: Records;
  readonly cache: Cache;
  readonly clock: Clock;
  readonly notifiers: Notifiers;
}

/**
 * Sends a code to the number of a member: as a text message, or by a call. Errors: `request-invalid` (no number),
 * `too-many-requests`, `channel-failed`.
 */
export async function sendPhoneCode(
  { cache, clock, notifiers }: ProofDeps,
  member: Member,
  { kind, signal }: { kind: 'sms' | 'voice'; signal: AbortSignal },
): Promise<void> {
  const number = numberOf(member);
  const target = { kind, number } as const;
  const refusal = notifiers[kind].refusal(target);
  if (refusal !== null) throw new VedetteError('channel-failed', refusal);
  await limit(cache, `phone-codes/${member.userId}`, codesAnHour, hourMs);
  await limit(cache, `phone-codes-to/${number}`, codesToANumber, 24 * hourMs);
  const code = newCode();
  await cache.set(codeKey(member), new TextEncoder().encode(`${number} ${code}`), codeLifeMs);
  await cache.delete(triesKey(member));
  const words = `${code} is your Vedette code. Nobody from us ever asks for it.`;
  const result = await notifiers[kind].send(
    {
      idempotencyKey: newId<ChannelId>(clock),
      title: 'Vedette code',
      text: words,
      short: words,
      spoken: spoken(`Your code is ${[...code].join(', ')}.`),
      subject: 'code',
      url: '',
      data: {},
      snapshot: null,
    },
    target,
    signal,
  );
  if (result.outcome === 'failed') throw new VedetteError('channel-failed', result.reason);
}

/**
 * Takes the code that was sent: the number is the member's from now on, until they enter another. A code works once.
 * Errors: `code-wrong`, `too-many-requests`.
 */
export async function provePhone(
  { records, cache, clock }: Omit<ProofDeps, 'notifiers'>,
  member: Member,
  code: string,
): Promise<void> {
  const number = numberOf(member);
  await limit(cache, triesKey(member), triesAtACode, codeLifeMs);
  const sent = await cache.get(codeKey(member));
  if (sent === null || !same(new TextDecoder().decode(sent), `${number} ${code.trim()}`)) {
    throw new VedetteError('code-wrong', 'This is not the code that was sent to your number last.');
  }
  if ((await cache.take(codeKey(member))) === null) throw new VedetteError('code-wrong');
  await records.preferences.provePhone(member.id, member.organizationId, number, clock.now());
}

function numberOf({ phone }: Member): string {
  if (phone !== null) return phone;
  throw new VedetteError('request-invalid', 'Enter your phone number in your account first.');
}

async function limit(cache: Cache, key: string, most: number, windowMs: number): Promise<void> {
  const { count, leftMs } = await cache.increment(key, windowMs);
  if (count > most) throw new VedetteError('too-many-requests', undefined, { retryAfterMs: leftMs });
}

/** Six digits, each of them as likely as the others: what is above the largest multiple of a million is thrown again. */
function newCode(): string {
  const most = Math.floor(2 ** 32 / 1e6) * 1e6;
  for (;;) {
    const [value = most] = crypto.getRandomValues(new Uint32Array(1));
    if (value < most) return String(value % 1_000_000).padStart(6, '0');
  }
}

/** Compares without telling by its time where the first difference is. */
function same(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let index = 0; index < a.length; index += 1) {
    difference |= a.charCodeAt(index) ^ (b.charCodeAt(index) || 0);
  }
  return difference === 0;
}

function codeKey({ id }: Member): string {
  return `phone-code/${id}`;
}

function triesKey({ id }: Member): string {
  return `phone-code-tries/${id}`;
}
