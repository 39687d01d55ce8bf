// Setup, sign-in and who one is.

import { z } from 'zod';
import { maxPasswordLength, minPasswordLength } from '../../core/organization/password.ts';
import { CameraSourceInput } from './cameras.ts';
import { email, id, name } from './common.ts';

export { minPasswordLength };

const password = z.string().min(minPasswordLength).max(maxPasswordLength);

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

export const Me = z.object({
  userId: z.string(),
  memberId: id,
  name: z.string(),
  email: z.string(),
  role,
  organization: z.object({ id, name: z.string() }),
});
export type Me = z.infer<typeof Me>;
