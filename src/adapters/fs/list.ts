// Listing the files of a folder as keys, in key order.

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isBlobKey } from '../../core/ports/blob-key.ts';
import type { BlobInfo } from '../../core/ports/blobs.ts';
import { systemCode, translated } from './errors.ts';

/**
 * Files below `root` whose path from there starts with `prefix`. Holds the names of one folder a level in memory.
 * What comes or goes meanwhile may be in the list or not; files whose names are no keys are not ours.
 */
export async function* listFiles(root: string, prefix: string): AsyncGenerator<BlobInfo> {
  yield* listFolder(root, '', prefix);
}

async function* listFolder(root: string, base: string, prefix: string): AsyncGenerator<BlobInfo> {
  for (const name of await namesIn(join(root, base))) {
    const key = base + name;
    if (name.endsWith('/')) {
      if (key.startsWith(prefix) || prefix.startsWith(key)) yield* listFolder(root, key, prefix);
    } else if (key.startsWith(prefix) && isBlobKey(key)) {
      const found = await stat(join(root, key)).catch(unlessGone);
      if (found !== null) yield { key, sizeBytes: found.size };
    }
  }
}

/** Folders end in "/" before sorting, because "a-b" comes before "a/b" among keys, and after "a" among names. */
async function namesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(unlessGone);
  return (entries ?? [])
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .sort();
}

function unlessGone(error: unknown): null {
  if (systemCode(error) === 'ENOENT') return null;
  throw translated(error);
}
