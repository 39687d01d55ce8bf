// Records of devices and of what they were told to do.

import type { AlarmId, DeviceId, EpochMs, IncidentId, OrganizationId, SiteId } from '../brand.ts';
import type { Alarm } from '../device/alarm.ts';
import type { Device, SensorState } from '../device/device.ts';
import type { Secret } from '../secret.ts';

export interface DeviceRecords {
  /** `signingSecret` is sealed: not in a transaction, which must not wait for keys. Null where the device has none. */
  insert(device: Device, signingSecret: Secret | null): Promise<void>;
  find(id: DeviceId): Promise<Device | null>;
  /**
   * The secrets that count at `at`, unsealed: its own, then the one before it while that still counts; none where it has
   * none, or is gone. Not in a transaction.
   */
  signingSecrets(id: DeviceId, at: EpochMs): Promise<readonly Secret[]>;
  /**
   * Gives it another secret; its own until now counts until `previousUntil`, and one from before that no longer. Not in a
   * transaction. Errors: `not-found` (it is gone, or has no secret).
   */
  changeSecret(id: DeviceId, signingSecret: Secret, previousUntil: EpochMs): Promise<void>;
  /** Oldest first. */
  list(organizationId: OrganizationId): Promise<readonly Device[]>;
  /** Oldest first. */
  ofSite(siteId: SiteId): Promise<readonly Device[]>;
  /** Of every organization: whose topics are to be listened to. */
  overMqtt(): Promise<readonly Device[]>;
  /** Replaces all but where it belongs, and what it said. Errors: `not-found`. */
  update(device: Device): Promise<void>;
  /** It answered, or said `state`; what is older than what is known changes nothing. */
  seen(id: DeviceId, at: EpochMs, state?: SensorState): Promise<void>;
  delete(id: DeviceId): Promise<void>;
}

export interface AlarmRecords {
  insert(alarm: Alarm): Promise<void>;
  find(id: AlarmId): Promise<Alarm | null>;
  /** Replaces it where its sequence is still the expected one; false where it is not. */
  update(alarm: Alarm, expectedSequence: number): Promise<boolean>;
  /** Oldest first. */
  ofIncident(incidentId: IncidentId): Promise<readonly Alarm[]>;
  /** Those that are wanted on: at a site, or anywhere. */
  wanted(siteId?: SiteId): Promise<readonly Alarm[]>;
  /** Those that are wanted off, and are not known to be: at a site, or anywhere. */
  ending(siteId?: SiteId): Promise<readonly Alarm[]>;
}

export interface DeviceTables {
  readonly devices: DeviceRecords;
  readonly alarms: AlarmRecords;
}
