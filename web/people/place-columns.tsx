// Columns that members and invitations share: the role, and the sites it is for.

import type { Site } from '../../src/http/contract/sites.ts';
import type { Column } from '../ui/data-table.tsx';
import { RoleChip } from './role-chip.tsx';
import { type Role, rolesByRank } from './roles.ts';
import { siteWords } from './site-words.ts';

interface Placed {
  readonly role: Role;
  readonly siteIds: readonly string[];
}

export function placeColumns(siteOf: ReadonlyMap<string, Site>): readonly Column<Placed>[] {
  return [
    {
      key: 'role',
      label: 'Role',
      value: ({ role }) => rolesByRank.indexOf(role),
      cell: ({ role }) => <RoleChip role={role} />,
    },
    {
      key: 'sites',
      label: 'Sites',
      value: (one) => siteWords(one, siteOf).long,
      cell: (one) => {
        const { short, long } = siteWords(one, siteOf);
        return <span title={long}>{short}</span>;
      },
    },
  ];
}
