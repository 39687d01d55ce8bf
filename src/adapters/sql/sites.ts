// Sites, their arming and its history.

import type { Selectable } from 'kysely';
import { branded, type EpochMs } from '../../core/brand.ts';
import type { SiteRecords } from '../../core/ports/records.ts';
import { type ArmingChange, armings, type Site } from '../../core/site/site.ts';
import { oneOf } from './columns.ts';
import type { ArmingChangeRow, SiteRow } from './schema.ts';
import { changedOne, maybe, type Session } from './session.ts';

/** Places and their arming. */
export function siteRecords(session: Session): SiteRecords {
  const { db } = session;
  const sites = () => db.selectFrom('sites').selectAll().orderBy('created_at').orderBy('id');
  const changesOf = (siteId: string) =>
    db
      .selectFrom('arming_changes')
      .selectAll()
      .where('site_id', '=', siteId)
      .orderBy('changed_at', 'desc')
      .orderBy('sequence', 'desc');
  return {
    async insert(site) {
      await db.insertInto('sites').values(rowOf(site)).execute();
    },
    async find(id) {
      return maybe(await sites().where('id', '=', id).executeTakeFirst(), siteOf);
    },
    async list(organizationId) {
      return (await sites().where('organization_id', '=', organizationId).execute()).map(siteOf);
    },
    async update(id, change) {
      const set = {
        ...(change.name === undefined ? {} : { name: change.name }),
        ...(change.timeZone === undefined ? {} : { time_zone: change.timeZone }),
      };
      if (Object.keys(set).length === 0) return;
      const result = await db.updateTable('sites').set(set).where('id', '=', id).executeTakeFirst();
      changedOne(result.numUpdatedRows);
    },
    arm: (change) => session.atomically((tx) => arm({ ...session, db: tx }, change)),
    async armingAt(id, at) {
      const row = await changesOf(id).where('changed_at', '<=', at).limit(1).executeTakeFirst();
      return maybe(row, changeOf)?.arming ?? 'disarmed';
    },
    async armingHistory(id, limit) {
      return (await changesOf(id).limit(limit).execute()).map(changeOf);
    },
  };
}

async function arm({ db }: Session, change: ArmingChange): Promise<ArmingChange> {
  const newest = await db
    .selectFrom('arming_changes')
    .select('changed_at')
    .where('site_id', '=', change.siteId)
    .orderBy('changed_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  const after = newest === undefined ? change.at : newest.changed_at + 1;
  const stored = { ...change, at: branded<EpochMs>(Math.max(change.at, after)) };
  const { siteId, arming, at, memberId } = stored;
  const result = await db
    .updateTable('sites')
    .set({ arming, arming_changed_at: at })
    .where('id', '=', siteId)
    .executeTakeFirst();
  changedOne(result.numUpdatedRows);
  await db
    .insertInto('arming_changes')
    .values({ site_id: siteId, arming, changed_at: at, member_id: memberId })
    .execute();
  return stored;
}

function rowOf(site: Site): SiteRow {
  return {
    id: site.id,
    organization_id: site.organizationId,
    name: site.name,
    time_zone: site.timeZone,
    arming: site.arming,
    arming_changed_at: site.armingChangedAt,
    created_at: site.createdAt,
  };
}

function siteOf(row: SiteRow): Site {
  return {
    id: branded(row.id),
    organizationId: branded(row.organization_id),
    name: row.name,
    timeZone: row.time_zone,
    arming: oneOf(armings, row.arming),
    armingChangedAt: branded(row.arming_changed_at),
    createdAt: branded(row.created_at),
  };
}

function changeOf(row: Selectable<ArmingChangeRow>): ArmingChange {
  return {
    siteId: branded(row.site_id),
    arming: oneOf(armings, row.arming),
    at: branded(row.changed_at),
    memberId: row.member_id === null ? null : branded(row.member_id),
  };
}
