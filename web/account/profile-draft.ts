// The profile as it is edited, and what of it has changed.

import type { z } from 'zod';
import type { Account, AccountChange } from '../../src/http/contract/account.ts';

export interface ProfileDraft {
  readonly name: string;
  readonly phone: string;
}

export function draftOf({ name, phone }: Account): ProfileDraft {
  return { name, phone: phone ?? '' };
}

/** What is sent: only what differs, so that two devices do not undo each other. No phone is null. */
export function changesOf(draft: ProfileDraft, account: Account): z.input<typeof AccountChange> {
  const phone = draft.phone.trim() === '' ? null : draft.phone;
  return {
    ...(draft.name === account.name ? {} : { name: draft.name }),
    ...(phone === account.phone ? {} : { phone }),
  };
}
