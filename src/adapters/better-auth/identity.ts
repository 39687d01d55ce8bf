// Identity on better-auth: accounts with e-mail and password, sessions in the database, nothing sent anywhere.

import type { BetterAuthOptions } from 'better-auth';
import { APIError, betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import type { Kysely } from 'kysely';
import { VedetteError } from '../../core/errors.ts';
import { maxPasswordLength, minPasswordLength } from '../../core/organization/password.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Identity, User } from '../../core/ports/identity.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Secret } from '../../core/secret.ts';

const sessionSeconds = 30 * 86_400;
/** An account without a password that is older was left by a crash; a younger one is being made right now. */
const unfinishedAfterMs = 60_000;

export interface IdentityOptions<Schema> {
  /** Where accounts and sessions are kept, in tables whose names begin with "identity_". */
  readonly database: Kysely<Schema>;
  /** How people reach this installation; with https, cookies travel over https only. */
  readonly baseUrl: string;
  /** Signs session cookies: at least 32 random characters. Another secret ends every session. */
  readonly secret: Secret;
  readonly log: Log;
  readonly clock: Clock;
}

/** Opens the identity provider and brings its tables up to date. */
export async function betterAuthIdentity<Schema>(options: IdentityOptions<Schema>): Promise<Identity> {
  const configuration = {
    appName: 'Vedette',
    baseURL: options.baseUrl,
    secret: options.secret.reveal(),
    database: { db: options.database, type: 'sqlite' },
    telemetry: { enabled: false },
    logger: { log: (level, message, ...rest) => relay(options.log, level, message, rest) },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength, maxPasswordLength },
    user: { modelName: 'identity_user' },
    account: { modelName: 'identity_account' },
    verification: { modelName: 'identity_verification' },
    // A fixed end, so that a stolen cookie cannot be kept alive for ever.
    session: { modelName: 'identity_session', expiresIn: sessionSeconds, disableSessionRefresh: true },
    // Attempts are counted at the HTTP edge, in the cache that all processes share.
    rateLimit: { enabled: false },
    advanced: {
      cookiePrefix: 'vedette',
      useSecureCookies: options.baseUrl.startsWith('https:'),
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax' },
      // Its own HTTP interface is not reachable. Requests are checked at our HTTP edge, which knows every name
      // by which this installation is reached.
      disableCSRFCheck: true,
      disableOriginCheck: true,
      ipAddress: { disableIpTracking: true },
    },
  } satisfies BetterAuthOptions;
  await (await getMigrations(configuration)).runMigrations();
  const auth = betterAuth(configuration);
  const context = await auth.$context;

  return {
    async user(headers) {
      if (!headers.has('cookie')) return null;
      const found = await auth.api.getSession({ headers });
      return found === null ? null : userOf(found.user);
    },

    async createUser({ name, email, password }) {
      const plain = password.reveal();
      checkPassword(plain);
      const address = email.toLowerCase();
      const known = await context.internalAdapter.findUserByEmail(address, { includeAccounts: true });
      const unfinished = known !== null && known.accounts.length === 0;
      const ageMs = known === null ? 0 : options.clock.now() - known.user.createdAt.getTime();
      if (known !== null && !(unfinished && ageMs > unfinishedAfterMs)) throw taken();
      const hash = await context.password.hash(plain);
      const at = new Date(options.clock.now());
      // An account that lost its second half when the power failed is completed.
      const user =
        known?.user ??
        (await orTaken(
          context.internalAdapter.createUser(
            { email: address, name, emailVerified: false, createdAt: at, updatedAt: at },
            { method: 'email-password' },
          ),
        ));
      await context.internalAdapter.linkAccount({
        userId: user.id,
        providerId: 'credential',
        accountId: user.id,
        password: hash,
      });
      return userOf(user);
    },

    async signIn({ email, password }, headers) {
      try {
        const answer = await auth.api.signInEmail({
          body: { email, password: password.reveal() },
          headers: new Headers({ 'user-agent': headers.get('user-agent') ?? '' }),
          returnHeaders: true,
        });
        return { user: userOf(answer.response.user), headers: cookiesOf(answer.headers) };
      } catch (cause) {
        throw translated(cause);
      }
    },

    async signOut(headers) {
      const answer = await auth.api.signOut({ headers, returnHeaders: true });
      return cookiesOf(answer.headers);
    },
  };
}

function userOf({ id, name, email }: User): User {
  return { id, name, email };
}

function checkPassword(password: string): void {
  if (password.length >= minPasswordLength && password.length <= maxPasswordLength) return;
  const sentence = `The password must be text of ${minPasswordLength} to ${maxPasswordLength} characters.`;
  throw new VedetteError('request-invalid', sentence, { fields: { password: sentence } });
}

function taken(cause?: unknown): VedetteError {
  return new VedetteError('conflict', 'There is an account with this e-mail address already.', { cause });
}

// Two parallel callers: the unique index lets one of them through.
async function orTaken<T>(creation: Promise<T>): Promise<T> {
  try {
    return await creation;
  } catch (cause) {
    if (/unique/i.test(String(cause))) throw taken(cause);
    throw cause;
  }
}

function translated(cause: unknown): unknown {
  if (!(cause instanceof APIError)) return cause;
  if (cause.statusCode === 429) return new VedetteError('too-many-requests', undefined, { cause });
  // Unknown account, wrong password, malformed or overlong input: the answer must not tell which.
  if (cause.statusCode < 500) return new VedetteError('credentials-wrong', undefined, { cause });
  return cause;
}

function cookiesOf(headers: Headers): Headers {
  const cookies = new Headers();
  for (const cookie of headers.getSetCookie()) cookies.append('set-cookie', cookie);
  return cookies;
}

// Its messages can name e-mail addresses, so only what went wrong inside reaches the log.
function relay(log: Log, level: string, message: string, rest: readonly unknown[]): void {
  if (level === 'error') log.error('The identity provider reports an error', { message, error: rest[0] });
}
