// Sites, their arming and its history.

import type { Selectable } from 'kysely';
import { branded, type EpochMs, type SiteId } from '../../core/brand.ts';
import type { SiteRecords } from '../../core/ports/records.ts';
import { type Arming, type ArmingChange, armings, type Site } from '../../core/site/site.ts';
import { armedByColumns, armedByOf } from './armed-by.ts';
import { oneOf } from './columns.ts';
import type { ArmingChangeRow, SiteRow } from './schema-sites.ts';
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
        ...(change.exitDelaySeconds === undefined ? {} : { exit_delay_seconds: change.exitDelaySeconds }),
        ...(change.entryDelaySeconds === undefined ? {} : { entry_delay_seconds: change.entryDelaySeconds }),
        ...(change.pushedDays === undefined ? {} : { pushed_days: change.pushedDays }),
        ...(change.armByMqtt === undefined ? {} : { arm_by_mqtt: change.armByMqtt ? 1 : 0 }),
      };
      if (Object.keys(set).length === 0) return;
      const result = await db.updateTable('sites').set(set).where('id', '=', id).executeTakeFirst();
      changedOne(result.numUpdatedRows);
    },
    async keepingImagesFor() {
      const rows = await db
        .selectFrom('sites')
        .select(['id', 'pushed_days'])
        .where('pushed_days', 'is not', null)
        .execute();
      return rows.flatMap(({ id, pushed_days }) =>
        pushed_days === null ? [] : [{ siteId: branded<SiteId>(id), days: pushed_days }],
      );
    },
    arm: (change) => session.atomically((tx) => arm({ ...session, db: tx }, change)),
    async armingAt(id, at) {
      const row = await changesOf(id).where('changed_at', '<=', at).limit(1).executeTakeFirst();
      return inForce(maybe(row, changeOf), at);
    },
    async armingHistory(id, limit, before) {
      const rows = await changesOf(id)
        .$if(before !== undefined, (query) => query.where('changed_at', '<', before ?? 0))
        .limit(limit)
        .execute();
      return rows.map(changeOf);
    },
  };
}

async function arm({ db }: Session, change: Omit<ArmingChange, 'before'>): Promise<ArmingChange> {
  const row = await db
    .selectFrom('arming_changes')
    .selectAll()
    .where('site_id', '=', change.siteId)
    .orderBy('changed_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  const newest = maybe(row, changeOf);
  const at = branded<EpochMs>(newest === null ? change.at : Math.max(change.at, newest.at + 1));
  const effectiveAt = branded<EpochMs>(Math.max(change.effectiveAt, at));
  const stored = { ...change, at, effectiveAt, before: inForce(newest, at) };
  const { siteId, arming, before } = stored;
  const by = armedByColumns(stored.by);
  const result = await db
    .updateTable('sites')
    .set({ arming, arming_changed_at: at, arming_effective_at: effectiveAt, arming_before: before })
    .where('id', '=', siteId)
    .executeTakeFirst();
  changedOne(result.numUpdatedRows);
  const when = { changed_at: at, effective_at: effectiveAt };
  await db
    .insertInto('arming_changes')
    .values({ site_id: siteId, arming, ...when, arming_before: before, by_kind: by.kind, by_id: by.id })
    .execute();
  return stored;
}

/** What is in force at `at`, where `newest` is the last change before it. */
function inForce(newest: ArmingChange | null, at: EpochMs): Arming {
  if (newest === null) return 'disarmed';
  return at >= newest.effectiveAt ? newest.arming : newest.before;
}

function rowOf(site: Site): SiteRow {
  return {
    id: site.id,
    organization_id: site.organizationId,
    name: site.name,
    time_zone: site.timeZone,
    arming: site.arming,
    arming_changed_at: site.armingChangedAt,
    arming_effective_at: site.armingEffectiveAt,
    arming_before: site.armingBefore,
    exit_delay_seconds: site.exitDelaySeconds,
    entry_delay_seconds: site.entryDelaySeconds,
    arm_by_mqtt: site.armByMqtt ? 1 : 0,
    pushed_days: site.pushedDays,
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
    armingEffectiveAt: branded(Math.max(row.arming_effective_at, row.arming_changed_at)),
    armingBefore: oneOf(armings, row.arming_before),
    exitDelaySeconds: row.exit_delay_seconds,
    entryDelaySeconds: row.entry_delay_seconds,
    armByMqtt: row.arm_by_mqtt !== 0,
    pushedDays: row.pushed_days,
    createdAt: branded(row.created_at),
  };
}

function changeOf(row: Selectable<ArmingChangeRow>): ArmingChange {
  return {
    siteId: branded(row.site_id),
    arming: oneOf(armings, row.arming),
    at: branded(row.changed_at),
    effectiveAt: branded(Math.max(row.effective_at, row.changed_at)),
    before: oneOf(armings, row.arming_before),
    by: armedByOf(row.by_kind, row.by_id),
  };
}
