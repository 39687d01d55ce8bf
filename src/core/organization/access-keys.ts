// Access keys: making, listing and revoking them, and which machine calls with one.

import { type AccessKeyId, branded, type EpochMs, type SiteId } from '../brand.ts';
import { errorCode, VedetteError } from '../errors.ts';
import { newId } from '../identifiers.ts';
import type { Accounts } from '../ports/accounts.ts';
import type { Clock } from '../ports/clock.ts';
import type { Events } from '../ports/events.ts';
import type { Records } from '../ports/records.ts';
import type { Secret } from '../secret.ts';
import {
  allows,
  type Caller,
  owned,
  person,
  type Reach,
  reaches,
  reachOf,
  requirePermission,
} from './access.ts';
import {
  type AccessKey,
  type MachinePermission,
  machinePermissions,
  maxAccessKeyLifeMs,
} from './access-key.ts';
import { actor, mustReach } from './members.ts';
import type { Member } from './organization.ts';
import type { Permission } from './permission.ts';
import { isWorthNoting } from './seen.ts';
import { newToken, tokenSha256 } from './token.ts';

/** Keys of one organization: bounds the list. */
export const maxAccessKeys = 100;

/** What every key begins with, so that secret scanners and people know one when they see it. */
export const accessKeyPrefix = 'vdt_';
const startLength = accessKeyPrefix.length + 6;
const dayMs = 86_400_000;
const form = /^vdt_[A-Za-z0-9_-]{43}$/;

interface KeyDeps {
  readonly records: Records;
  readonly clock: Clock;
  readonly accounts: Pick<Accounts, 'isEnabled'>;
}

export interface AccessKeyInput {
  readonly name: string;
  readonly permissions: readonly Permission[];
  /** Null is every site. */
  readonly siteIds: readonly SiteId[] | null;
  readonly lifeDays: number;
}

/**
 * Makes a key that can do at most what its creator can, at sites that they reach. `key` is shown this once.
 * Errors: `not-allowed`, `request-invalid`, `not-found` (a site), `conflict` (too many).
 */
export async function createAccessKey(
  { records, clock, accounts }: KeyDeps,
  caller: Caller,
  input: AccessKeyInput,
): Promise<{ accessKey: AccessKey; key: Secret }> {
  requirePermission(caller, 'manage-organization');
  // A session may be remembered for seconds after its account was disabled; a key would go on with it.
  if (!(await accounts.isEnabled(person(caller).userId))) throw new VedetteError('not-signed-in');
  const permissions = checkedPermissions(input.permissions);
  const createdAt = clock.now();
  const expiresAt = branded<EpochMs>(createdAt + checkedLifeMs(input.lifeDays));
  const key = newToken(accessKeyPrefix);
  const sha256 = await tokenSha256(key.reveal());
  const accessKey = await records.transaction(async (tx) => {
    const self = await actor(tx, caller, 'manage-organization');
    mustHave(self, permissions);
    const scope = { organizationId: caller.organizationId, reach: reachOf(self) };
    const siteIds = await checkedSites(tx, scope, input.siteIds);
    if ((await tx.accessKeys.list(caller.organizationId)).length >= maxAccessKeys) {
      throw new VedetteError('conflict', `At most ${maxAccessKeys} keys are possible. Revoke one first.`);
    }
    const made: AccessKey = {
      id: newId<AccessKeyId>(clock),
      organizationId: caller.organizationId,
      name: input.name,
      permissions,
      siteIds,
      createdBy: self.id,
      createdAt,
      expiresAt,
      lastUsedAt: null,
      start: key.reveal().slice(0, startLength),
      sha256,
    };
    await tx.accessKeys.insert(made);
    return made;
  });
  return { accessKey, key };
}

/** All keys of the caller's organization, expired ones too, oldest first. */
export async function listAccessKeys(
  { records }: { records: Records },
  caller: Caller,
): Promise<readonly AccessKey[]> {
  requirePermission(caller, 'manage-organization');
  return records.accessKeys.list(caller.organizationId);
}

/** Ends a key at once. Errors: `not-found`, `not-allowed` (a machine, or whoever may not any more). */
export async function revokeAccessKey(
  { records, events }: { records: Records; events: Events },
  caller: Caller,
  { accessKeyId }: { accessKeyId: AccessKeyId },
): Promise<void> {
  requirePermission(caller, 'manage-organization');
  const { organizationId } = caller;
  await records.transaction(async (tx) => {
    await actor(tx, caller, 'manage-organization');
    const { id } = owned(await tx.accessKeys.find(accessKeyId), caller);
    await tx.accessKeys.delete(id);
  });
  events.publish({ type: 'access-changed', organizationId, memberId: null });
}

/**
 * The caller of a key, or null: unknown, expired, revoked, or its creator is a member no more or disabled. Where the
 * creator was demoted, the key can do and reaches no more than they. Nothing is cached: a revoked key ends at once.
 */
export async function callerOfKey(
  { records, clock, accounts }: KeyDeps,
  key: Secret,
): Promise<Caller | null> {
  const text = key.reveal();
  if (!form.test(text)) return null;
  const found = await records.accessKeys.findBySha256(await tokenSha256(text));
  const now = clock.now();
  if (found === null || found.expiresAt <= now) return null;
  const creator = await records.members.find(found.createdBy);
  if (creator === null || creator.organizationId !== found.organizationId) return null;
  if (!(await accounts.isEnabled(creator.userId))) return null;
  if (isWorthNoting(found.lastUsedAt, now)) {
    try {
      await records.accessKeys.used(found.id, now);
    } catch (error) {
      // Revoked in this moment; anything else (a full disk) must not keep machines out.
      if (errorCode(error) === 'not-found') return null;
    }
  }
  return {
    organizationId: found.organizationId,
    permissions: new Set(found.permissions.filter((permission) => allows(creator.role, permission))),
    reach: reachOfKey(found, creator),
    member: null,
    session: null,
    accessKeyId: found.id,
  };
}

function reachOfKey({ siteIds }: AccessKey, creator: Member): Reach {
  const reach = reachOf(creator);
  if (siteIds === null) return reach;
  return new Set<SiteId>(siteIds.filter((id) => reaches({ reach }, id)));
}

function checkedPermissions(permissions: readonly Permission[]): readonly MachinePermission[] {
  const wanted = machinePermissions.filter((permission) => permissions.includes(permission));
  if (wanted.length > 0 && permissions.every((name) => wanted.some((known) => known === name))) return wanted;
  throw refused('permissions', 'Choose what the key may do, of what machines can be given.');
}

/** Errors: `not-allowed`, where the member cannot do themselves what they would give. */
function mustHave({ role }: Member, permissions: readonly MachinePermission[]): void {
  const beyond = permissions.find((permission) => !allows(role, permission));
  if (beyond === undefined) return;
  throw new VedetteError('not-allowed', `Your role cannot give a key "${beyond}".`);
}

function checkedLifeMs(lifeDays: number): number {
  const lifeMs = lifeDays * dayMs;
  if (Number.isInteger(lifeDays) && lifeMs > 0 && lifeMs <= maxAccessKeyLifeMs) return lifeMs;
  throw refused('lifeDays', `A key works for 1 to ${maxAccessKeyLifeMs / dayMs} days.`);
}

/** The sites of what a caller makes: theirs alone. Errors: `request-invalid` (none), `not-found` (not theirs). */
export async function checkedSites(
  tx: Parameters<typeof mustReach>[0],
  scope: Parameters<typeof mustReach>[1],
  siteIds: readonly SiteId[] | null,
): Promise<readonly SiteId[] | null> {
  if (siteIds === null) return scope.reach === 'every-site' ? null : [...scope.reach];
  if (siteIds.length === 0) throw refused('siteIds', 'Choose the sites that it reaches.');
  await mustReach(tx, scope, siteIds);
  return [...new Set(siteIds)];
}

function refused(field: string, sentence: string): VedetteError {
  return new VedetteError('request-invalid', sentence, { fields: { [field]: sentence } });
}
