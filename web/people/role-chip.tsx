// A role as a chip.

import { type Role, roleWords } from './roles.ts';

export function RoleChip({ role }: { role: Role }) {
  return <span className={role === 'admin' ? 'chip chip-accent' : 'chip'}>{roleWords[role].name}</span>;
}
