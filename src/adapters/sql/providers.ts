// Providers: the client secret is a sealed column, the domains are a table of their own, one row a domain.

import { z } from 'zod';
import { branded, type OrganizationId } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import { roles } from '../../core/organization/organization.ts';
import type { Provider } from '../../core/organization/provider.ts';
import type { ProviderRecords } from '../../core/ports/records.ts';
import { oneOf, parsedColumn } from './columns.ts';
import type { ProviderRow } from './schema-people.ts';
import type { SecretColumns } from './secrets.ts';
import type { Session } from './session.ts';

const storedRoles = z.record(z.string(), z.enum(roles));

/** Organizations' own sign-ins, their client secrets sealed. */
export function providerRecords(session: Session, secrets: SecretColumns): ProviderRecords {
  const { db } = session;
  return {
    async insert(provider) {
      // Sealed before the transaction, which must not wait for keys.
      const row = await rowOf(secrets, provider);
      const domains = provider.domains.map((domain) => ({ domain, provider_id: provider.id }));
      await session.atomically(async (tx) => {
        await tx.insertInto('providers').values(row).execute();
        if (domains.length > 0) await tx.insertInto('provider_domains').values(domains).execute();
      });
    },
    ...lookups(session, secrets),
    ...links(session),
    seal: ({ id, clientSecret }) => secrets.prepare(clientSecret, providerSecretContext(id)),
    delete: (id) =>
      session.atomically(async (tx) => {
        await tx.deleteFrom('provider_domains').where('provider_id', '=', id).execute();
        await tx.deleteFrom('provider_links').where('provider_id', '=', id).execute();
        await tx.deleteFrom('providers').where('id', '=', id).execute();
      }),
    async any() {
      return (await db.selectFrom('providers').select('id').limit(1).execute()).length > 0;
    },
  };
}

function lookups(
  { db }: Session,
  secrets: SecretColumns,
): Pick<ProviderRecords, 'find' | 'organizationOf' | 'findByDomain' | 'list' | 'count'> {
  const providers = () => db.selectFrom('providers').selectAll().orderBy('created_at').orderBy('id');
  const read = async (row: ProviderRow): Promise<Provider> => {
    const domains = await db
      .selectFrom('provider_domains')
      .select('domain')
      .where('provider_id', '=', row.id)
      .orderBy('domain')
      .execute();
    return providerOf(
      secrets,
      row,
      domains.map(({ domain }) => domain),
    );
  };
  return {
    async find(id) {
      const row = await providers().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : read(row);
    },
    async organizationOf(id) {
      const row = await db
        .selectFrom('providers')
        .select('organization_id')
        .where('id', '=', id)
        .executeTakeFirst();
      return row === undefined ? null : branded<OrganizationId>(row.organization_id);
    },
    async findByDomain(domain) {
      const row = await providers()
        .where('id', 'in', (eb) =>
          eb.selectFrom('provider_domains').select('provider_id').where('domain', '=', domain),
        )
        .executeTakeFirst();
      return row === undefined ? null : read(row);
    },
    async list(organizationId) {
      return Promise.all(
        (await providers().where('organization_id', '=', organizationId).execute()).map(read),
      );
    },
    async count(organizationId) {
      const { count } = await db
        .selectFrom('providers')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('organization_id', '=', organizationId)
        .executeTakeFirstOrThrow();
      return Number(count);
    },
  };
}

function links(session: Session): Pick<ProviderRecords, 'linkedUser' | 'linkedSubject' | 'link'> {
  const { db } = session;
  return {
    async linkedUser(id, subject) {
      const row = await db
        .selectFrom('provider_links')
        .select('user_id')
        .where('provider_id', '=', id)
        .where('subject', '=', subject)
        .executeTakeFirst();
      return row?.user_id ?? null;
    },
    async linkedSubject(id, userId) {
      const row = await db
        .selectFrom('provider_links')
        .select('subject')
        .where('provider_id', '=', id)
        .where('user_id', '=', userId)
        .executeTakeFirst();
      return row?.subject ?? null;
    },
    link: (id, subject, userId) =>
      session.atomically(async (tx) => {
        const mine = tx.deleteFrom('provider_links').where('provider_id', '=', id);
        await mine.where('user_id', '=', userId).execute();
        const row = { provider_id: id, subject, user_id: userId };
        const inserted = await tx
          .insertInto('provider_links')
          .values(row)
          .onConflict((conflict) => conflict.doNothing())
          .returning('user_id')
          .execute();
        if (inserted.length === 0) throw new VedetteError('conflict', 'This person has another account.');
      }),
  };
}

/** What a sealed secret is bound to. */
export function providerSecretContext(providerId: string): string {
  return `provider/${providerId}/client-secret`;
}

async function rowOf(secrets: SecretColumns, provider: Provider): Promise<ProviderRow> {
  const sealed = await secrets.column(provider.clientSecret, providerSecretContext(provider.id));
  return {
    id: provider.id,
    organization_id: provider.organizationId,
    name: provider.name,
    issuer: provider.issuer,
    client_id: provider.clientId,
    client_secret: sealed ?? '',
    role_claim: provider.roleClaim,
    role_by_value: JSON.stringify(provider.roleByValue),
    default_role: provider.defaultRole,
    created_at: provider.createdAt,
  };
}

async function providerOf(
  secrets: SecretColumns,
  row: ProviderRow,
  domains: readonly string[],
): Promise<Provider> {
  const roleByValue = storedRoles.safeParse(parsedColumn(row.role_by_value));
  const clientSecret = await secrets.secret(row.client_secret, providerSecretContext(row.id));
  if (!roleByValue.success || clientSecret === null) {
    throw new VedetteError('data-damaged', 'A sign-in provider is damaged. Remove it and add it again.', {
      cause: roleByValue.error,
    });
  }
  return {
    id: branded(row.id),
    organizationId: branded(row.organization_id),
    name: row.name,
    issuer: row.issuer,
    clientId: row.client_id,
    clientSecret,
    domains,
    roleClaim: row.role_claim,
    roleByValue: roleByValue.data,
    defaultRole: row.default_role === null ? null : oneOf(roles, row.default_role),
    createdAt: branded(row.created_at),
  };
}
