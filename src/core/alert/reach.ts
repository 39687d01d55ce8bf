// Whether an incident would be told to anybody, and whether the last one was: looked at before it matters.

import type { IncidentId, SiteId } from '../brand.ts';
import { isOwned, reaches, reachOf, type Scope, siteFilter } from '../organization/access.ts';
import type { Member } from '../organization/organization.ts';
import type { Notifiers } from '../ports/notifier.ts';
import type { Records } from '../ports/records.ts';
import { type Addressee, readPeople } from './audience.ts';
import { defaultLevels, type EscalationChain, isOnLevel, type Level } from './escalation-chain.ts';
import { turnsOf } from './turns.ts';

export interface AlertReach {
  /** Sites at which nobody would be told: no shared channel works, and nobody in the chain has one that does. */
  readonly untoldSiteIds: readonly SiteId[];
  /** The newest incident, where each of its alerts failed; null where one arrived, waits, or there was none. */
  readonly lastFailed: IncidentId | null;
}

/** How far alerts reach, for the sites that the caller reaches. Nothing is sent. Not in a transaction. */
export async function readAlertReach(
  { records, notifiers }: { records: Records; notifiers: Notifiers },
  caller: Scope,
): Promise<AlertReach> {
  const { organizationId } = caller;
  const [sites, shared, people, chains, lastFailed] = await Promise.all([
    records.sites.list(organizationId),
    records.channels.list(organizationId),
    readPeople(records, organizationId),
    records.escalationChains.list(organizationId),
    findLastFailed(records, caller),
  ]);
  if (shared.some(({ kind }) => isSetUp(notifiers, kind))) {
    return { untoldSiteIds: [], lastFailed };
  }
  const able = people.filter((person) => usableRung(person, notifiers) !== null);
  const untold = sites
    .filter(({ id }) => reaches(caller, id))
    .filter(({ id }) => !able.some((person) => isTold(person, id, levelsOf(chains, id))));
  return { untoldSiteIds: untold.map(({ id }) => id), lastFailed };
}

/** The first of a person's channels that this program can use at all; null where there is none. */
export function usableRung({ rungs }: Pick<Addressee, 'rungs'>, notifiers: Notifiers) {
  return rungs.find(({ kind }) => isSetUp(notifiers, kind)) ?? null;
}

/** When it is somebody's turn in the chains of their sites. */
export interface MemberTurn {
  /** Sites that the person reaches. */
  readonly sites: number;
  /** Of those, the ones whose chain has the person on a level. */
  readonly onChain: number;
  /** The shortest and longest time in ms until they are told, where nobody before them reacts; null on no chain. */
  readonly firstMs: number | null;
  readonly lastMs: number | null;
}

/**
 * When it is the turn of a member, over all sites that they reach. Levels that have nobody who can be told are skipped;
 * who wants quiet at some hours counts as somebody who can. Not in a transaction.
 */
export async function readTurn(
  { records, notifiers }: { records: Records; notifiers: Notifiers },
  member: Member,
): Promise<MemberTurn> {
  const { organizationId } = member;
  const [all, chains, people] = await Promise.all([
    records.sites.list(organizationId),
    records.escalationChains.list(organizationId),
    readPeople(records, organizationId),
  ]);
  const able = people.filter((person) => usableRung(person, notifiers) !== null);
  const reached = all.filter(({ id }) => reaches({ reach: reachOf(member) }, id));
  const waits = reached
    .map(({ id }) =>
      waitOf(
        levelsOf(chains, id),
        member,
        able.filter((person) => wants(person, id)),
      ),
    )
    .filter((wait) => wait !== null);
  return {
    sites: reached.length,
    onChain: waits.length,
    firstMs: waits.length === 0 ? null : Math.min(...waits),
    lastMs: waits.length === 0 ? null : Math.max(...waits),
  };
}

/**
 * Time in ms until a member is told, whatever it is over, where `others` can be told as well and nobody reacts; null
 * where no level names them.
 */
export function waitOf(
  levels: readonly Level[],
  member: Pick<Member, 'id' | 'role'>,
  others: readonly Pick<Addressee, 'member'>[],
): number | null {
  const heard = [member, ...others.map((other) => other.member)];
  const turns = turnsOf(levels, (level) => heard.some((each) => isOnLevel(level, each)));
  const own = turns.find(({ level }) =>
    levels.slice(level, level + 1).some((each) => isOnLevel(each, member)),
  );
  return own?.atMs ?? null;
}

function isSetUp(notifiers: Notifiers, kind: keyof Notifiers): boolean {
  return (notifiers[kind].missing ?? null) === null;
}

function levelsOf(chains: readonly EscalationChain[], siteId: SiteId): readonly Level[] {
  const own = chains.find((chain) => chain.siteId === siteId);
  return (own ?? chains.find((chain) => chain.siteId === null))?.levels ?? defaultLevels;
}

function isTold(person: Addressee, siteId: SiteId, levels: readonly Level[]): boolean {
  if (!wants(person, siteId)) return false;
  return person.preferences.atOnce || levels.some((level) => isOnLevel(level, person.member));
}

/** Whether a person reaches a site, and wants to be told of it. */
export function wants({ member, preferences }: Addressee, siteId: SiteId): boolean {
  if (!reaches({ reach: reachOf(member) }, siteId)) return false;
  return preferences.siteIds === null || preferences.siteIds.includes(siteId);
}

async function findLastFailed(records: Records, caller: Scope): Promise<IncidentId | null> {
  const { organizationId } = caller;
  const [newest] = await records.incidents.list({ organizationId, ...siteFilter(caller), limit: 1 });
  if (newest === undefined || !isOwned(newest, caller)) return null;
  const alerts = await records.alerts.ofIncident(newest.id);
  return alerts.length > 0 && alerts.every(({ state }) => state === 'failed') ? newest.id : null;
}
