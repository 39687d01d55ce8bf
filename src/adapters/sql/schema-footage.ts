// The schema of footage, what was seen in it, and images: one interface a table, columns as they are stored.

import type { Generated } from 'kysely';

export interface RecordingRow {
  id: string;
  organization_id: string;
  site_id: string;
  camera_id: string;
  start_at: number;
  end_at: number;
  /** 0 idle, 1 activity, 2 incident: what is kept longer is greater. */
  retention_rank: number;
  size_bytes: number;
  sha256: string;
  blob_key: string;
  init_sha256: string;
  key_epoch: number;
  key_ciphertext: string;
  clock_state: string;
  clock_offset_ms: number;
  fragments: Uint8Array;
}

/** Bytes of a camera's recordings, kept with every insert and destroy so that nobody has to add up a million rows. */
export interface FootageTotalRow {
  camera_id: string;
  size_bytes: number;
}

export interface GapRow {
  id: string;
  organization_id: string;
  site_id: string;
  camera_id: string;
  start_at: number;
  end_at: number;
  cause: string;
}

export interface InitSegmentRow {
  sha256: string;
  bytes: Uint8Array;
  codec: string;
  width: number;
  height: number;
  timescale: number;
}

export interface GarbageRow {
  sequence: Generated<number>;
  blob_key: string;
  added_at: number;
}

export interface HoldRow {
  id: string;
  organization_id: string;
  camera_id: string;
  incident_id: string;
  start_at: number;
  end_at: number;
}

export interface TrackRow {
  id: string;
  camera_id: string;
  kind: string;
  start_at: number;
  end_at: number;
  best_score: number;
  best_x: number;
  best_y: number;
  best_width: number;
  best_height: number;
  /** JSON, see path-column.ts. */
  paths: string;
}

export interface ImageRow {
  id: string;
  organization_id: string;
  site_id: string;
  camera_id: string;
  taken_at: number;
  media_type: string;
  blob_key: string;
  size_bytes: number;
  sha256: string;
  key_epoch: number;
  key_ciphertext: string;
}

export interface PushedImageRow {
  id: string;
  organization_id: string;
  site_id: string;
  camera_id: string | null;
  way: string;
  pushed_by: string;
  state: string;
  reason: string | null;
  wrong_header: string | null;
  taken_at: number;
  received_at: number;
  destroyed_at: number | null;
  media_type: string;
  width: number;
  height: number;
  is_stripped: number;
  /** Null, as all of its object and key, once it was destroyed. */
  blob_key: string | null;
  size_bytes: number | null;
  sha256: string | null;
  key_hour: number | null;
  key_epoch: number | null;
  key_ciphertext: string | null;
  sealed_key: string | null;
  look: string;
  /** JSON. */
  detections: string;
  incident_id: string | null;
}

export interface ClockJumpRow {
  sequence: Generated<number>;
  start_at: number;
  end_at: number;
}
