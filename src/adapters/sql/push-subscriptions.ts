// Browsers that take push messages, and the keys by which push services know this installation.

import type { PushSubscription } from '../../core/alert/push-subscription.ts';
import { branded } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import type { PushKeyRecords, PushSubscriptionRecords } from '../../core/ports/records-alerts.ts';
import type { PushSubscriptionRow } from './schema-incidents.ts';
import type { SecretColumns } from './secrets.ts';
import type { Session } from './session.ts';

/** Browsers of people, their authentication secrets sealed. */
export function pushSubscriptionRecords(session: Session, secrets: SecretColumns): PushSubscriptionRecords {
  const { db } = session;
  return {
    async put(subscription) {
      const auth = await secrets.column(subscription.auth, subscriptionContext(subscription.id));
      const row = rowOf(subscription, auth ?? '');
      await session.atomically(async (tx) => {
        const same = tx.deleteFrom('push_subscriptions').where('endpoint', '=', row.endpoint);
        await same.where('user_id', '<>', row.user_id).execute();
        await same.where('member_id', '=', row.member_id).execute();
        await tx.insertInto('push_subscriptions').values(row).execute();
      });
    },
    async find(id) {
      const row = await db
        .selectFrom('push_subscriptions')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst();
      return row === undefined ? null : subscriptionOf(secrets, row);
    },
    async ofMember(memberId) {
      const rows = await db
        .selectFrom('push_subscriptions')
        .selectAll()
        .where('member_id', '=', memberId)
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      return Promise.all(rows.map((row) => subscriptionOf(secrets, row)));
    },
    async ids(organizationId) {
      const rows = await db
        .selectFrom('push_subscriptions')
        .select(['id', 'member_id'])
        .where('organization_id', '=', organizationId)
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      return rows.map((row) => ({ id: branded(row.id), memberId: branded(row.member_id) }));
    },
    async delete(id) {
      await db.deleteFrom('push_subscriptions').where('id', '=', id).execute();
    },
    async deleteOfMember(memberId) {
      await db.deleteFrom('push_subscriptions').where('member_id', '=', memberId).execute();
    },
  };
}

/** What the sealed private key is bound to. */
export const pushKeyContext = 'push-keys/private';

/** One pair of keys for the installation, the private one sealed. */
export function pushKeyRecords({ db }: Session, secrets: SecretColumns): PushKeyRecords {
  return {
    async find() {
      const row = await db.selectFrom('push_keys').selectAll().executeTakeFirst();
      if (row === undefined) return null;
      const privateKey = await secrets.secret(row.private_key, pushKeyContext);
      return privateKey === null ? null : { publicKey: row.public_key, privateKey };
    },
    async insertIfAbsent({ publicKey, privateKey }) {
      const sealed = (await secrets.column(privateKey, pushKeyContext)) ?? '';
      await db
        .insertInto('push_keys')
        .values({ id: 1, public_key: publicKey, private_key: sealed })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
    },
  };
}

/** What a sealed secret is bound to. */
export function subscriptionContext(id: string): string {
  return `push-subscription/${id}/auth`;
}

function rowOf(subscription: PushSubscription, auth: string): PushSubscriptionRow {
  return {
    id: subscription.id,
    organization_id: subscription.organizationId,
    member_id: subscription.memberId,
    user_id: subscription.userId,
    name: subscription.name,
    endpoint: subscription.endpoint,
    p256dh: subscription.p256dh,
    auth,
    created_at: subscription.createdAt,
  };
}

async function subscriptionOf(secrets: SecretColumns, row: PushSubscriptionRow): Promise<PushSubscription> {
  const auth = await secrets.secret(row.auth, subscriptionContext(row.id));
  if (auth === null) throw new VedetteError('data-damaged', 'A browser has lost its secret. Add it anew.');
  return {
    id: branded(row.id),
    organizationId: branded(row.organization_id),
    memberId: branded(row.member_id),
    userId: row.user_id,
    name: row.name,
    endpoint: row.endpoint,
    p256dh: row.p256dh,
    auth,
    createdAt: branded(row.created_at),
  };
}
