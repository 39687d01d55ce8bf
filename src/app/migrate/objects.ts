// Moving objects: copied once, read back once, and listed on both sides before anybody relies on them.

import { hash } from 'node:crypto';
import { branded, type Sha256 } from '../../core/brand.ts';
import { errorCode } from '../../core/errors.ts';
import type { BlobInfo, Blobs } from '../../core/ports/blobs.ts';

/** Objects looked up in the ledger at once. */
const batchObjects = 64;
/** Objects in memory at once: of a few tens of megabytes each. */
const atOnce = 4;

export interface MovedObject {
  readonly key: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** What was copied and read back, kept with the target. */
export interface ObjectLedger {
  /** In the order of their keys, after `after`. */
  page(after: string, limit: number): Promise<readonly MovedObject[]>;
  find(keys: readonly string[]): Promise<readonly MovedObject[]>;
  count(): Promise<number>;
  add(objects: readonly MovedObject[]): Promise<void>;
  remove(key: string): Promise<void>;
}

export interface MovingObjects {
  readonly from: Blobs;
  readonly to: Blobs;
  readonly ledger: ObjectLedger;
  /** What the rows say of the SHA-256 of these objects. */
  expected(keys: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Reads what was copied before once more, on both sides. */
  readonly isThorough: boolean;
  walked(objects: number, bytes: number): void;
}

export interface ObjectReport {
  readonly objects: number;
  readonly bytes: number;
  /** Copied and read back in this run. */
  readonly copied: number;
  /** Removed in the target, because the source has them no more. */
  readonly removed: number;
  /** Where source and target differ, a sentence each. */
  readonly differing: readonly string[];
  /** What was damaged in the source already, a sentence each. */
  readonly damaged: readonly string[];
}

/** Brings the target's objects to what the source has. Errors: those of the stores. */
export async function moveObjects(moving: MovingObjects): Promise<ObjectReport> {
  const copied = await copyAll(moving);
  const removed = await removeGone(moving);
  const compared = await compareLists(moving);
  return {
    ...{ objects: compared.objects, bytes: compared.bytes, removed },
    copied: copied.copied,
    differing: [...copied.differing, ...compared.differing],
    damaged: copied.damaged,
  };
}

interface Copied {
  copied: number;
  readonly differing: string[];
  readonly damaged: string[];
}

async function copyAll(moving: MovingObjects): Promise<Copied> {
  const report: Copied = { copied: 0, differing: [], damaged: [] };
  for await (const batch of batches(moving.from.list(''))) {
    const keys = batch.map(({ key }) => key);
    const known = new Map((await moving.ledger.find(keys)).map((each) => [each.key, each]));
    const expected = await moving.expected(keys);
    for (let at = 0; at < batch.length; at += atOnce) {
      const some = batch.slice(at, at + atOnce).map((info) => {
        const before = known.get(info.key);
        const isKnown = before !== undefined && before.sizeBytes === info.sizeBytes;
        return isKnown && !moving.isThorough
          ? null
          : copyOne(moving, info.key, {
              ...{ expected: expected.get(info.key), report, before: isKnown ? before : null },
            });
      });
      await moving.ledger.add((await Promise.all(some)).filter((each) => each !== null));
    }
    moving.walked(
      batch.length,
      batch.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    );
  }
  return report;
}

interface CopiedObject {
  readonly expected: string | undefined;
  readonly report: Copied;
  /** What was copied and read back by an earlier run; null where it is to be copied. */
  readonly before: MovedObject | null;
}

/** Null where it is not in the target as it is in the source, or vanished meanwhile. */
async function copyOne(moving: MovingObjects, key: string, about: CopiedObject): Promise<MovedObject | null> {
  const { from, to } = moving;
  const { report, expected, before } = about;
  const bytes = await orMissing(from.get(key));
  if (bytes === null) return null;
  const sha256 = hash('sha256', bytes);
  if (expected !== undefined && expected !== sha256) {
    report.damaged.push(`${key} does not have the SHA-256 that its row names.`);
  }
  const moved = { key, sizeBytes: bytes.length, sha256 };
  try {
    if (before === null) {
      await to.put(key, bytes, { sizeBytes: bytes.length, sha256: branded<Sha256>(sha256) });
    }
  } catch (error) {
    if (errorCode(error) !== 'conflict') throw error;
    report.differing.push(`${key}: the target has another object under this key.`);
    return null;
  }
  const back = await hashBack(to, key);
  if (back === sha256) {
    if (before === null) report.copied += 1;
    return moved;
  }
  if (back === before?.sha256) {
    report.damaged.push(`${key} has other bytes than when it was copied; the target keeps those.`);
    return before;
  }
  await takeBack(moving, key);
  report.differing.push(
    `${key}: the target gives back other bytes than the source. It was removed there: run this once more.`,
  );
  return null;
}

/** The hash of what the target gives back; null where it has nothing that could be read. */
async function hashBack(to: Blobs, key: string): Promise<string | null> {
  try {
    return hash('sha256', await to.get(key));
  } catch (error) {
    if (['not-found', 'footage-damaged'].includes(errorCode(error) ?? '')) return null;
    throw error;
  }
}

/** So that the next run copies it again. */
async function takeBack({ to, ledger }: MovingObjects, key: string): Promise<void> {
  await to.delete(key);
  await ledger.remove(key);
}

async function removeGone({ from, to, ledger }: MovingObjects): Promise<number> {
  let removed = 0;
  for (let after = ''; ; ) {
    const page = await ledger.page(after, batchObjects);
    for (const { key } of page) {
      if ((await from.head(key)) !== null) continue;
      await to.delete(key);
      await ledger.remove(key);
      removed += 1;
    }
    const last = page.at(-1);
    if (last === undefined) return removed;
    after = last.key;
  }
}

/** What the target lists must be what was copied, no more and no less. */
async function compareLists({ to, ledger }: MovingObjects) {
  const differing: string[] = [];
  let objects = 0;
  let bytes = 0;
  for await (const batch of batches(to.list(''))) {
    const known = new Map((await ledger.find(batch.map(({ key }) => key))).map((each) => [each.key, each]));
    for (const { key, sizeBytes } of batch) {
      objects += 1;
      bytes += sizeBytes;
      const moved = known.get(key);
      if (moved === undefined) differing.push(`${key}: the target has it, and it was not copied there.`);
      else if (moved.sizeBytes !== sizeBytes) {
        differing.push(`${key}: ${sizeBytes} bytes in the target, ${moved.sizeBytes} in the source.`);
      }
    }
  }
  // A question for each object only where some are missing.
  if (objects < (await ledger.count())) differing.push(...(await missingIn({ to, ledger })));
  return { objects, bytes, differing };
}

async function missingIn({ to, ledger }: Pick<MovingObjects, 'to' | 'ledger'>): Promise<readonly string[]> {
  const missing: string[] = [];
  for (let after = ''; ; ) {
    const page = await ledger.page(after, batchObjects);
    const last = page.at(-1);
    if (last === undefined) return missing;
    for (const { key } of page) {
      if ((await to.head(key)) !== null) continue;
      // So that the next run copies it again.
      await ledger.remove(key);
      missing.push(`${key}: it was copied, and the target has it no more. Run this once more.`);
    }
    after = last.key;
  }
}

async function orMissing(reading: Promise<Uint8Array>): Promise<Uint8Array | null> {
  try {
    return await reading;
  } catch (error) {
    if (errorCode(error) === 'not-found') return null;
    throw error;
  }
}

async function* batches(list: AsyncIterable<BlobInfo>): AsyncGenerator<readonly BlobInfo[]> {
  let batch: BlobInfo[] = [];
  for await (const info of list) {
    batch.push(info);
    if (batch.length < batchObjects) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
