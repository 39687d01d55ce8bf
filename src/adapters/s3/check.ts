// A look at a bucket before it is used: what works, what is refused, and what should be set.

import { VedetteError } from '../../core/errors.ts';
import type { S3Address } from './address.ts';
import { ensureLifecycle } from './lifecycle.ts';
import { type Probe, probeStore, requireWriteOnce } from './probe.ts';
import { openStore, type S3Patience, type S3Store } from './store.ts';

export interface S3Finding {
  /** `wrong`: Vedette does not start with it. `advice`: it does. */
  readonly weight: 'good' | 'advice' | 'wrong';
  readonly sentence: string;
}

/**
 * Puts, reads and deletes objects of its own, and changes nothing else unless `setLifecycle`. What fails becomes a
 * finding; it never rejects.
 */
export async function checkS3(
  address: S3Address,
  options: { readonly setLifecycle?: boolean; readonly patience?: S3Patience } = {},
): Promise<readonly S3Finding[]> {
  let store: S3Store | null = null;
  try {
    store = await openStore(address, options.patience);
    const probe = await probeStore(store);
    requireWriteOnce(probe);
    const lifecycle = await ensureLifecycle(store, options.setLifecycle ?? false);
    return [
      good('Objects can be put, read, listed and deleted, and none is replaced by another.'),
      ...versioningFindings(probe),
      ...partsFindings(probe),
      lifecycle.state === 'missing'
        ? advice(lifecycle.sentence)
        : good('Left-over uploads and versions expire.'),
    ];
  } catch (error) {
    const sentence = error instanceof VedetteError ? error.detail : 'The check failed in an unforeseen way.';
    return [{ weight: 'wrong', sentence }];
  } finally {
    store?.close();
  }
}

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

function good(sentence: string): S3Finding {
  return { weight: 'good', sentence };
}

function advice(sentence: string): S3Finding {
  return { weight: 'advice', sentence };
}
