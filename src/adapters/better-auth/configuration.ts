// How better-auth is configured: our tables, no telemetry, no HTTP interface of its own.

import type { AuthContext, BetterAuthOptions, BetterAuthPlugin } from 'better-auth';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { jwt } from 'better-auth/plugins/jwt';
import type { Kysely } from 'kysely';
import type { Cache } from '../../core/ports/cache.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Secret } from '../../core/secret.ts';

/** A session that nobody used for so long ends. */
export const defaultIdleTimeoutMs = 7 * 86_400_000;
/** A session ends after this, however busy, so that a stolen cookie cannot be kept alive for ever. */
export const defaultAbsoluteTimeoutMs = 30 * 86_400_000;
/** A key signs for so long, and is published a day longer: tokens live an hour at most. */
const keyRotationSeconds = 30 * 86_400;
const keyGraceSeconds = 86_400;

export interface IdentityOptions<Schema> {
  /** Where accounts and sessions are kept, in tables whose names begin with "identity_". */
  readonly database: Kysely<Schema>;
  /** What the database runs on. Default: `sqlite`. */
  readonly engine?: 'sqlite' | 'postgres';
  /** Runs work while no other process does: of several that start at once, one makes the tables. */
  readonly exclusively?: <T>(work: () => Promise<T>) => Promise<T>;
  /** How people reach this installation. With https, cookies travel over https only; passkeys are bound to its host. */
  readonly baseUrl: string;
  /** Signs cookies and seals keys: at least 32 random characters. Another secret ends every session. */
  readonly secret: Secret;
  readonly log: Log;
  readonly clock: Clock;
  readonly idleTimeoutMs?: number;
  readonly absoluteTimeoutMs?: number;
  /**
   * Where sessions are kept instead of in a table: an end counts at once in every process, and what it forgets is signed
   * in again. Without it what a process found is remembered for two seconds.
   */
  readonly sharedCache?: Cache;
}

const optional = { required: false, input: false } as const;

/** What better-auth keeps of a session besides its own fields. Older rows have none of it. */
const sessionFields = {
  lastSeenAt: { type: 'date', ...optional },
  provenAt: { type: 'date', ...optional },
  isStrong: { type: 'boolean', ...optional },
  organizationId: { type: 'string', ...optional },
  providerId: { type: 'string', ...optional, index: true },
  providerSubject: { type: 'string', ...optional },
  providerSessionId: { type: 'string', ...optional },
} as const;

const ofUser = { type: 'string', required: true, references: { model: 'user', field: 'id' } } as const;

/**
 * Second factors and passkeys have tables of ours. better-auth's own plugins for them accept a code twice while it is
 * valid, ask authenticators for user verification only as a preference, and can check a passkey only by signing in.
 */
const ourTables = {
  id: 'vedette',
  schema: {
    secondFactor: {
      modelName: 'identity_second_factor',
      fields: {
        userId: { ...ofUser, unique: true },
        /** Sealed with the secret. */
        totpSecret: { type: 'string', required: true },
        /** JSON list of what proves a recovery code; each is taken out when it is used. */
        recoveryCodes: { type: 'string', required: true },
        isConfirmed: { type: 'boolean', required: true },
        /** The newest time step whose code was used: it and all before are spent. */
        lastStep: { type: 'number', required: true },
        /** Tries since the last right code. */
        tries: { type: 'number', required: true },
        triedAt: { type: 'date', required: true },
      },
    },
    passkey: {
      modelName: 'identity_passkey',
      fields: {
        userId: { ...ofUser, index: true },
        name: { type: 'string', required: true },
        credentialId: { type: 'string', required: true, unique: true },
        /** COSE key, base64. */
        publicKey: { type: 'string', required: true },
        counter: { type: 'number', required: true },
        createdAt: { type: 'date', required: true },
      },
    },
  },
} as const satisfies BetterAuthPlugin;

function configuration<Schema>(options: IdentityOptions<Schema>) {
  return {
    appName: 'Vedette',
    baseURL: options.baseUrl,
    secret: options.secret.reveal(),
    database: { db: options.database, type: options.engine ?? 'sqlite' },
    telemetry: { enabled: false },
    logger: { log: (level, message, ...rest) => relay(options.log, level, message, rest) },
    user: {
      modelName: 'identity_user',
      additionalFields: { isDisabled: { type: 'boolean', required: false, input: false } },
    },
    account: { modelName: 'identity_account' },
    verification: { modelName: 'identity_verification' },
    session: { modelName: 'identity_session', additionalFields: sessionFields },
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
    plugins: [
      ourTables,
      jwt({
        schema: { jwks: { modelName: 'identity_key' } },
        disableSettingJwtHeader: true,
        jwks: {
          keyPairConfig: { alg: 'EdDSA', crv: 'Ed25519' },
          rotationInterval: keyRotationSeconds,
          gracePeriod: keyGraceSeconds,
        },
      }),
    ],
  } satisfies BetterAuthOptions;
}

/** What the other files use of better-auth. */
export interface BetterAuth {
  /** Rows of every table, ours too. */
  readonly adapter: Pick<
    AuthContext['adapter'],
    'create' | 'findOne' | 'findMany' | 'update' | 'updateMany' | 'deleteMany' | 'consumeOne' | 'incrementOne'
  >;
  /** The same, by what they mean. */
  readonly internal: AuthContext['internalAdapter'];
  /** Seals what must be read again. */
  readonly sealKey: AuthContext['secretConfig'];
  signToken(payload: Record<string, unknown>): Promise<string>;
  keySet(): Promise<{ keys: readonly object[] }>;
}

/** Opens better-auth and brings its tables up to date. */
export async function openBetterAuth<Schema>(options: IdentityOptions<Schema>): Promise<BetterAuth> {
  const configured = configuration(options);
  const bringUpToDate = async () => (await getMigrations(configured)).runMigrations();
  await (options.exclusively === undefined ? bringUpToDate() : options.exclusively(bringUpToDate));
  const { api, $context } = betterAuth(configured);
  const { adapter, internalAdapter, secretConfig } = await $context;
  return {
    adapter,
    internal: internalAdapter,
    sealKey: secretConfig,
    signToken: async (payload) => (await api.signJWT({ body: { payload } })).token,
    keySet: () => api.getJwks(),
  };
}

// Its messages can name e-mail addresses, so only what went wrong inside reaches the log.
function relay(log: Log, level: string, message: string, rest: readonly unknown[]): void {
  if (level === 'error') log.error('The identity provider reports an error', { message, error: rest[0] });
}
