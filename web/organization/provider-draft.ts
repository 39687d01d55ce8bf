// A provider as it is typed, and as it is sent.

import type { ProviderInput } from '../../src/http/contract/organization.ts';
import type { Role } from '../people/roles.ts';
import type { FieldErrors } from '../ui/form.ts';

export interface ProviderDraft {
  readonly name: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Separated by commas, spaces or lines. */
  readonly domains: string;
  readonly roleClaim: string;
  /** In the order in which they were added; rows without a value count for nothing. */
  readonly roles: readonly { readonly value: string; readonly role: Role }[];
  /** "" lets only members in. */
  readonly defaultRole: Role | '';
}

export const emptyProvider: ProviderDraft = {
  name: '',
  issuer: '',
  clientId: '',
  clientSecret: '',
  domains: '',
  roleClaim: '',
  roles: [],
  defaultRole: '',
};

/** Values without a claim to look at mean nothing, and are not sent. */
export function toProvider(draft: ProviderDraft): ProviderInput {
  const roleClaim = draft.roleClaim.trim() === '' ? null : draft.roleClaim.trim();
  const named = draft.roles.filter(({ value }) => value.trim() !== '');
  return {
    name: draft.name,
    issuer: draft.issuer.trim(),
    clientId: draft.clientId,
    clientSecret: draft.clientSecret,
    domains: domainsOf(draft.domains),
    roleClaim,
    roleByValue:
      roleClaim === null ? {} : Object.fromEntries(named.map(({ value, role }) => [value.trim(), role])),
    defaultRole: draft.defaultRole === '' ? null : draft.defaultRole,
  };
}

/** "@Example.org, b.example" → ["example.org", "b.example"]; each once. */
export function domainsOf(text: string): string[] {
  const words = text
    .toLowerCase()
    .split(/[\s,;]+/)
    .map((word) => word.replace(/^@/, ''))
    .filter((word) => word !== '');
  return [...new Set(words)];
}

/** The first fault below or at `field`: faults of a list are shown at the one field it is typed in. */
export function faultAt(fields: FieldErrors, field: string): string | undefined {
  return Object.entries(fields).find(([path]) => path === field || path.startsWith(`${field}.`))?.[1];
}
