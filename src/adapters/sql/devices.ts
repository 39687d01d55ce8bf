// Devices, and what they were told to do.

import { sql } from 'kysely';
import { z } from 'zod';
import { branded } from '../../core/brand.ts';
import { alarmStates, type Alarm, turns } from '../../core/device/alarm.ts';
import { type Device, deviceKinds, senses, sensorStates } from '../../core/device/device.ts';
import { VedetteError } from '../../core/errors.ts';
import { severities } from '../../core/incident/incident.ts';
import type { AlarmRecords, DeviceRecords } from '../../core/ports/records-devices.ts';
import type { Secret } from '../../core/secret.ts';
import { armings } from '../../core/site/site.ts';
import { oneOf, parsedColumn } from './columns.ts';
import type { AlarmRow } from './schema-incidents.ts';
import type { DeviceRow } from './schema-sites.ts';
import type { SecretColumns } from './secrets.ts';
import { changedOne, maybe, type Session } from './session.ts';

/** Devices of sites, their secrets sealed. */
export function deviceRecords({ db }: Session, secrets: SecretColumns): DeviceRecords {
  const devices = () => db.selectFrom('devices').selectAll().orderBy('created_at').orderBy('id');
  return {
    async insert(device, signingSecret) {
      const signing_secret = await secrets.column(signingSecret, deviceSecretContext(device.id));
      await db
        .insertInto('devices')
        .values({ ...rowOf(device), signing_secret })
        .execute();
    },
    async find(id) {
      return maybe(await devices().where('id', '=', id).executeTakeFirst(), deviceOf);
    },
    async signingSecrets(id, at) {
      const row = await devices().where('id', '=', id).executeTakeFirst();
      const own = await secrets.secret(row?.signing_secret ?? null, deviceSecretContext(id));
      const stillCounts = (row?.previous_until ?? 0) > at;
      const before = stillCounts ? (row?.previous_secret ?? null) : null;
      const previous = await secrets.secret(before, deviceSecretContext(id));
      // What was damaged is healed by a new secret: the old one must not stand in its way.
      return [own, isReadable(previous) ? previous : null].filter((one) => one !== null);
    },
    async changeSecret(id, signingSecret, previousUntil) {
      const signing_secret = await secrets.column(signingSecret, deviceSecretContext(id));
      const result = await db
        .updateTable('devices')
        .set(({ ref }) => ({
          ...{ previous_secret: ref('signing_secret'), previous_until: previousUntil },
          signing_secret,
        }))
        .where('id', '=', id)
        .where('signing_secret', 'is not', null)
        .executeTakeFirst();
      changedOne(result.numUpdatedRows);
    },
    async list(organizationId) {
      return (await devices().where('organization_id', '=', organizationId).execute()).map(deviceOf);
    },
    async ofSite(siteId) {
      return (await devices().where('site_id', '=', siteId).execute()).map(deviceOf);
    },
    async overMqtt() {
      return (await devices().where('via', '=', 'mqtt').execute()).map(deviceOf);
    },
    async update(device) {
      const { name, kind, enabled, via, link, settings } = rowOf(device);
      const result = await db
        .updateTable('devices')
        .set({ name, kind, enabled, via, link, settings })
        .where('id', '=', device.id)
        .executeTakeFirst();
      changedOne(result.numUpdatedRows);
    },
    async seen(id, at, state) {
      await db
        .updateTable('devices')
        .set({ last_seen_at: at, ...(state === undefined ? {} : { state }) })
        .where('id', '=', id)
        .where((eb) => eb.or([eb('last_seen_at', 'is', null), eb('last_seen_at', '<=', at)]))
        .execute();
    },
    async delete(id) {
      await db.deleteFrom('devices').where('id', '=', id).execute();
    },
  };
}

/** What sirens and lights were told. */
export function alarmRecords({ db }: Session): AlarmRecords {
  const alarms = () => db.selectFrom('device_alarms').selectAll();
  return {
    async insert(alarm) {
      await db.insertInto('device_alarms').values(alarmRow(alarm)).execute();
    },
    async find(id) {
      return maybe(await alarms().where('id', '=', id).executeTakeFirst(), alarmOf);
    },
    async update(alarm, expectedSequence) {
      const { id, ...changed } = alarmRow(alarm);
      const result = await db
        .updateTable('device_alarms')
        .set(changed)
        .where('id', '=', id)
        .where('sequence', '=', expectedSequence)
        .executeTakeFirst();
      return result.numUpdatedRows > 0n;
    },
    async ofIncident(incidentId) {
      const rows = await alarms().where('incident_id', '=', incidentId).orderBy('id').execute();
      return rows.map(alarmOf);
    },
    async wanted(siteId) {
      const rows = await alarms()
        .where('wanted', '=', 'on')
        .$if(siteId !== undefined, (query) => query.where('site_id', '=', siteId ?? ''))
        .orderBy('id')
        .execute();
      return rows.map(alarmOf);
    },
    async ending(siteId) {
      const rows = await alarms()
        // Written out: their index serves only a query that says so word for word.
        .where('wanted', '=', sql.lit('off'))
        .where('state', '=', sql.lit('waiting'))
        .$if(siteId !== undefined, (query) => query.where('site_id', '=', siteId ?? ''))
        .orderBy('id')
        .execute();
      return rows.map(alarmOf);
    },
  };
}

function isReadable(value: Secret | null): boolean {
  try {
    value?.reveal();
    return true;
  } catch {
    return false;
  }
}

/** What a sealed secret is bound to. */
export function deviceSecretContext(deviceId: string): string {
  return `device/${deviceId}/signing-secret`;
}

const link = z.discriminatedUnion('via', [
  z.object({ via: z.literal('webhook'), url: z.string().nullable() }),
  z.object({
    via: z.literal('mqtt'),
    commandTopic: z.string().nullable(),
    stateTopic: z.string(),
    stateField: z.string().nullable(),
    onText: z.string(),
    offText: z.string(),
  }),
]);

const armed = z.array(z.enum(armings).exclude(['disarmed']));

const settings = z.discriminatedUnion('kind', [
  z.object({
    kind: z.enum(['siren', 'light']),
    armings: armed,
    minimumSeverity: z.enum(severities),
    durationSeconds: z.number(),
  }),
  z.object({
    kind: z.literal('sensor'),
    senses: z.enum(senses),
    role: z.enum(['watch', 'entry']),
    armings: armed,
  }),
]);

function rowOf(device: Device): Omit<DeviceRow, 'signing_secret' | 'previous_secret' | 'previous_until'> {
  const { kind } = device;
  return {
    id: device.id,
    organization_id: device.organizationId,
    site_id: device.siteId,
    name: device.name,
    kind,
    enabled: device.enabled ? 1 : 0,
    via: device.link.via,
    link: JSON.stringify(device.link),
    settings: JSON.stringify(settings.parse(device)),
    state: kind === 'sensor' ? device.state : null,
    created_at: device.createdAt,
    last_seen_at: device.lastSeenAt,
  };
}

function deviceOf(row: DeviceRow): Device {
  const readLink = link.safeParse(parsedColumn(row.link));
  const readSettings = settings.safeParse(parsedColumn(row.settings));
  if (!readLink.success || !readSettings.success || readSettings.data.kind !== oneOf(deviceKinds, row.kind)) {
    throw new VedetteError('data-damaged', 'A device cannot be read. Remove it, and add it anew.');
  }
  const base = {
    id: branded<Device['id']>(row.id),
    organizationId: branded<Device['organizationId']>(row.organization_id),
    siteId: branded<Device['siteId']>(row.site_id),
    name: row.name,
    enabled: row.enabled === 1,
    link: readLink.data,
    createdAt: branded<Device['createdAt']>(row.created_at),
    lastSeenAt: row.last_seen_at === null ? null : branded<Device['createdAt']>(row.last_seen_at),
  };
  const { data } = readSettings;
  if (data.kind !== 'sensor') return { ...base, ...data };
  return { ...base, ...data, state: row.state === null ? null : oneOf(sensorStates, row.state) };
}

function alarmRow(alarm: Alarm): AlarmRow {
  return {
    id: alarm.id,
    organization_id: alarm.organizationId,
    site_id: alarm.siteId,
    device_id: alarm.deviceId,
    incident_id: alarm.incidentId,
    wanted: alarm.wanted,
    sequence: alarm.sequence,
    state: alarm.state,
    off_at: alarm.offAt,
    changed_at: alarm.changedAt,
    problem: alarm.problem,
  };
}

function alarmOf(row: AlarmRow): Alarm {
  return {
    id: branded(row.id),
    organizationId: branded(row.organization_id),
    siteId: branded(row.site_id),
    deviceId: branded(row.device_id),
    incidentId: row.incident_id === null ? null : branded(row.incident_id),
    wanted: oneOf(turns, row.wanted),
    sequence: row.sequence,
    state: oneOf(alarmStates, row.state),
    offAt: branded(row.off_at),
    changedAt: branded(row.changed_at),
    problem: row.problem,
  };
}
