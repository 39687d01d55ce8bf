// The keys by which push services know this installation: made once, kept sealed in the records.

import webpush from 'web-push';
import type { PushKeyRecords, PushKeys } from '../../core/ports/records-alerts.ts';
import { secret } from '../../core/secret.ts';

/** The installation's keys. They are made when somebody first asks; of many who do, all get the same. */
export function pushKeys(records: PushKeyRecords): () => Promise<PushKeys> {
  let known: Promise<PushKeys> | null = null;
  return () => {
    known ??= openKeys(records).catch((error: unknown) => {
      known = null;
      throw error;
    });
    return known;
  };
}

async function openKeys(records: PushKeyRecords): Promise<PushKeys> {
  const stored = await records.find();
  if (stored !== null) return stored;
  const made = webpush.generateVAPIDKeys();
  await records.insertIfAbsent({ publicKey: made.publicKey, privateKey: secret(made.privateKey) });
  const kept = await records.find();
  if (kept === null) throw new Error('The keys of push messages were not kept.');
  return kept;
}
