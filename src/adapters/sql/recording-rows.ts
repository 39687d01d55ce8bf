// Recordings as rows.

import { branded } from '../../core/brand.ts';
import { packFragments, unpackFragments } from '../../core/footage/fragment-index.ts';
import { type Recording, retentionClasses } from '../../core/footage/recording.ts';
import { oneOf } from './columns.ts';
import type { RecordingRow } from './schema-footage.ts';

/** The rank of a class: what is kept longer is greater. */
export function rankOf(retentionClass: Recording['retentionClass']): number {
  return retentionClasses.indexOf(retentionClass);
}

/** The class of a rank; an unknown one is kept longest. */
export function classOf(rank: number): Recording['retentionClass'] {
  return retentionClasses[rank] ?? 'incident';
}

/** The row of a recording. */
export function rowOf(recording: Recording): RecordingRow {
  return {
    id: recording.id,
    organization_id: recording.organizationId,
    site_id: recording.siteId,
    camera_id: recording.cameraId,
    start_at: recording.startAt,
    end_at: recording.endAt,
    retention_rank: rankOf(recording.retentionClass),
    size_bytes: recording.sizeBytes,
    sha256: recording.sha256,
    blob_key: recording.blobKey,
    init_sha256: recording.initSha256,
    key_epoch: recording.wrappedKey.epoch,
    key_ciphertext: recording.wrappedKey.ciphertext,
    clock_state: recording.clock.state,
    clock_offset_ms: recording.clock.offsetMs,
    fragments: packFragments(recording.fragments),
  };
}

/** The recording of a row. Errors: `data-damaged`. */
export function recordingOf(row: RecordingRow): Recording {
  return {
    id: branded(row.id),
    organizationId: branded(row.organization_id),
    siteId: branded(row.site_id),
    cameraId: branded(row.camera_id),
    startAt: branded(row.start_at),
    endAt: branded(row.end_at),
    fragments: unpackFragments(row.fragments),
    sizeBytes: row.size_bytes,
    sha256: branded(row.sha256),
    blobKey: row.blob_key,
    initSha256: branded(row.init_sha256),
    wrappedKey: { epoch: row.key_epoch, ciphertext: row.key_ciphertext },
    retentionClass: classOf(row.retention_rank),
    clock: {
      state: oneOf(['synchronized', 'unsynchronized', 'unknown'], row.clock_state),
      offsetMs: row.clock_offset_ms,
    },
  };
}
