// Too little room: said once when it begins, when its reason changes, and when it ends.

import type { DiskUse } from '../core/footage/retention.ts';
import type { Log } from '../core/ports/log.ts';
import type { Records } from '../core/ports/records.ts';

/** Free again for sure: above it a disk that was full has room for minutes, not for one more fragment. */
const roomAgainBytes = 64 * 1024 * 1024;

/** Why nothing can be overwritten. */
type Reason = 'all-on-hold' | 'nothing-left';

/** What helps: a store without a limit of room has no disk to make room on, and only the quota can be too little. */
const remedies = {
  disk: { make: 'make room on the disk', give: 'Make room on the disk, or give Vedette a larger one' },
  quota: { make: 'raise VEDETTE_QUOTA_GB', give: 'Raise VEDETTE_QUOTA_GB' },
} as const;

function sentenceOf(reason: Reason, limit: keyof typeof remedies): string {
  const { make, give } = remedies[limit];
  return reason === 'all-on-hold'
    ? `There is too little room, and no footage that may be overwritten: what is left is on hold. Resolve incidents, or ${make}`
    : `There is too little room, and no footage left to overwrite but what is being recorded now. ${give}`;
}

export interface Shortage {
  /** A sweep ended with `missingBytes` (0 or less: none) still to be freed. */
  swept(outcome: { missingBytes: number; use: DiskUse }): Promise<void>;
  /** A write met a full disk, and `freedBytes` could be freed for it. */
  madeRoom(freedBytes: number): Promise<void>;
  /** A write met a full disk, and the store of footage has no limit of room. */
  isElsewhere(): void;
  /** The ballast had to be thrown off. */
  threwBallast(): void;
}

/** Remembers whether room is short, so that the log tells changes and not every attempt. */
export function createShortage({ records, log }: { records: Records; log: Log }): Shortage {
  /** Free bytes are below what should stay free. */
  let isTight = false;
  /** The last write that met a full disk found no room. */
  let isFull = false;
  let told: Reason | null = null;
  let toldOfBallast = false;
  let toldElsewhere = false;

  async function tell(limit: keyof typeof remedies, fields: Record<string, unknown>): Promise<void> {
    if (!isTight && !isFull) {
      if (told !== null) log.info('There is room for footage again');
      told = null;
      return;
    }
    const reason = (await records.recordings.totalBytes()) > 0 ? 'all-on-hold' : 'nothing-left';
    if (reason === told) return;
    told = reason;
    log.error(sentenceOf(reason, limit), fields);
  }

  return {
    async swept({ missingBytes, use }) {
      isTight = missingBytes > 0;
      if (!isTight && (use.freeBytes ?? Number.POSITIVE_INFINITY) >= roomAgainBytes) {
        isFull = false;
        toldOfBallast = false;
      }
      await tell(use.freeBytes === null ? 'quota' : 'disk', isTight ? { missingBytes } : {});
    },
    async madeRoom(freedBytes) {
      isFull = freedBytes === 0;
      await tell('disk', {});
    },
    isElsewhere() {
      const message =
        'Footage met a full disk or a quota, and its store has no disk to make room on: nothing was overwritten. Make room on the disk of the recorder, or raise the quota of the store';
      if (toldElsewhere) log.debug(message);
      else log.error(message);
      toldElsewhere = true;
    },
    threwBallast() {
      const message = 'The disk is full to the last byte; the room kept for this was given free';
      if (toldOfBallast) log.debug(message);
      else log.warn(message);
      toldOfBallast = true;
    },
  };
}
