// Accounts: made, looked up, changed, disabled.

import type { Where } from 'better-auth';
import { z } from 'zod';
import { VedetteError } from '../../core/errors.ts';
import type { Account, Accounts } from '../../core/ports/accounts.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { User } from '../../core/ports/identity.ts';
import type { BetterAuth } from './configuration.ts';
import type { Passwords } from './passwords.ts';
import type { SecondFactors } from './second-factor.ts';
import type { SessionStore } from './sessions.ts';

/** An account without its second half that is older was left by a crash; a younger one is being made right now. */
const unfinishedAfterMs = 60_000;

const userRow = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  createdAt: z.date(),
  emailVerified: z.boolean(),
  isDisabled: z.boolean().nullish(),
});
type UserRow = z.infer<typeof userRow>;
const credentialRow = z.object({ userId: z.string(), password: z.string().nullish() });

export interface AccountsOptions {
  readonly betterAuth: BetterAuth;
  readonly passwords: Passwords;
  readonly secondFactors: SecondFactors;
  readonly sessions: SessionStore;
  readonly clock: Clock;
}

/** The port over better-auth's users, and the credential that each has: a password, or none. */
export function betterAuthAccounts(options: AccountsOptions): Accounts {
  const { betterAuth, passwords, sessions } = options;
  const { adapter, internal } = betterAuth;

  async function change(userId: string, update: Record<string, unknown>): Promise<User> {
    const where = [{ field: 'id', value: userId }];
    try {
      const found = await orTaken(adapter.update<unknown>({ model: 'user', where, update }));
      if (found === null) throw new VedetteError('not-found', 'There is no such account.');
      return userOf(userRow.parse(found));
    } finally {
      sessions.forget();
    }
  }

  async function setPassword(userId: string, hashed: string): Promise<void> {
    if ((await internal.findUserById(userId)) === null) {
      throw new VedetteError('not-found', 'There is no such account.');
    }
    if ((await internal.findCredentialAccount(userId)) === null) await link(betterAuth, userId, hashed);
    else await internal.updatePassword(userId, hashed);
  }

  return {
    create: (input) => create(options, input),
    async find(userId) {
      const [account = null] = await detailed(options, [await internal.findUserById(userId)]);
      return account;
    },
    async findMany(userIds) {
      if (userIds.length === 0) return [];
      const where: Where[] = [{ field: 'id', operator: 'in', value: [...userIds] }];
      return detailed(
        options,
        await adapter.findMany<unknown>({ model: 'user', where, limit: userIds.length }),
      );
    },
    async isEnabled(userId) {
      const found = await internal.findUserById(userId);
      return found !== null && userRow.parse(found).isDisabled !== true;
    },
    async findByEmail(email) {
      const known = await internal.findUserByEmail(email.toLowerCase());
      const [account = null] = await detailed(options, [known?.user ?? null]);
      return account;
    },
    async page(afterEmail, limit) {
      const after = { field: 'email', operator: 'gt', value: afterEmail } as const;
      const users = await adapter.findMany<unknown>({
        model: 'user',
        where: afterEmail === null ? [] : [after],
        sortBy: { field: 'email', direction: 'asc' },
        limit,
      });
      return detailed(options, users);
    },
    async mailboxProven(userId) {
      await change(userId, { emailVerified: true });
    },
    async remove(userId) {
      const where = [{ field: 'userId', value: userId }];
      for (const model of ['passkey', 'secondFactor']) await adapter.deleteMany({ model, where });
      await sessions.port.endAll(userId);
      await internal.deleteUser(userId);
    },
    change: (userId, { name, email }) =>
      change(userId, {
        ...(name === undefined ? {} : { name }),
        ...(email === undefined ? {} : { email: email.toLowerCase(), emailVerified: false }),
        updatedAt: new Date(options.clock.now()),
      }),
    async changePassword(userId, current, next) {
      const stored = (await internal.findCredentialAccount(userId))?.password ?? null;
      const verdict = await passwords.verify(stored, current.reveal());
      if (verdict === 'wrong') throw new VedetteError('credentials-wrong', 'The current password is wrong.');
      await setPassword(userId, await passwords.hash(next.reveal()));
    },
    setPassword: async (userId, next) => setPassword(userId, await passwords.hash(next.reveal())),
    async setDisabled(userId, isDisabled) {
      await change(userId, { isDisabled });
      if (isDisabled) await sessions.port.endAll(userId);
    },
  };
}

async function create(
  { betterAuth, passwords, clock }: AccountsOptions,
  { name, email, password, isMailboxProven = false }: Parameters<Accounts['create']>[0],
): Promise<User> {
  const { internal } = betterAuth;
  const address = email.toLowerCase();
  // Before hashing, so that whoever asks for a taken address costs nothing; and after, because hashing takes a while.
  await unfinished(betterAuth, clock, address);
  const hashed = password === null ? null : await passwords.hash(password.reveal());
  const known = await unfinished(betterAuth, clock, address);
  const at = new Date(clock.now());
  // An account that lost its second half when the power failed is completed.
  const user =
    known ??
    (await orTaken(
      internal.createUser(
        { email: address, name, emailVerified: isMailboxProven, createdAt: at, updatedAt: at },
        { method: 'email-password' },
      ),
    ));
  await link(betterAuth, user.id, hashed);
  return userOf(user);
}

/** The user of this address that a crash left without its second half, or null. Errors: `conflict` (it is whole). */
async function unfinished({ internal }: BetterAuth, clock: Clock, address: string) {
  const known = await internal.findUserByEmail(address, { includeAccounts: true });
  if (known === null) return null;
  const ageMs = clock.now() - known.user.createdAt.getTime();
  if (known.accounts.length > 0 || ageMs <= unfinishedAfterMs) throw taken();
  return known.user;
}

// Everybody has one, also who has no password: without it an account counts as unfinished.
async function link({ internal }: BetterAuth, userId: string, password: string | null): Promise<void> {
  await internal.linkAccount({ userId, providerId: 'credential', accountId: userId, password });
}

/** Users as accounts, in their order; two more questions for all of them. */
async function detailed(
  { betterAuth: { adapter }, secondFactors }: AccountsOptions,
  found: readonly unknown[],
): Promise<Account[]> {
  const users = found.filter((user) => user !== null).map((user) => userRow.parse(user));
  if (users.length === 0) return [];
  const userIds = users.map(({ id }) => id);
  const where = [
    { field: 'userId', operator: 'in', value: userIds } as const,
    { field: 'providerId', value: 'credential' },
  ];
  const rows = await adapter.findMany<unknown>({ model: 'account', where, limit: userIds.length });
  const credentials = z.array(credentialRow).parse(rows);
  const withPassword = new Set(credentials.flatMap(({ userId, password }) => (password ? [userId] : [])));
  const withSecondFactor = await secondFactors.setUpBy(userIds);
  return users.map((user) => ({
    ...userOf(user),
    isDisabled: user.isDisabled === true,
    hasPassword: withPassword.has(user.id),
    hasSecondFactor: withSecondFactor.has(user.id),
    isMailboxProven: user.emailVerified,
  }));
}

function userOf({ id, name, email }: Pick<UserRow, 'id' | 'name' | 'email'>): User {
  return { id, name, email };
}

function taken(cause?: unknown): VedetteError {
  return new VedetteError('conflict', 'There is an account with this e-mail address already.', { cause });
}

// Two parallel callers: the unique index lets one of them through.
async function orTaken<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (/unique/i.test(String(cause))) throw taken(cause);
    throw cause;
  }
}
