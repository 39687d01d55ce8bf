// What a role may do, so that pages do not offer what the server would refuse. The server decides.

import type { Me } from '../../src/http/contract/session.ts';

/** Add, change and remove sites, cameras and channels. */
export function mayManage(role: Me['role']): boolean {
  return role === 'admin' || role === 'manager';
}

/** Arm and disarm, acknowledge and resolve. */
export function mayArm(role: Me['role']): boolean {
  return role !== 'viewer';
}
