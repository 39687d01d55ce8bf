// Who may call which route, as a table: for the description of the API, for people, and for the test of every answer.

import { permissionTable } from '../core/organization/access.ts';
import { machinePermissions } from '../core/organization/access-key.ts';
import { type Role, roles } from '../core/organization/organization.ts';
import type { Route } from './route.ts';

/** Who may call a route. Objects that it names must belong to the caller's organization and be within reach, too. */
export interface WhoMay {
  /** Without signing in. */
  readonly anybody: boolean;
  /** Whoever is signed in, about themselves, whatever they belong to. */
  readonly oneself: boolean;
  readonly roles: readonly Role[];
  /** The permission that an access key needs; null where none is enough. */
  readonly accessKey: string | null;
  /** Whether people must have proved lately who they are. */
  readonly asksProof: boolean;
}

/** The law of one route. */
export function whoMay({ allow, asksProof }: Pick<Route, 'allow' | 'asksProof'>): WhoMay {
  const law = { anybody: allow === 'public', oneself: allow === 'self', asksProof };
  if (allow === 'public' || allow === 'self') return { ...law, roles: [], accessKey: null };
  const allowed: readonly Role[] = permissionTable[allow].roles;
  return {
    ...law,
    roles: roles.filter((role) => allowed.includes(role)),
    accessKey: machinePermissions.find((name) => name === allow) ?? null,
  };
}
