// Where sessions are kept: the verbs that a table and a shared cache both have.

import { z } from 'zod';

/** A session as it is kept, without its token. Older rows of the table lack what is nullish. */
export const keptSession = z.object({
  id: z.string(),
  userId: z.string(),
  createdAt: z.date(),
  userAgent: z.string().nullish(),
  lastSeenAt: z.date().nullish(),
  provenAt: z.date().nullish(),
  isStrong: z.boolean().nullish(),
  organizationId: z.string().nullish(),
  providerId: z.string().nullish(),
  providerSubject: z.string().nullish(),
  providerSessionId: z.string().nullish(),
});
export type KeptSession = z.infer<typeof keptSession>;

export type NewSession = Omit<KeptSession, 'id'> & { readonly expiresAt: Date };

export type SessionUpdate = Partial<
  Pick<KeptSession, 'lastSeenAt' | 'provenAt' | 'isStrong' | 'organizationId'> & {
    expiresAt: Date;
    token: string;
  }
>;

/** What is asked for: by its person, or by its provider together with one of the provider's two names. */
export type SessionFilter =
  | { readonly userId: string; readonly id?: string; readonly exceptId?: string }
  | {
      readonly providerId: string;
      readonly providerSubject: string;
      readonly providerSessionId?: string | null;
    }
  | { readonly providerId: string; readonly providerSessionId: string };

export interface SessionPlace {
  /** How long a process may remember what it found: not at all where others end sessions at once. */
  readonly rememberMs: number;
  create(session: NewSession, token: string): Promise<void>;
  /** The session and its person's row, both unparsed; also where it has ended by time. */
  findByToken(token: string): Promise<{ readonly session: unknown; readonly user: unknown } | null>;
  /** Newest first, those that have ended by time among them. */
  list(userId: string): Promise<readonly KeptSession[]>;
  /** False where there is no such session. */
  change(id: string, update: SessionUpdate): Promise<boolean>;
  /** Changes those of a person that are as said. */
  changeOf(
    userId: string,
    which: { readonly providerId: null } | { readonly isStrong: false },
    update: SessionUpdate,
  ): Promise<void>;
  /** Returns how many. */
  end(filter: SessionFilter): Promise<number>;
  endByToken(token: string): Promise<void>;
  endMany(ids: readonly string[]): Promise<void>;
  /** Forgets those that ended by time before `now`. */
  sweep(now: Date): Promise<void>;
}
