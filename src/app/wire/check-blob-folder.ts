// Is a folder fit to be the store of footage that all processes see; before the first start, too, and without making it.

import { mkdir, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fsBlobs, isBlobFolder } from '../../adapters/fs/blobs.ts';
import { foreignStoreSentence, hasNoneOf } from '../../core/footage/foreign-store.ts';
import { type OpeningCheck, right, risky, wrong } from '../../core/setting-finding.ts';
import { checkBlobs } from '../check-settings/stores.ts';
import { footageMissing } from './engines.ts';

interface BlobFolderOptions {
  readonly reserveGb: number;
  /** Whether an installation is known to live in the records. */
  isUsed(): Promise<boolean>;
  /** Where the newest recordings should lie. */
  newest(): Promise<readonly string[]>;
}

/** Leaves nothing behind. Errors: those of the folder. */
export async function* checkBlobFolder(folder: string, options: BlobFolderOptions): OpeningCheck {
  if (await isBlobFolder(folder)) {
    const blobs = await fsBlobs({ folder, isShared: true });
    yield* checkBlobs(blobs, options);
    const newest = await options.newest();
    if (await hasNoneOf(blobs, newest)) yield risky(foreignStoreSentence(newest.length));
    return;
  }
  if (await options.isUsed()) {
    yield wrong(footageMissing(folder));
    return;
  }
  const place = await stat(folder).catch(() => null);
  if (place?.isDirectory() === true) yield* firstStartIn(folder, options);
  else if (place !== null) yield wrong(`${folder} is a file. Name a folder, or move it away.`);
  else yield* firstStartMakes(folder);
}

async function* firstStartIn(folder: string, options: BlobFolderOptions): OpeningCheck {
  const probe = join(folder, `.check-${crypto.randomUUID()}`);
  try {
    yield* checkBlobs(await fsBlobs({ folder: probe, isShared: true }), options);
    yield right('There is no footage yet; the first start begins with it.');
  } finally {
    await rm(probe, { recursive: true, force: true });
  }
}

async function* firstStartMakes(folder: string): OpeningCheck {
  const above = await nearest(dirname(folder));
  const probe = join(above, `.check-${crypto.randomUUID()}`);
  try {
    // Modes say too little: some file systems make no folders for anybody.
    await mkdir(probe);
    await rmdir(probe);
  } catch {
    yield wrong(`${folder} is not there, and this user cannot make it in ${above}. Make it, or mount it.`);
    return;
  }
  yield risky(
    `${folder} is not there, and the first start would make it in ${above}. Make it yourself, and mount first what is to be mounted.`,
  );
}

/** The innermost folder that is there. */
async function nearest(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  return found !== null || dirname(path) === path ? path : nearest(dirname(path));
}
