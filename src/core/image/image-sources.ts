// Image sources: making, listing and removing them, and giving them another secret.

import type { ImageSourceId, SiteId } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import { newId } from '../identifiers.ts';
import { checkedSites } from '../organization/access-keys.ts';
import { type Caller, owned, person, reachOf, requirePermission } from '../organization/access.ts';
import { actor } from '../organization/members.ts';
import { newToken } from '../organization/token.ts';
import type { Accounts } from '../ports/accounts.ts';
import type { Clock } from '../ports/clock.ts';
import type { Records } from '../ports/records.ts';
import { type ImageSource, maxImageSources, sourceSecretPrefix } from './image-source.ts';

interface SourceDeps {
  readonly records: Records;
  readonly clock: Clock;
  readonly accounts: Pick<Accounts, 'isEnabled'>;
}

export interface ImageSourceInput {
  readonly name: string;
  /** Null is every site that its creator reaches. */
  readonly siteIds: readonly SiteId[] | null;
}

/**
 * Makes a source. Its secret is shown this once. Errors: `not-allowed`, `not-signed-in` (disabled meanwhile),
 * `request-invalid`, `not-found` (a site), `conflict` (too many).
 */
export async function createImageSource(
  { records, clock, accounts }: SourceDeps,
  caller: Caller,
  { name, siteIds: wanted }: ImageSourceInput,
): Promise<ImageSource> {
  await mustManage(accounts, caller);
  const { organizationId } = caller;
  const now = clock.now();
  const draft: ImageSource = {
    ...{ id: newId<ImageSourceId>(clock), organizationId, name, siteIds: null, createdBy: person(caller).id },
    ...{ createdAt: now, renewedAt: now, lastUsedAt: null, secret: newToken(sourceSecretPrefix) },
  };
  await records.imageSources.seal(draft);
  return records.transaction(async (tx) => {
    const self = await actor(tx, caller, 'manage-organization');
    const siteIds = await checkedSites(tx, { organizationId, reach: reachOf(self) }, wanted);
    if ((await tx.imageSources.count(organizationId)) >= maxImageSources) {
      throw new VedetteError(
        'conflict',
        `At most ${maxImageSources} sources are possible. Remove one first.`,
      );
    }
    const made = { ...draft, siteIds };
    await tx.imageSources.insert(made);
    return made;
  });
}

/** All sources of the caller's organization, oldest first. */
export async function listImageSources(
  { records }: Pick<SourceDeps, 'records'>,
  caller: Caller,
): Promise<readonly ImageSource[]> {
  requirePermission(caller, 'manage-organization');
  return records.imageSources.list(caller.organizationId);
}

/** Gives a source another secret: within five seconds the one before signs nothing any more. Errors: `not-found`. */
export async function renewImageSource(
  { records, clock, accounts }: SourceDeps,
  caller: Caller,
  { imageSourceId }: { imageSourceId: ImageSourceId },
): Promise<ImageSource> {
  await mustManage(accounts, caller);
  const before = owned(await records.imageSources.find(imageSourceId), caller);
  const after = { ...before, renewedAt: clock.now(), secret: newToken(sourceSecretPrefix) };
  await records.imageSources.seal(after);
  await records.transaction(async (tx) => {
    await actor(tx, caller, 'manage-organization');
    await tx.imageSources.renew(after);
  });
  return after;
}

/** Removes a source: within five seconds nothing of it is taken any more. Errors: `not-found`. */
export async function removeImageSource(
  { records }: Pick<SourceDeps, 'records'>,
  caller: Caller,
  { imageSourceId }: { imageSourceId: ImageSourceId },
): Promise<void> {
  requirePermission(caller, 'manage-organization');
  owned(await records.imageSources.find(imageSourceId), caller);
  await records.transaction(async (tx) => {
    await actor(tx, caller, 'manage-organization');
    await tx.imageSources.delete(imageSourceId);
  });
}

/** A session may be remembered for seconds after its account was disabled; a secret would go on with it. */
async function mustManage(accounts: Pick<Accounts, 'isEnabled'>, caller: Caller): Promise<void> {
  requirePermission(caller, 'manage-organization');
  if (!(await accounts.isEnabled(person(caller).userId))) throw new VedetteError('not-signed-in');
}
