// What a role means, to somebody who hears of it for the first time.

import type { InvitationPreview } from '../../src/http/contract/people.ts';

const meanings = {
  admin: 'an admin: you see everything and decide who else does.',
  manager: 'a manager: you see all sites, cameras and incidents, and look after them.',
  owner: 'an owner: you see your own sites, their cameras and incidents.',
  viewer: 'a viewer: you see what was shared with you.',
} as const satisfies Record<InvitationPreview['role'], string>;

/** "You will be an owner: …" */
export function roleMeaning(role: InvitationPreview['role']): string {
  return `You will be ${meanings[role]}`;
}

export type Guest =
  /** Nobody is signed in: they make an account, or sign in to the one they have. Which, the link does not tell. */
  | 'unknown'
  /** The invited person is signed in. */
  | 'accept'
  /** Somebody else is signed in on this device. */
  | 'somebody-else';

/** Who looks at the invitation. `signedInAs` is the address of who is signed in, or null. */
export function guestOf({ email }: Pick<InvitationPreview, 'email'>, signedInAs: string | null): Guest {
  if (signedInAs === null) return 'unknown';
  return signedInAs.toLowerCase() === email.toLowerCase() ? 'accept' : 'somebody-else';
}
