// Records of what is watched for: zones, and what was judged false. They end with their camera.

import type { CameraId, SuppressionId } from '../brand.ts';
import type { Suppression } from '../detection/suppression.ts';
import type { CameraZones } from '../detection/zone.ts';

export interface ZoneRecords {
  /** Null for a camera that never had any. */
  find(cameraId: CameraId): Promise<CameraZones | null>;
  /** Of every camera that has any: what a recorder beside the hub watches for. */
  all(): Promise<readonly CameraZones[]>;
  /**
   * Stores `next` where the stored version (0 where there is none) is the one before its own; false where it is not:
   * of many who change the same version, one succeeds.
   */
  replace(next: CameraZones): Promise<boolean>;
}

export interface SuppressionRecords {
  insert(suppression: Suppression): Promise<void>;
  find(id: SuppressionId): Promise<Suppression | null>;
  /** Oldest first. */
  ofCamera(cameraId: CameraId): Promise<readonly Suppression[]>;
  all(): Promise<readonly Suppression[]>;
  /** Errors: `not-found`. */
  delete(id: SuppressionId): Promise<void>;
}
