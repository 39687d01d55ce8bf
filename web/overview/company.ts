// The tables of a company's home page, and how the address names them.

import { type TableSearch, tableSearch } from '../ui/rows.ts';

export const companyTabs = [
  { value: 'clients', label: 'Clients' },
  { value: 'sites', label: 'Sites' },
  { value: 'devices', label: 'Devices' },
  { value: 'incidents', label: 'Incidents' },
] as const;

export type CompanyTab = (typeof companyTabs)[number]['value'];

/** How each table is sorted unless somebody chose otherwise: what needs a look first, or names. */
export const usualView = {
  clients: { sort: 'client', down: false },
  sites: { sort: 'site', down: false },
  devices: { sort: 'status', down: false },
  incidents: { sort: 'at', down: true },
} as const satisfies Record<CompanyTab, { sort: string; down: boolean }>;

export type CompanySearch = TableSearch & { show?: CompanyTab | undefined };

/** The part of an address that is about the tables; anything that does not fit is undefined. */
export function companySearch(search: Record<string, unknown>): CompanySearch {
  return { show: companyTabs.find(({ value }) => value === search.show)?.value, ...tableSearch(search) };
}
