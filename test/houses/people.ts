// Organizations with people in them, for tests of who may do what, on SQL in memory.

import { inprocessEvents } from '../../src/adapters/inprocess/events.ts';
import { manualClock } from '../../src/adapters/memory/clock.ts';
import { memoryKeys } from '../../src/adapters/memory/keys.ts';
import { openDatabase } from '../../src/adapters/sql/database.ts';
import { sqlRecords } from '../../src/adapters/sql/records.ts';
import { branded, type EpochMs, type SiteId } from '../../src/core/brand.ts';
import { type Caller, memberCaller } from '../../src/core/organization/access.ts';
import type { Member, Organization, Role } from '../../src/core/organization/organization.ts';
import type { LiveEvent } from '../../src/core/ports/events.ts';
import type { Session, User } from '../../src/core/ports/identity.ts';
import { silentLog } from '../../src/core/ports/log.ts';
import { homePolicy } from '../../src/core/site/camera-policy.ts';
import { at, member as memberRow, organization as organizationRow, site as siteRow } from './rows.ts';

export type PeopleHouse = Awaited<ReturnType<typeof openPeopleHouse>>;

export async function openPeopleHouse() {
  const clock = manualClock(at(0));
  const database = await openDatabase({ path: ':memory:', log: silentLog });
  const records = sqlRecords({ database, keys: memoryKeys(), clock });
  const events = inprocessEvents({ log: silentLog });
  const published: LiveEvent[] = [];
  events.subscribe((event) => published.push(event));
  const disabled = new Set<string>();
  let people = 0;

  return {
    records,
    clock,
    events,
    cameraPolicy: homePolicy,
    published,
    /** Everybody has an account; those in `disabled` have one that is. */
    accounts: { isEnabled: async (userId: string) => !disabled.has(userId) },
    disabled,
    async organization(): Promise<Organization> {
      const made = organizationRow();
      await records.organizations.insert(made);
      return made;
    },
    async site(of: Organization): Promise<SiteId> {
      const made = siteRow(of);
      await records.sites.insert(made);
      return made.id;
    },
    async member(of: Organization, role: Role, change: Partial<Member> = {}): Promise<Member> {
      people += 1;
      const email = `${role}${people}@example.org`;
      const made = memberRow(of, { role, email, createdAt: at(people), ...change });
      await records.members.insert(made);
      return made;
    },
    close: () => database.close(),
  };
}

/** Signed in a moment ago, with a second factor. */
export function sessionOf({ id }: Pick<User, 'id'>, change: Partial<Session> = {}): Session {
  const now = at(0);
  return {
    id: `session of ${id}`,
    userId: id,
    createdAt: now,
    lastSeenAt: now,
    expiresAt: branded<EpochMs>(now + 86_400_000),
    provenAt: now,
    isStrong: true,
    organizationId: null,
    providerId: null,
    userAgent: 'Firefox',
    ...change,
  };
}

export function callerFor(member: Member): Caller {
  return memberCaller(member, sessionOf(userOf(member)));
}

export function userOf({ userId, name, email }: Member): User {
  return { id: userId, name, email };
}
