// Identity: who is this.

import type { Secret } from '../secret.ts';

export interface User {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

export interface Identity {
  /** The signed-in user of a request, or null. */
  user(headers: Headers): Promise<User | null>;
  /** Makes an account. Errors: `conflict` (the address is taken), `request-invalid` (weak password). */
  createUser(input: { name: string; email: string; password: Secret }): Promise<User>;
  /** Signs in; the response carries the session cookie. Errors: `credentials-wrong`, `too-many-requests`. */
  signIn(
    input: { email: string; password: Secret },
    headers: Headers,
  ): Promise<{ user: User; headers: Headers }>;
  /** Ends the session; the headers clear the cookie. */
  signOut(headers: Headers): Promise<Headers>;
}
