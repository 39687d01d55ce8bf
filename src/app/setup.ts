// The one-time setup link: who has it makes the first administrator.

import type { Records } from '../core/ports/records.ts';

const tokenBytes = 24;

export interface Setup {
  /** What the link carries; null where somebody was set up already. Kept in memory only: a restart makes a new one. */
  readonly token: string | null;
  checkToken(token: string): boolean;
}

export async function openSetup(records: Records): Promise<Setup> {
  const isNew = (await records.organizations.count()) === 0;
  const token = isNew
    ? crypto.getRandomValues(new Uint8Array(tokenBytes)).toBase64({ alphabet: 'base64url' })
    : null;
  return { token, checkToken: (given) => token !== null && sameText(token, given) };
}

// Constant time for texts of one length: how much of a guess was right must not show.
function sameText(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let index = 0; index < a.length; index++) difference |= a.charCodeAt(index) ^ b.charCodeAt(index);
  return difference === 0;
}
