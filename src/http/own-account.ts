// Routes about one's own account that an organization's provider keeps for its people.

import { VedetteError } from '../core/errors.ts';
import { shortEmail } from '../core/organization/security-log.ts';
import type { Session, User } from '../core/ports/identity.ts';
import type { LogFields } from '../core/ports/log.ts';
import { selfRoute } from './route.ts';

/**
 * A route for whoever is signed in with the account itself. A session that a provider vouched for may not change what
 * opens the account elsewhere. Errors: `not-allowed`.
 */
export const ownRoute: typeof selfRoute = (definition, handle) =>
  selfRoute(definition, async (input) => {
    requireOwn(input.signedIn.session);
    return handle(input);
  });

/** Errors: `not-allowed`, where the organization's provider manages the account. */
export function requireOwn({ providerId }: Pick<Session, 'providerId'>): void {
  if (providerId === null) return;
  throw new VedetteError(
    'not-allowed',
    'You signed in with your organization’s provider, which manages this account. Change it there.',
  );
}

/** Who it is about, as the log names them. */
export function userFields({ id, email }: User): LogFields {
  return { userId: id, email: shortEmail(email) };
}
