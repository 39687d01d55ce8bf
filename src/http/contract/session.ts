// Setup, sign-in and who one is.

import { z } from 'zod';
import { CameraSourceInput } from './cameras.ts';
import { id, name } from './common.ts';

/** Shortest password, in characters (NIST SP 800-63B §5.1.1: at least 8; 10 where it is the only factor). */
export const minPasswordLength = 10;
export const maxPasswordLength = 128;

const password = z
  .string()
  .min(minPasswordLength, `Use at least ${minPasswordLength} characters.`)
  .max(maxPasswordLength);
const email = z.email('This is not an e-mail address.').max(254);

export const role = z.enum(['admin', 'manager', 'owner', 'viewer']);

/** Public: what a page needs to know before anybody signed in. */
export const Welcome = z.object({
  product: z.literal('Vedette'),
  version: z.string(),
  setupRequired: z.boolean(),
});
export type Welcome = z.infer<typeof Welcome>;

export const SignInInput = z.object({ email, password: z.string().max(maxPasswordLength) });
export type SignInInput = z.infer<typeof SignInInput>;

export const SetupInput = z.object({
  token: z.string().max(200),
  name,
  email,
  password,
  organizationName: name,
  siteName: name,
  timeZone: z.string().max(64),
  camera: z.object({ name, source: CameraSourceInput }).nullable(),
});
export type SetupInput = z.infer<typeof SetupInput>;

export const Me = z.object({
  userId: z.string(),
  memberId: id,
  name: z.string(),
  email: z.string(),
  role,
  organization: z.object({ id, name: z.string() }),
});
export type Me = z.infer<typeof Me>;
