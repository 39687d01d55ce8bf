// The one-time setup link: who has it makes the first administrator.

import type { Cache } from '../core/ports/cache.ts';
import type { Records } from '../core/ports/records.ts';

const tokenBytes = 24;
const tokenKey = 'setup-token';
/** Where several processes show one link, it is another after this. */
const tokenMs = 86_400_000;

export interface Setup {
  /** What the link carries; null where somebody was set up already. */
  readonly token: string | null;
  checkToken(token: string): boolean;
}

/**
 * With one process the link is kept in its memory only: a restart makes a new one. Several processes share one through
 * `shared`, for whichever of them answers has to know it.
 */
export async function openSetup(records: Records, shared: Cache | null): Promise<Setup> {
  const isNew = (await records.organizations.count()) === 0;
  const token = isNew ? await tokenOf(shared) : null;
  return { token, checkToken: (given) => token !== null && sameText(token, given) };
}

async function tokenOf(shared: Cache | null): Promise<string> {
  const made = crypto.getRandomValues(new Uint8Array(tokenBytes));
  const isOurs = shared === null || (await shared.setIfAbsent(tokenKey, made, tokenMs));
  const bytes = isOurs ? made : ((await shared.get(tokenKey)) ?? made);
  return bytes.toBase64({ alphabet: 'base64url' });
}

// Constant time for texts of one length: how much of a guess was right must not show.
function sameText(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let index = 0; index < a.length; index++) difference |= a.charCodeAt(index) ^ b.charCodeAt(index);
  return difference === 0;
}
