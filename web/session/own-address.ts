// Where to go after signing in: only ever to a page of ours.

/** `next` if it is a path of this program, else the overview: a link must not lead to somebody else's page. */
export function ownAddress(next: string | undefined): string {
  if (next === undefined || !/^\/(?![/\\])/.test(next) || next.startsWith('/sign-in')) return '/';
  return next;
}
