// The codes of a second factor: checked, spent, and counted where they are wrong.

import { symmetricDecrypt, symmetricEncrypt } from 'better-auth/crypto';
import { z } from 'zod';
import { VedetteError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Secret } from '../../core/secret.ts';
import type { BetterAuth } from './configuration.ts';
import { proofOfRecoveryCode } from './recovery-codes.ts';
import { countedTries, model } from './second-factor-tries.ts';
import { matchingStep } from './totp.ts';

const row = z
  .object({
    totpSecret: z.string(),
    recoveryCodes: z.string(),
    isConfirmed: z.boolean(),
    lastStep: z.number(),
  })
  .nullable();
const proofs = z.array(z.string());

export interface CodeOptions {
  readonly betterAuth: BetterAuth;
  readonly clock: Clock;
  readonly secret: Secret;
}

/** How codes are checked and spent: each step is one conditional update, whoever else tries at the same time. */
export function codeChecks({ betterAuth, clock, secret }: CodeOptions) {
  const { adapter, sealKey: key } = betterAuth;
  const tries = countedTries({ betterAuth, clock });

  async function find(userId: string) {
    return row.parse(await adapter.findOne<unknown>({ model, where: [{ field: 'userId', value: userId }] }));
  }

  async function spendTotp(userId: string, sealed: string, code: string): Promise<boolean> {
    const totpKey = Buffer.from(await symmetricDecrypt({ key, data: sealed }), 'base64');
    const step = matchingStep(totpKey, code, clock.now());
    if (step === null) return false;
    const where = [
      { field: 'userId', value: userId },
      { field: 'lastStep', operator: 'lt', value: step } as const,
    ];
    return (await adapter.incrementOne({ model, where, increment: {}, set: { lastStep: step } })) !== null;
  }

  async function spendRecoveryCode(userId: string, stored: string, code: string): Promise<boolean> {
    const left = proofs.parse(JSON.parse(stored));
    const proof = proofOfRecoveryCode(secret, userId, code);
    if (!left.includes(proof)) return false;
    const recoveryCodes = JSON.stringify(left.filter((other) => other !== proof));
    const where = [
      { field: 'userId', value: userId },
      { field: 'recoveryCodes', value: stored },
    ];
    return (await adapter.incrementOne({ model, where, increment: {}, set: { recoveryCodes } })) !== null;
  }

  return {
    find,
    seal: (totpKey: Buffer) => symmetricEncrypt({ key, data: totpKey.toString('base64') }),
    proofsOf: (userId: string, codes: readonly string[]) =>
      JSON.stringify(codes.map((code) => proofOfRecoveryCode(secret, userId, code))),
    async spend(userId: string, code: string, only?: 'totp only'): Promise<void> {
      await tries.count(userId);
      const found = await find(userId);
      const isTotp = /^\d{6}$/.test(code) || only !== undefined;
      const isRight =
        found !== null &&
        (isTotp
          ? await spendTotp(userId, found.totpSecret, code)
          : await spendRecoveryCode(userId, found.recoveryCodes, code));
      if (!isRight) throw new VedetteError('code-wrong');
      const where = [{ field: 'userId', value: userId }];
      await adapter.update<unknown>({ model, where, update: { tries: 0 } });
    },
  };
}
