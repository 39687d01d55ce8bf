// Setup, sign-in and who one is.

import { z } from 'zod';
import { maxPasswordLength, minPasswordLength } from '../../core/organization/password.ts';
import { permissionNames } from './access.ts';
import { CameraSourceInput } from './cameras.ts';
import { email, id, name } from './common.ts';
import { allowed } from './faults.ts';
import { isLocalPath } from './local-path.ts';

export { minPasswordLength };

export const password = z.string().min(minPasswordLength).max(maxPasswordLength);

export const role = z.enum(['admin', 'manager', 'owner', 'viewer']);

/** Public: what a page needs to know before anybody signed in. */
export const Welcome = z.object({
  product: z.literal('Vedette'),
  version: z.string(),
  setupRequired: z.boolean(),
  /** Whether anybody may make an account with an organization of their own. */
  signUpOpen: z.boolean(),
  /** Whether a forgotten password can be reset by mail. */
  sendsMail: z.boolean(),
  /** Whether some organization has a provider of its own. */
  hasSingleSignOn: z.boolean(),
});
export type Welcome = z.infer<typeof Welcome>;

export const SignInInput = z.object({ email, password: z.string().max(maxPasswordLength) });
export type SignInInput = z.infer<typeof SignInInput>;

const setupToken = z.string().max(200);

export const SetupLinkInput = z.object({ token: setupToken });
export type SetupLinkInput = z.infer<typeof SetupLinkInput>;

export const SetupInput = z.object({
  token: setupToken,
  name,
  email,
  password,
  organizationName: name,
  siteName: name,
  timeZone: z.string().max(64),
  camera: z.object({ name, source: CameraSourceInput }).nullable(),
});
export type SetupInput = z.infer<typeof SetupInput>;

/** `sign-in`: all is set up, and no session could be kept just then. */
export const SetupAnswer = z.object({ next: z.enum(['done', 'sign-in']) });
export type SetupAnswer = z.infer<typeof SetupAnswer>;

/** Whether a second step is needed before somebody is signed in. */
export const SignInAnswer = z.object({ next: z.enum(['done', 'second-step']) });
export type SignInAnswer = z.infer<typeof SignInAnswer>;

export const SecondStepInput = z.object({ code: z.string().trim().min(6).max(40) });

/** Signed out of here. Null where there is no provider whose own session goes on. */
export const SignedOut = z.object({ endSessionUrl: z.string().nullable() });
export type SignedOut = z.infer<typeof SignedOut>;

/** Proof of who one is, again: the password, or a code where a second factor is set up, or a passkey. */
export const ProofInput = z
  .union([
    z.object({ password: z.string().max(maxPasswordLength) }),
    z.object({ code: z.string().trim().min(6).max(40) }),
    z.object({ passkey: z.record(z.string(), z.unknown()) }),
  ])
  .register(allowed, { allowed: 'a password, a code or the answer of a passkey' });
export type ProofInput = z.infer<typeof ProofInput>;

export const SignUpInput = z.object({
  name,
  email,
  /** Only where there is no mail server; elsewhere it is chosen with the link of the letter. */
  password: password.optional(),
  organizationName: name,
  siteName: name,
  timeZone: z.string().max(64),
});

export const SignUpConfirmation = z.object({ token: z.string().min(20).max(200), password });
export type SignUpConfirmation = z.infer<typeof SignUpConfirmation>;

/** With `confirm` a letter is on its way, and its link makes the account; with `done` one is signed in. */
export const SignUpAnswer = z.object({ next: z.enum(['done', 'confirm']) });
export type SignUpAnswer = z.infer<typeof SignUpAnswer>;

const localPath = z
  .string()
  .max(1_000)
  .refine(isLocalPath)
  .register(allowed, { allowed: 'an address of this server that begins with one slash' });

/** Where the browser goes when it comes back from the provider. */
export const ReturnQuery = z.object({ returnTo: localPath.default('/') });

export const SingleSignOnInput = z.object({ email });
/** Where the browser goes, and whose provider that is. */
export const SingleSignOnAnswer = z.object({
  url: z.string(),
  provider: z.string(),
  organization: z.string(),
});

export const PasswordForgotten = z.object({ email });

export const OrganizationChoice = z.object({ organizationId: id });

export const Me = z.object({
  userId: z.string(),
  memberId: id,
  name: z.string(),
  email: z.string(),
  role,
  permissions: z.array(z.enum(permissionNames)),
  /** Null where every site is reached. */
  siteIds: z.array(id).nullable(),
  organization: z.object({ id, name: z.string() }),
  /** All that the person belongs to and this session may reach. */
  organizations: z.array(z.object({ id, name: z.string(), role })),
  /** Until when what asks for proof is allowed without asking. */
  provenUntil: z.int(),
  /** The organization asks for a second factor and this session has none: only the account is reached. */
  needsSecondFactor: z.boolean(),
});
export type Me = z.infer<typeof Me>;
