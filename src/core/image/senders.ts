// Who sent a record: the source that it names, if it is signed with that source's secret.

import { branded, type ImageSourceId, type OrganizationId } from '../brand.ts';
import { errorCode } from '../errors.ts';
import { type Reach, allows, reaches, reachOf } from '../organization/access.ts';
import { isWorthNoting } from '../organization/seen.ts';
import type { Clock } from '../ports/clock.ts';
import type { Records } from '../ports/records.ts';
import { remembered } from '../remembered.ts';
import { isSigned, signatureHeader, signedText, signingKey } from './record-signature.ts';

/** A source that was removed or renewed counts for so long at most. */
const ttlMs = 5_000;
/** Names that nobody has are remembered, too; the oldest is forgotten first. */
const max = 10_000;

/** Why nobody is known to have sent a record. */
export const refusalReasons = [
  'no-source',
  'unknown-source',
  'no-signature',
  'wrong-signature',
  'too-large',
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

export interface Sender {
  readonly id: ImageSourceId;
  readonly organizationId: OrganizationId;
  readonly reach: Reach;
}

export type Sent = { readonly refusal: RefusalReason } | { readonly sender: Sender; readonly text: string };

export interface Senders {
  /** Who sent a record, and the text that was signed. Errors: those of the records and the keys. */
  of(headers: Readonly<Record<string, string>>, value: Uint8Array<ArrayBuffer>): Promise<Sent>;
}

export function senders({ records, clock }: { records: Records; clock: Clock }): Senders {
  const sources = remembered(clock, { ttlMs, max }, (id: ImageSourceId) => lookUp({ records, clock }, id));
  return {
    async of(headers, value) {
      const { source = '', [signatureHeader]: signature = '' } = headers;
      if (source === '') return { refusal: 'no-source' };
      if (signature === '') return { refusal: 'no-signature' };
      // Only what can be an id is looked up: the database is not asked whatever strangers write.
      if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(source)) return { refusal: 'unknown-source' };
      const known = await sources.get(branded<ImageSourceId>(source));
      if (known === null) return { refusal: 'unknown-source' };
      const text = await signedText(headers, value);
      const isTheirs = text !== null && (await isSigned(known.key, text, signature));
      if (!isTheirs) return { refusal: 'wrong-signature' };
      return { sender: known.sender, text };
    },
  };
}

/** Null where there is none, or whoever made it may not push images any more. */
async function lookUp(
  { records, clock }: { records: Records; clock: Clock },
  id: ImageSourceId,
): Promise<{ readonly sender: Sender; readonly key: CryptoKey } | null> {
  const source = await records.imageSources.find(id);
  if (source === null) return null;
  const { organizationId, siteIds, createdBy, lastUsedAt } = source;
  const creator = await records.members.find(createdBy);
  if (creator?.organizationId !== organizationId || !allows(creator.role, 'push-images')) return null;
  const key = await signingKey(source.secret).catch((error: unknown) => {
    // What was destroyed comes back for nobody; what is only away now is asked for again.
    if (errorCode(error) !== 'key-destroyed') throw error;
    return null;
  });
  if (key === null) return null;
  const now = clock.now();
  if (isWorthNoting(lastUsedAt, now)) await records.imageSources.used(id, now).catch(onlyGone);
  const theirs = reachOf(creator);
  const reach =
    siteIds === null ? theirs : new Set(siteIds.filter((siteId) => reaches({ reach: theirs }, siteId)));
  return { sender: { id, organizationId, reach }, key };
}

/** Removed in this moment. */
function onlyGone(error: unknown): void {
  if (errorCode(error) !== 'not-found') throw error;
}
