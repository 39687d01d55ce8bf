// What the HTTP edge needs from the rest of the house.

import type { ChannelTarget } from '../core/alert/alert.ts';
import type { Blobs } from '../core/ports/blobs.ts';
import type { Cache } from '../core/ports/cache.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Events } from '../core/ports/events.ts';
import type { Identity } from '../core/ports/identity.ts';
import type { Keys } from '../core/ports/keys.ts';
import type { Log } from '../core/ports/log.ts';
import type { Notifier } from '../core/ports/notifier.ts';
import type { OpenFootage } from '../core/ports/open-footage.ts';
import type { Records } from '../core/ports/records.ts';
import type { CameraPolicy } from '../core/site/camera-policy.ts';

export interface HttpDeps {
  readonly records: Records;
  readonly blobs: Blobs;
  readonly keys: Keys;
  readonly cache: Cache;
  readonly clock: Clock;
  readonly events: Events;
  readonly identity: Identity;
  readonly openFootage: OpenFootage;
  readonly notifiers: Readonly<Record<ChannelTarget['kind'], Notifier>>;
  readonly setup: { checkToken(token: string): boolean };
  readonly log: Log;
  readonly cameraPolicy: CameraPolicy;
}

export interface HttpSettings {
  /** How people reach this installation, for example https://cams.example.org. */
  readonly publicUrl: string;
  readonly version: string;
  /** Folder of the built pages; null serves the API only. */
  readonly pagesFolder: string | null;
}
