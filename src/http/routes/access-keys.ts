// Access keys: how machines of an organization call.

import { z } from 'zod';
import { type AccessKeyId, branded, type SiteId } from '../../core/brand.ts';
import type { AccessKey as CoreAccessKey } from '../../core/organization/access-key.ts';
import { createAccessKey, listAccessKeys, revokeAccessKey } from '../../core/organization/access-keys.ts';
import type { Member } from '../../core/organization/organization.ts';
import { callerFields, logSecurity } from '../../core/organization/security-log.ts';
import { id } from '../contract/common.ts';
import { AccessKey, AccessKeyCreated, AccessKeyInput } from '../contract/organization.ts';
import { paths } from '../contract/paths.ts';
import type { HttpDeps } from '../dependencies.ts';
import { bare, memberRoute, type Route } from '../route.ts';

const tag = 'machines';
const params = z.object({ accessKeyId: id.transform((value) => branded<AccessKeyId>(value)) });

/** Making, listing and revoking keys. */
export function accessKeyRoutes(deps: HttpDeps): readonly Route[] {
  return [listRoute(deps), createRoute(deps), revokeRoute(deps)];
}

function listRoute(deps: HttpDeps): Route {
  return memberRoute(
    'manage-organization',
    {
      ...bare,
      method: 'get',
      path: paths.accessKeys,
      summary: 'All access keys, expired ones too. The keys themselves are shown only when they are made.',
      tag,
      answer: { status: 200, description: 'The keys, oldest first.', schema: z.array(AccessKey) },
    },
    async ({ caller }) => {
      const keys = await listAccessKeys(deps, caller);
      const members = await deps.records.members.list(caller.organizationId);
      return { json: keys.map((key) => wireKey(key, members)) };
    },
  );
}

function createRoute(deps: HttpDeps): Route {
  return memberRoute(
    'manage-organization',
    {
      ...bare,
      body: AccessKeyInput,
      method: 'post',
      path: paths.accessKeys,
      summary: 'Makes an access key for a machine: `Authorization: Bearer <key>`. It is shown this once.',
      tag,
      asksProof: true,
      answer: { status: 201, description: 'The key.', schema: AccessKeyCreated },
      errors: ['conflict', 'not-found'],
    },
    async ({ caller, body: { siteIds, ...body }, exchange: { peerAddress } }) => {
      const sites = siteIds?.map((siteId) => branded<SiteId>(siteId)) ?? null;
      const { accessKey, key } = await createAccessKey(deps, caller, { ...body, siteIds: sites });
      const { id: made, permissions, expiresAt } = accessKey;
      const fields = { made, permissions, expiresAt };
      logSecurity(deps.log, 'access-key-made', { peerAddress, ...callerFields(caller), ...fields });
      const members = await deps.records.members.list(caller.organizationId);
      return { json: { accessKey: wireKey(accessKey, members), key: key.reveal() } };
    },
  );
}

function revokeRoute(deps: HttpDeps): Route {
  return memberRoute(
    'manage-organization',
    {
      ...bare,
      params,
      method: 'delete',
      path: paths.accessKey('{accessKeyId}'),
      summary: 'Revokes an access key: it ends at once.',
      tag,
      asksProof: true,
      answer: { status: 204, description: 'Revoked.' },
    },
    async ({ caller, params: { accessKeyId }, exchange: { peerAddress } }) => {
      await revokeAccessKey(deps, caller, { accessKeyId });
      const fields = { peerAddress, ...callerFields(caller), revoked: accessKeyId };
      logSecurity(deps.log, 'access-key-revoked', fields);
      return null;
    },
  );
}

function wireKey(key: CoreAccessKey, members: readonly Member[]): z.input<typeof AccessKey> {
  const { id, name, start, permissions, siteIds, createdAt, expiresAt, lastUsedAt } = key;
  const createdBy = members.find((member) => member.id === key.createdBy)?.name ?? 'Somebody who left';
  return {
    ...{ id, name, start, createdBy, createdAt, expiresAt, lastUsedAt },
    permissions: [...permissions],
    siteIds: siteIds === null ? null : [...siteIds],
  };
}
