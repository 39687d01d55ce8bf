// Second factors: TOTP and recovery codes, each code once, wrong ones counted.

import { randomBytes } from 'node:crypto';
import type { Where } from 'better-auth';
import { z } from 'zod';
import { VedetteError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { SecondFactor } from '../../core/ports/second-factor.ts';
import { type Secret, secret } from '../../core/secret.ts';
import type { BetterAuth } from './configuration.ts';
import { settingCookies } from './cookies.ts';
import type { Factors } from './factors.ts';
import { makeRecoveryCodes } from './recovery-codes.ts';
import { codeChecks } from './second-factor-codes.ts';
import { model } from './second-factor-tries.ts';
import type { SessionStore } from './sessions.ts';
import { totpUri } from './totp.ts';

/** RFC 4226 §4 R6 recommends 160 bits. */
const keyBytes = 20;
export interface SecondFactors {
  isSetUp(userId: string): Promise<boolean>;
  /** Those of the accounts that have one. */
  setUpBy(userIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Uses up a code of the account. Errors: `code-wrong`, `too-many-requests` (too many wrong ones). */
  check(userId: string, code: string): Promise<void>;
  readonly port: SecondFactor;
}

export interface SecondFactorOptions {
  readonly factors: Factors;
  readonly betterAuth: BetterAuth;
  readonly sessions: SessionStore;
  readonly clock: Clock;
  readonly secret: Secret;
}

/** Second factors in a table of ours; keys are sealed, recovery codes kept only as proofs. */
export function storedSecondFactors(options: SecondFactorOptions): SecondFactors {
  const { betterAuth, factors, sessions, clock } = options;
  const { adapter, internal } = betterAuth;
  const codes = codeChecks(options);

  async function isSetUp(userId: string): Promise<boolean> {
    return (await codes.find(userId))?.isConfirmed === true;
  }

  async function begin(headers: Headers): ReturnType<SecondFactor['begin']> {
    const found = await sessions.requireOwn(headers);
    const { user } = found;
    await factors.requireProof(found);
    if (await isSetUp(user.id)) throw new VedetteError('conflict', 'A second factor is set up already.');
    if (!(await internal.findCredentialAccount(user.id))?.password) {
      throw new VedetteError('conflict', 'Set a password first: a second factor is asked for after it.');
    }
    const key = randomBytes(keyBytes);
    const recoveryCodes = makeRecoveryCodes();
    const where = [
      { field: 'userId', value: user.id },
      { field: 'isConfirmed', value: false },
    ];
    await adapter.deleteMany({ model, where });
    const data = {
      userId: user.id,
      totpSecret: await codes.seal(key),
      recoveryCodes: codes.proofsOf(user.id, recoveryCodes),
      isConfirmed: false,
      lastStep: 0,
      tries: 0,
      triedAt: new Date(clock.now()),
    };
    await adapter.create({ model, data }).catch((cause: unknown) => {
      if (!/unique/i.test(String(cause))) throw cause;
      throw new VedetteError('conflict', 'This was begun in another window. Begin again.', { cause });
    });
    const uri = secret(totpUri(key, { issuer: 'Vedette', account: user.email }));
    return { uri, recoveryCodes: recoveryCodes.map(secret) };
  }

  return {
    isSetUp,
    async setUpBy(userIds) {
      const where: Where[] = [
        { field: 'userId', operator: 'in', value: [...userIds] },
        { field: 'isConfirmed', value: true },
      ];
      const rows = await adapter.findMany<unknown>({ model, where, limit: userIds.length });
      return new Set(rows.map((found) => z.object({ userId: z.string() }).parse(found).userId));
    },
    async check(userId, code) {
      if (!(await isSetUp(userId))) throw new VedetteError('code-wrong');
      await codes.spend(userId, code);
    },
    port: {
      begin,
      async confirm(code, headers) {
        const found = await sessions.requireOwn(headers);
        const { user, session } = found;
        // Also now: a passkey may have been added since this was begun.
        await factors.requireProof(found);
        if ((await codes.find(user.id)) === null) throw notBegun();
        // A recovery code says nothing of whether the app was set up well.
        await codes.spend(user.id, code.replaceAll(/\s/g, ''), 'totp only');
        const where = [{ field: 'userId', value: user.id }];
        await adapter.update<unknown>({ model, where, update: { isConfirmed: true } });
        const cookie = await sessions.renew(session.id, { isProven: true, isStrong: true });
        await sessions.unproveWeak(user.id);
        return settingCookies(cookie);
      },
      async renewRecoveryCodes(headers) {
        const { user } = await sessions.requireOwn(headers);
        if (!(await isSetUp(user.id))) throw notBegun();
        const renewed = makeRecoveryCodes();
        const update = { recoveryCodes: codes.proofsOf(user.id, renewed) };
        await adapter.update<unknown>({ model, where: [{ field: 'userId', value: user.id }], update });
        return renewed.map(secret);
      },
      async remove(userId) {
        await adapter.deleteMany({ model, where: [{ field: 'userId', value: userId }] });
        await sessions.weaken(userId);
      },
    },
  };
}

function notBegun(): VedetteError {
  return new VedetteError('conflict', 'No second factor is being set up. Begin with that.');
}
