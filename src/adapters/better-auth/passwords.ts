// Passwords: Argon2id (RFC 9106) in PHC strings, a few at once; older forms are verified and named outdated.

import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { verifyPassword } from 'better-auth/crypto';
import { VedetteError } from '../../core/errors.ts';

/** Shortest and longest password, in characters; pages and the wire contract say the same. */
export const minPasswordLength = 10;
export const maxPasswordLength = 128;

/** OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane. Larger numbers apply from the next sign-in on. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const saltBytes = 16;
const tagBytes = 32;
/** Hashes at once: 40 ms and 19 MiB each, on half of the four threads that files and databases need as well. */
export const maxHashesAtOnce = 2;
/** Hashes that wait: a second of work. Who comes then is told to come again. */
export const maxHashesWaiting = 48;

const argon2id = promisify((parameters: Argon2Parameters, done: (error: Error | null, tag: Buffer) => void) =>
  argon2('argon2id', parameters, done),
);

/** `outdated` is right, but stored in a form that should be replaced now that the password is at hand. */
export type Verdict = 'right' | 'outdated' | 'wrong';

export interface Passwords {
  /** Errors: `request-invalid` (too short or long), `too-many-requests`. */
  hash(plain: string): Promise<string>;
  /** Where nothing is stored the same work is done, and the answer is no. Errors: `too-many-requests`. */
  verify(stored: string | null, plain: string): Promise<Verdict>;
}

/** Hashes and verifies passwords. */
export function argon2Passwords(): Passwords {
  const inTurn = turns(maxHashesAtOnce, maxHashesWaiting);
  // Nobody's: it belongs to no password.
  const decoy: Phc = { ...cost, salt: randomBytes(saltBytes), tag: randomBytes(tagBytes) };
  return {
    async hash(plain) {
      checkLength(plain);
      const salt = randomBytes(saltBytes);
      const tag = await inTurn(() => derive(plain, { ...cost, salt, tag: Buffer.alloc(tagBytes) }));
      return phcString({ ...cost, salt, tag });
    },
    verify(stored, plain) {
      return inTurn(async () => {
        if (stored === null) {
          await derive(plain, decoy);
          return 'wrong';
        }
        const phc = parsePhc(stored);
        if (phc === null) return (await isRightByScrypt(stored, plain)) ? 'outdated' : 'wrong';
        if (!timingSafeEqual(await derive(plain, phc), phc.tag)) return 'wrong';
        return isCurrent(phc) ? 'right' : 'outdated';
      });
    },
  };
}

interface Phc {
  /** KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly salt: Buffer;
  readonly tag: Buffer;
}

function derive(plain: string, { memory, passes, parallelism, salt, tag }: Phc): Promise<Buffer> {
  // What looks the same on two keyboards is the same (NIST SP 800-63B §5.1.1.2).
  const message = plain.normalize('NFKC');
  return argon2id({ message, nonce: salt, parallelism, tagLength: tag.length, memory, passes });
}

function isCurrent({ memory, passes, parallelism, tag }: Phc): boolean {
  return (
    memory === cost.memory &&
    passes === cost.passes &&
    parallelism === cost.parallelism &&
    tag.length === tagBytes
  );
}

// $argon2id$v=19$m=19456,t=2,p=1$salt$tag, base64 without padding (PHC string format).
const phcForm =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{16,86})$/;

function phcString({ memory, passes, parallelism, salt, tag }: Phc): string {
  const base64 = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '');
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`;
}

function parsePhc(stored: string): Phc | null {
  const [, memory, passes, parallelism, salt, tag] = phcForm.exec(stored) ?? [];
  if (salt === undefined || tag === undefined) return null;
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  };
}

/** The form of before Argon2id: "salt:key" in hexadecimal digits, by scrypt. */
async function isRightByScrypt(stored: string, plain: string): Promise<boolean> {
  if (!/^[0-9a-f]+:[0-9a-f]+$/.test(stored)) return false;
  return verifyPassword({ hash: stored, password: plain });
}

function checkLength(plain: string): void {
  if (plain.length >= minPasswordLength && plain.length <= maxPasswordLength) return;
  const sentence = `Use ${minPasswordLength} to ${maxPasswordLength} characters.`;
  throw new VedetteError('request-invalid', sentence, { fields: { password: sentence } });
}

/** Lets `atOnce` run and `waiting` wait, first come, first served. Errors: `too-many-requests`. */
function turns(atOnce: number, waiting: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const queue: (() => void)[] = [];
  return async (work) => {
    if (running < atOnce) running += 1;
    else if (queue.length < waiting) await new Promise<void>((resolve) => queue.push(resolve));
    else
      throw new VedetteError(
        'too-many-requests',
        'Many people are signing in right now. Try again in a moment.',
      );
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
