// Channels and the alerts that go out over them.

import {
  type Alert,
  alertStates,
  type Channel,
  type ChannelTarget,
  channelKinds,
  isOccasion,
  type ListedChannel,
} from '../../core/alert/alert.ts';
import { branded } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import type { AlertRecords, ChannelRecords } from '../../core/ports/records-alerts.ts';
import { oneOf } from './columns.ts';
import type { AlertRow, ChannelRow } from './schema-incidents.ts';
import type { SecretColumns } from './secrets.ts';
import { changedOne, maybe, type Session } from './session.ts';

/** Ways to tell people, their secrets sealed. */
export function channelRecords({ db }: Session, secrets: SecretColumns): ChannelRecords {
  return {
    async insert(channel) {
      await db
        .insertInto('channels')
        .values(await channelRow(secrets, channel))
        .execute();
    },
    async find(id) {
      const row = await db.selectFrom('channels').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : channelOf(secrets, row);
    },
    async list(organizationId) {
      const rows = await db
        .selectFrom('channels')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      return rows.map(listedOf);
    },
    async delete(id) {
      await db.deleteFrom('channels').where('id', '=', id).execute();
    },
  };
}

/** What people are told, once an incident, channel and occasion. */
export function alertRecords({ db }: Session): AlertRecords {
  return {
    async insertIfAbsent(alert) {
      const result = await db
        .insertInto('alerts')
        .values(alertRow(alert))
        .onConflict((conflict) => conflict.columns(['incident_id', 'channel_id', 'occasion']).doNothing())
        .executeTakeFirst();
      return result.numInsertedOrUpdatedRows === 1n;
    },
    async find(id) {
      const row = await db.selectFrom('alerts').selectAll().where('id', '=', id).executeTakeFirst();
      return maybe(row, alertOf);
    },
    async update(id, change) {
      const set = {
        ...(change.state === undefined ? {} : { state: change.state }),
        ...(change.attempts === undefined ? {} : { attempts: change.attempts }),
        ...(change.handedOverAt === undefined ? {} : { handed_over_at: change.handedOverAt }),
        ...(change.problem === undefined ? {} : { problem: change.problem }),
      };
      if (Object.keys(set).length === 0) return;
      const result = await db.updateTable('alerts').set(set).where('id', '=', id).executeTakeFirst();
      changedOne(result.numUpdatedRows);
    },
    async ofIncident(incidentId) {
      const rows = await db
        .selectFrom('alerts')
        .selectAll()
        .where('incident_id', '=', incidentId)
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      return rows.map(alertOf);
    },
  };
}

/** What a sealed secret is bound to. */
export function channelSecretContext(channelId: string): string {
  return `channel/${channelId}/signing-secret`;
}

async function channelRow(secrets: SecretColumns, channel: Channel): Promise<ChannelRow> {
  const signingSecret = channel.kind === 'webhook' ? channel.signingSecret : null;
  return {
    id: channel.id,
    organization_id: channel.organizationId,
    name: channel.name,
    kind: channel.kind,
    target: targetColumn(channel),
    signing_secret: await secrets.column(signingSecret, channelSecretContext(channel.id)),
    created_at: channel.createdAt,
  };
}

function listedOf(row: ChannelRow): ListedChannel {
  const common = {
    id: branded<Channel['id']>(row.id),
    organizationId: branded<Channel['organizationId']>(row.organization_id),
    name: row.name,
    createdAt: branded<Channel['createdAt']>(row.created_at),
  };
  const kind = oneOf(channelKinds, row.kind);
  if (kind === 'push') throw new VedetteError('data-damaged', 'A browser is no channel of an organization.');
  if (kind === 'email') return { ...common, kind, address: row.target };
  if (kind === 'mqtt') return { ...common, kind, topic: row.target };
  if (kind === 'webhook') return { ...common, kind, url: row.target };
  return { ...common, kind, number: row.target };
}

async function channelOf(secrets: SecretColumns, row: ChannelRow): Promise<Channel> {
  const listed = listedOf(row);
  if (listed.kind === 'push')
    throw new VedetteError('data-damaged', 'A browser is no channel of an organization.');
  if (listed.kind !== 'webhook') return listed;
  const signingSecret = await secrets.secret(row.signing_secret, channelSecretContext(row.id));
  if (signingSecret === null) {
    throw new VedetteError('data-damaged', 'A webhook has lost its signing secret. Make it anew.');
  }
  return { ...listed, signingSecret };
}

function targetColumn(target: ChannelTarget): string {
  switch (target.kind) {
    case 'email':
      return target.address;
    case 'webhook':
      return target.url;
    case 'mqtt':
      return target.topic;
    case 'push':
      return target.endpoint;
    default:
      return target.number;
  }
}

function occasionOf(text: string): Alert['occasion'] {
  if (isOccasion(text)) return text;
  throw new VedetteError('data-damaged', `"${text}" is not expected in a column.`);
}

function alertRow(alert: Alert): AlertRow {
  return {
    id: alert.id,
    organization_id: alert.organizationId,
    incident_id: alert.incidentId,
    channel_id: alert.channelId,
    kind: alert.kind,
    member_id: alert.memberId,
    occasion: alert.occasion,
    state: alert.state,
    attempts: alert.attempts,
    created_at: alert.createdAt,
    handed_over_at: alert.handedOverAt,
    problem: alert.problem,
  };
}

function alertOf(row: AlertRow): Alert {
  return {
    id: branded(row.id),
    organizationId: branded(row.organization_id),
    incidentId: branded(row.incident_id),
    channelId: branded(row.channel_id),
    kind: oneOf(channelKinds, row.kind),
    memberId: row.member_id === null ? null : branded(row.member_id),
    occasion: occasionOf(row.occasion),
    state: oneOf(alertStates, row.state),
    attempts: row.attempts,
    createdAt: branded(row.created_at),
    handedOverAt: row.handed_over_at === null ? null : branded(row.handed_over_at),
    problem: row.problem,
  };
}
