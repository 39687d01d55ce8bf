// Tracks: what was seen, for the time line.

import { branded } from '../../core/brand.ts';
import { objectKinds, type Track } from '../../core/detection/detection.ts';
import type { TrackRecords } from '../../core/ports/records.ts';
import { oneOf } from './columns.ts';
import { deleteWithoutFootage, listOverlapping } from './overlap.ts';
import { pathsColumn, pathsOfColumn } from './path-column.ts';
import type { TrackRow } from './schema-footage.ts';
import type { Session } from './session.ts';

/** What was seen. */
export function trackRecords({ db }: Session): TrackRecords {
  return {
    async put(track) {
      const row = rowOf(track);
      await db
        .insertInto('tracks')
        .values(row)
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
        .execute();
    },
    async list(cameraId, span) {
      return (await listOverlapping(db, 'tracks', cameraId, span)).map(trackOf);
    },
    deleteExpired: (endedBefore, limit) => deleteWithoutFootage(db, 'tracks', endedBefore, limit),
  };
}

function rowOf(track: Track): TrackRow {
  return {
    id: track.id,
    camera_id: track.cameraId,
    kind: track.kind,
    start_at: track.startAt,
    end_at: track.endAt,
    best_score: track.bestScore,
    best_x: track.bestBox.x,
    best_y: track.bestBox.y,
    best_width: track.bestBox.width,
    best_height: track.bestBox.height,
    paths: pathsColumn(track.paths),
  };
}

function trackOf(row: TrackRow): Track {
  return {
    id: branded(row.id),
    cameraId: branded(row.camera_id),
    kind: oneOf(objectKinds, row.kind),
    startAt: branded(row.start_at),
    endAt: branded(row.end_at),
    bestScore: row.best_score,
    bestBox: { x: row.best_x, y: row.best_y, width: row.best_width, height: row.best_height },
    paths: pathsOfColumn(row.paths),
  };
}
