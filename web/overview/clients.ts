// Clients: owners with their sites, and how it stands there.

import type { Camera } from '../../src/http/contract/cameras.ts';
import type { Person } from '../../src/http/contract/people.ts';
import type { Site } from '../../src/http/contract/sites.ts';
import { statusWords } from '../camera/status.ts';

/** What is counted of some sites. */
export interface Standing {
  readonly sites: number;
  readonly armed: number;
  readonly cameras: number;
  /** Cameras that should send pictures and do not. */
  readonly troubled: number;
  /** Unresolved incidents. */
  readonly openIncidents: number;
}

export interface Client {
  readonly id: string;
  /** At least one, by name. */
  readonly owners: readonly Person[];
  readonly sites: readonly Site[];
  readonly standing: Standing;
  /** When one of them was here last, in ms since the epoch. */
  readonly lastSeenAt: number | null;
}

/** Owners who share exactly the same sites are one client; whoever has no site is one alone. */
export function clientsOf(
  people: readonly Person[],
  sites: readonly Site[],
  cameras: readonly Camera[],
  now: number,
): Client[] {
  const siteOf = new Map(sites.map((site) => [site.id, site]));
  const bySite = Map.groupBy(cameras, ({ siteId }) => siteId);
  const groups = Map.groupBy(
    people.filter(({ role }) => role === 'owner'),
    (person) => groupKey(person, siteOf),
  );
  return [...groups].map(([id, owners]) => {
    const own = (owners[0]?.siteIds ?? []).flatMap((siteId) => siteOf.get(siteId) ?? []);
    return {
      id,
      owners: byName(owners),
      sites: byName(own),
      standing: standingOf(
        own,
        own.flatMap((site) => bySite.get(site.id) ?? []),
        now,
      ),
      lastSeenAt: latest(owners.map(({ lastSeenAt }) => lastSeenAt)),
    };
  });
}

/** How many clients there are: all that choosing the home page asks for. */
export function countClients(people: readonly Person[], sites: readonly Site[]): number {
  return clientsOf(people, sites, [], 0).length;
}

/** The clients of each site, by site id; a site without one is missing. */
export function clientsBySite(clients: readonly Client[]): ReadonlyMap<string, readonly Client[]> {
  const pairs = clients.flatMap((client) => client.sites.map((site) => ({ site, client })));
  const groups = Map.groupBy(pairs, ({ site }) => site.id);
  return new Map([...groups].map(([siteId, ones]) => [siteId, ones.map(({ client }) => client)]));
}

/** "Ada Lovelace", "Ada Lovelace and Charles Babbage", "Ada Lovelace and 3 more" */
export function clientName({ owners }: Pick<Client, 'owners'>): string {
  const [first, second, ...more] = owners.map(({ name }) => name);
  if (first === undefined) return 'Nobody';
  if (second === undefined) return first;
  return more.length === 0 ? `${first} and ${second}` : `${first} and ${more.length + 1} more`;
}

/** The clients of a site in words; null where it has none. */
export function clientsName(clients: readonly Client[] | undefined): string | null {
  return clients === undefined || clients.length === 0 ? null : clients.map(clientName).join(', ');
}

export function standingOf(sites: readonly Site[], cameras: readonly Camera[], now: number): Standing {
  return {
    sites: sites.length,
    armed: sites.filter(({ arming }) => arming !== 'disarmed').length,
    cameras: cameras.length,
    troubled: cameras.filter(({ status }) => statusWords(status, now).tone === 'bad').length,
    openIncidents: sites.reduce((sum, site) => sum + site.openIncidents, 0),
  };
}

function groupKey(person: Person, siteOf: ReadonlyMap<string, Site>): string {
  const known = [...new Set(person.siteIds)].filter((id) => siteOf.has(id)).toSorted();
  return known.length === 0 ? person.id : known.join(' ');
}

function byName<T extends { readonly name: string }>(ones: readonly T[]): T[] {
  return ones.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

function latest(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.max(...known);
}
