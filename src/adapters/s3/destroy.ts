// Destroying an object for good: in a bucket with versions, every version of it and every mark of its deletion.

import type { ListObjectVersionsCommandOutput } from '@aws-sdk/client-s3';
import { unless } from './failure.ts';
import type { S3Store } from './store.ts';

/** Removes objects. `isVersioned`: whether the bucket was found to keep versions, or nobody may know. */
export function destroyer(store: S3Store, isVersioned: boolean): (key: string) => Promise<void> {
  let keepsVersions = isVersioned;
  return async (key) => {
    const name = store.prefix + key;
    if (!keepsVersions) {
      const gone = await store.run('DeleteObject', () =>
        store.client
          .send(new store.sdk.DeleteObjectCommand({ Bucket: store.bucket, Key: name }))
          .catch(unless(404)),
      );
      // An answer with a version: somebody made the bucket keep them since, and has made a mark of this now.
      keepsVersions = gone?.DeleteMarker === true || gone?.VersionId !== undefined;
    }
    if (keepsVersions) await destroyVersions(store, name);
  };
}

async function destroyVersions(store: S3Store, name: string): Promise<void> {
  for await (const VersionId of versionsOf(store, name)) {
    const command = new store.sdk.DeleteObjectCommand({ Bucket: store.bucket, Key: name, VersionId });
    await store.run('DeleteObjectVersion', () => store.client.send(command).catch(unless(404)));
  }
}

interface Place {
  readonly KeyMarker?: string | undefined;
  readonly VersionIdMarker?: string | undefined;
}

/** Versions and marks of exactly this key: the list also has those whose key begins with it, after them. */
async function* versionsOf(store: S3Store, name: string): AsyncGenerator<string> {
  let after: Place | null = {};
  while (after !== null) {
    const page: ListObjectVersionsCommandOutput = await pageOf(store, name, after);
    const listed = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
    for (const { Key, VersionId } of listed) if (Key === name && VersionId !== undefined) yield VersionId;
    const isMore = page.IsTruncated === true && page.NextKeyMarker === name;
    after = isMore ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker } : null;
  }
}

function pageOf(store: S3Store, name: string, after: Place): Promise<ListObjectVersionsCommandOutput> {
  const command = new store.sdk.ListObjectVersionsCommand({ Bucket: store.bucket, Prefix: name, ...after });
  return store.run('ListObjectVersions', () => store.client.send(command));
}
