// One's own account: the queries and intentions on it.

import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import {
  Account,
  type AccountChange,
  CeremonyOptions,
  DeviceSession,
  EmailAnswer,
  Passkey,
  type PasswordChange,
  RecoveryCodes,
  SecondFactorBegun,
} from '../../src/http/contract/account.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { request, send } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';
import { makePasskey } from '../session/passkey.ts';

export const accountQuery = queryOptions({
  queryKey: keys.account,
  queryFn: ({ signal }) => request(Account, paths.account, { signal }),
});

export const accountSessionsQuery = queryOptions({
  queryKey: keys.accountSessions,
  queryFn: ({ signal }) => request(z.array(DeviceSession), paths.accountSessions, { signal }),
});

export const passkeysQuery = queryOptions({
  queryKey: keys.passkeys,
  queryFn: ({ signal }) => request(z.array(Passkey), paths.passkeys, { signal }),
});

export function changeAccount(change: AccountChange): Promise<void> {
  return send(paths.account, { method: 'PATCH', body: change });
}

/** Whether the new address counts already, or must be confirmed from its mailbox. Errors: `conflict`. */
export async function changeEmail(email: string): Promise<boolean> {
  const { isConfirmed } = await request(EmailAnswer, paths.accountEmail, { method: 'POST', body: { email } });
  return isConfirmed;
}

export function changePassword(change: z.infer<typeof PasswordChange>): Promise<void> {
  return send(paths.accountPassword, { method: 'PUT', body: change });
}

export function endSession(sessionId: string): Promise<void> {
  return send(paths.accountSession(sessionId), { method: 'DELETE' });
}

export function endOtherSessions(): Promise<void> {
  return send(paths.accountSessions, { method: 'DELETE' });
}

export function beginSecondFactor(): Promise<SecondFactorBegun> {
  return request(SecondFactorBegun, paths.secondFactor, { method: 'POST' });
}

/** Errors: `code-wrong`. */
export function confirmSecondFactor(code: string): Promise<void> {
  return send(paths.secondFactorConfirm, { method: 'POST', body: { code } });
}

export function removeSecondFactor(): Promise<void> {
  return send(paths.secondFactor, { method: 'DELETE' });
}

/** New recovery codes; the old ones are void. */
export async function renewRecoveryCodes(): Promise<readonly string[]> {
  const { recoveryCodes } = await request(RecoveryCodes, paths.recoveryCodes, { method: 'POST' });
  return recoveryCodes;
}

/** The browser makes a passkey, and the account keeps it. Errors: `cancelled`, `passkey-refused`. */
export async function addPasskey(name: string): Promise<void> {
  const { options } = await request(CeremonyOptions, paths.passkeyOptions, { method: 'POST' });
  const answer = await makePasskey(options);
  await send(paths.passkeys, { method: 'POST', body: { name, answer } });
}

export function removePasskey(passkeyId: string): Promise<void> {
  return send(paths.passkey(passkeyId), { method: 'DELETE' });
}
