// Where to go after signing in: only ever to a page of ours.

import { isLocalPath } from '../../src/http/contract/local-path.ts';

/** Pages that somebody who just signed in has no use for. */
const outside = [
  '/sign-in',
  '/sign-up',
  '/confirm-sign-up',
  '/setup',
  '/forgotten-password',
  '/reset-password',
];

/** Pages for anybody, signed in or not. */
const between = ['/invitation', '/confirm-email', '/proven'];

/** Whether a page at this path is open to who is not signed in, so that a refusal leads nowhere else. */
export function isDoor(pathname: string): boolean {
  return outside.includes(pathname) || between.includes(pathname);
}

/** `next` if it is a path of this program, else the overview: a link must not lead to somebody else's page. */
export function ownAddress(next: string | undefined): string {
  if (next === undefined || !isLocalPath(next)) return '/';
  const pathname = next.split(/[?#]/, 1)[0] ?? '/';
  return outside.includes(pathname) ? '/' : next;
}
