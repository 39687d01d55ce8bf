// Invitations.

import { branded, type SiteId } from '../../core/brand.ts';
import type { Invitation } from '../../core/organization/invitation.ts';
import { roles } from '../../core/organization/organization.ts';
import type { InvitationRecords } from '../../core/ports/records.ts';
import { oneOf, parsedTexts } from './columns.ts';
import type { InvitationRow } from './schema-people.ts';
import { maybe, type Session } from './session.ts';

/** Invitations that nobody accepted yet. */
export function invitationRecords({ db }: Session): InvitationRecords {
  const invitations = () => db.selectFrom('invitations').selectAll();
  return {
    async insert(invitation) {
      await db.insertInto('invitations').values(rowOf(invitation)).execute();
    },
    async find(id) {
      return maybe(await invitations().where('id', '=', id).executeTakeFirst(), invitationOf);
    },
    async findByToken(tokenSha256) {
      const row = await invitations().where('token_sha256', '=', tokenSha256).executeTakeFirst();
      return maybe(row, invitationOf);
    },
    async list(organizationId) {
      const rows = await invitations()
        .where('organization_id', '=', organizationId)
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      return rows.map(invitationOf);
    },
    async take(id) {
      const { numDeletedRows } = await db.deleteFrom('invitations').where('id', '=', id).executeTakeFirst();
      return numDeletedRows > 0n;
    },
    async deleteExpired(expiredBefore) {
      const { numDeletedRows } = await db
        .deleteFrom('invitations')
        .where('expires_at', '<', expiredBefore)
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}

function rowOf(invitation: Invitation): InvitationRow {
  return {
    id: invitation.id,
    organization_id: invitation.organizationId,
    email: invitation.email,
    role: invitation.role,
    site_ids: JSON.stringify(invitation.siteIds),
    invited_by: invitation.invitedBy,
    created_at: invitation.createdAt,
    expires_at: invitation.expiresAt,
    token_sha256: invitation.tokenSha256,
  };
}

function invitationOf(row: InvitationRow): Invitation {
  return {
    id: branded(row.id),
    organizationId: branded(row.organization_id),
    email: row.email,
    role: oneOf(roles, row.role),
    siteIds: parsedTexts(row.site_ids).map((siteId) => branded<SiteId>(siteId)),
    invitedBy: branded(row.invited_by),
    createdAt: branded(row.created_at),
    expiresAt: branded(row.expires_at),
    tokenSha256: branded(row.token_sha256),
  };
}
