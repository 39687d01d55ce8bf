// A look at a bucket before it is used: what works, what is refused, and what should be set.

import { VedetteError } from '../../core/errors.ts';
import { foreignStoreSentence, hasNoneOf } from '../../core/footage/foreign-store.ts';
import type { S3Address } from './address.ts';
import { ensureLifecycle, type Lifecycle } from './lifecycle.ts';
import { harmOf } from './lifecycle-harm.ts';
import { type Probe, probeStore, requireWriteOnce } from './probe.ts';
import { describe } from './put.ts';
import { openStore, type S3Patience, type S3Store } from './store.ts';

export interface S3Finding {
  /** `wrong`: Vedette does not start with it, or footage would be lost. `advice`: it works, and should be mended. */
  readonly weight: 'good' | 'advice' | 'wrong';
  readonly sentence: string;
}

export interface S3CheckOptions {
  /** Days that footage is kept at most which nothing holds: a rule that deletes earlier is wrong. */
  readonly keptDays: number;
  readonly setLifecycle?: boolean;
  /** Where the newest recordings should lie, as far as anybody knows. */
  readonly newest?: readonly string[];
  readonly patience?: S3Patience;
}

/** A check waits less than a recorder, and takes away what it put there within the same patience. */
const checkPatience: S3Patience = { idleMs: 4_000, attempts: 3, totalMs: 8_000 };

/**
 * Puts, reads and deletes objects of its own, and changes nothing else unless `setLifecycle`. What fails becomes a
 * finding; it never rejects.
 */
export async function checkS3(
  address: S3Address,
  { keptDays, setLifecycle = false, newest = [], patience = checkPatience }: S3CheckOptions,
): Promise<readonly S3Finding[]> {
  let store: S3Store | null = null;
  try {
    store = await openStore(address, patience);
    const probe = await probeStore(store);
    requireWriteOnce(probe);
    const lifecycle = await ensureLifecycle(store, setLifecycle);
    const isForeign = await hasNoneOf(headsOf(store), newest);
    return [
      ...(isForeign ? [advice(foreignStoreSentence(newest.length))] : []),
      good('Objects can be put, read, listed and deleted, and none is replaced by another.'),
      ...versioningFindings(probe),
      ...partsFindings(probe),
      ...lifecycleFindings(store, lifecycle, keptDays),
    ];
  } catch (error) {
    const sentence = error instanceof VedetteError ? error.detail : 'The check failed in an unforeseen way.';
    return [{ weight: 'wrong', sentence }];
  } finally {
    store?.close();
  }
}

const headsOf = (store: S3Store) => ({
  async head(key: string) {
    const found = await describe(store, key);
    return found === null ? null : { key, sizeBytes: found.sizeBytes };
  },
});

function versioningFindings({ versioning }: Probe): readonly S3Finding[] {
  switch (versioning) {
    case 'off':
      return [good('The bucket keeps no versions: what is deleted is gone.')];
    case 'on':
    case 'suspended':
      return [good('The bucket keeps versions; every version of what is deleted is deleted.')];
    case 'unknown':
      return [advice('Whether the bucket keeps versions may not be asked. Grant s3:GetBucketVersioning.')];
  }
}

function partsFindings({ keepsInParts, checksBodies }: Probe): readonly S3Finding[] {
  return [
    ...(keepsInParts
      ? []
      : [advice('This store would replace objects by uploads in parts, so files are sent whole.')]),
    ...(checksBodies
      ? []
      : [advice('This store checks no SHA-256 of its own: what comes by a link has to be confirmed.')]),
  ];
}

function lifecycleFindings(
  { prefix }: S3Store,
  { state, sentence, rules }: Lifecycle,
  keptDays: number,
): readonly S3Finding[] {
  return [
    ...harmOf(prefix, rules, keptDays).map(
      ({ isCertain, sentence: harm }): S3Finding => ({
        weight: isCertain ? 'wrong' : 'advice',
        sentence: harm,
      }),
    ),
    state === 'missing' ? advice(sentence) : good(sentence),
  ];
}

function good(sentence: string): S3Finding {
  return { weight: 'good', sentence };
}

function advice(sentence: string): S3Finding {
  return { weight: 'advice', sentence };
}
