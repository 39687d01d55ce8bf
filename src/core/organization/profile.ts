// A person's profile: the same in every organization they belong to.

import type { Records } from '../ports/records.ts';
import { plainAddress } from './address.ts';
import type { Member } from './organization.ts';

export interface ProfileChange {
  readonly name?: string | undefined;
  /** The account's own; carried over once it counts there. */
  readonly email?: string | undefined;
  readonly phone?: string | null | undefined;
}

/** Changes what is given in all memberships of the person; returns them, oldest first. */
export async function changeProfile(
  { records }: { records: Records },
  userId: string,
  { name, email, phone }: ProfileChange,
): Promise<readonly Member[]> {
  const change = {
    ...(name === undefined ? {} : { name }),
    ...(email === undefined ? {} : { email: plainAddress(email) }),
    ...(phone === undefined ? {} : { phone }),
  };
  return records.transaction(async (tx) => {
    const members = await tx.members.ofUser(userId);
    for (const { id } of members) await tx.members.update(id, change);
    return members.map((member) => ({ ...member, ...change }));
  });
}
