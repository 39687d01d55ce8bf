// What one may do here, so that pages do not offer what the server would refuse. The server decides.

import type { Me } from '../../src/http/contract/session.ts';

export type Permission = Me['permissions'][number];

/** Whether the role of who is signed in has this permission. */
export function may({ permissions }: Pick<Me, 'permissions'>, permission: Permission): boolean {
  return permissions.includes(permission);
}
