// What of the people's page stands in its address.

import { type TableSearch, tableSearch } from '../ui/rows.ts';

export type PeopleSearch = TableSearch & { show?: 'invitations' | undefined };

export function peopleSearch(search: Record<string, unknown>): PeopleSearch {
  return { show: search.show === 'invitations' ? 'invitations' : undefined, ...tableSearch(search) };
}
