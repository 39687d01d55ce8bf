// The organization: its name, rules, providers and access keys.

import { z } from 'zod';
import { permissionNames } from './access.ts';
import { id, name, time } from './common.ts';
import { allowed } from './faults.ts';
import { role } from './session.ts';

export const Organization = z.object({
  id,
  name: z.string(),
  createdAt: time,
  policy: z.object({ requireSecondFactor: z.boolean() }),
});
export type Organization = z.infer<typeof Organization>;

export const OrganizationChange = z.object({
  name: name.optional(),
  policy: z.object({ requireSecondFactor: z.boolean() }).optional(),
});
export type OrganizationChange = z.infer<typeof OrganizationChange>;

const domain = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/)
  .register(allowed, { allowed: 'a domain such as example.org' });

const providerFields = {
  name,
  issuer: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .register(allowed, { allowed: 'as in its discovery document, like https://id.example.org' }),
  clientId: z.string().trim().min(1).max(256),
  domains: z.array(domain).min(1).max(20).register(allowed, { allowed: 'a list of 1 to 20 domains' }),
  roleClaim: z.string().trim().min(1).max(200).nullable(),
  roleByValue: z.record(z.string().max(200), role),
  defaultRole: role.nullable(),
};

export const Provider = z.object({
  id,
  ...providerFields,
  createdAt: time,
  /** To be registered at the provider. */
  redirectUri: z.string(),
  backChannelLogoutUri: z.string(),
});
export type Provider = z.infer<typeof Provider>;

export const ProviderInput = z.object({ ...providerFields, clientSecret: z.string().min(1).max(1024) });
export type ProviderInput = z.infer<typeof ProviderInput>;

export const AccessKey = z.object({
  id,
  name: z.string(),
  start: z.string(),
  permissions: z.array(z.enum(permissionNames)),
  siteIds: z.array(id).nullable(),
  createdBy: z.string(),
  createdAt: time,
  expiresAt: time,
  lastUsedAt: time.nullable(),
});
export type AccessKey = z.infer<typeof AccessKey>;

/** Which sites something is for; never left out, since all of them is much. */
const chosenSites = z
  .array(id)
  .max(1_000)
  .register(allowed, { allowed: 'a list of at most 1000 sites, or null for all of them' })
  .nullable();

export const AccessKeyInput = z.object({
  name,
  permissions: z
    .array(z.enum(permissionNames))
    .min(1)
    .register(allowed, { allowed: 'a list of what the key may do' }),
  siteIds: chosenSites,
  /** How long it works, in days. */
  lifeDays: z.int().min(1).max(366),
});
export type AccessKeyInput = z.infer<typeof AccessKeyInput>;

/** The key is shown this once. */
export const AccessKeyCreated = z.object({ accessKey: AccessKey, key: z.string() });
export type AccessKeyCreated = z.infer<typeof AccessKeyCreated>;

export const ImageSource = z.object({
  id,
  name: z.string(),
  /** Null is every site. */
  siteIds: z.array(id).nullable(),
  createdBy: z.string(),
  createdAt: time,
  /** When its secret was made. */
  renewedAt: time,
  lastUsedAt: time.nullable(),
});
export type ImageSource = z.infer<typeof ImageSource>;

export const ImageSources = z.object({
  /** The topic that they write to; null where this installation has no Kafka. */
  topic: z.string().nullable(),
  sources: z.array(ImageSource),
});

export const ImageSourceInput = z.object({ name, siteIds: chosenSites });
export type ImageSourceInput = z.infer<typeof ImageSourceInput>;

/** The secret is shown this once. */
export const ImageSourceSecret = z.object({ source: ImageSource, secret: z.string() });
export type ImageSourceSecret = z.infer<typeof ImageSourceSecret>;

export const TokenInput = z.object({
  /** Who is going to verify it. */
  audience: z.string().trim().min(1).max(200),
  lifeSeconds: z.int().min(10).max(3_600).default(300),
});
export const Token = z.object({ token: z.string(), expiresAt: time });
