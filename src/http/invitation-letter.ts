// What a person who is invited reads.

import type { Invitation } from '../core/organization/invitation.ts';
import type { Letter } from '../core/ports/mailer.ts';

const dayMs = 86_400_000;

/** The letter with the link. Names were typed by people: they stand in sentences, never in places of their own. */
export function invitationLetter(
  { email, createdAt, expiresAt }: Pick<Invitation, 'email' | 'createdAt' | 'expiresAt'>,
  { organization, invitedBy }: { organization: string; invitedBy: string },
  link: string,
): Letter {
  const days = Math.round((expiresAt - createdAt) / dayMs);
  return {
    to: email,
    subject: `${invitedBy} invites you to ${organization} on Vedette`,
    text: `${invitedBy} invites you to ${organization} on Vedette, where its cameras and alarms are.

Open this link to accept. It is for you alone, works once and for ${days} days:

${link}

If you do not know ${invitedBy}, leave the letter alone: nothing happens then.
`,
  };
}
