// What the HTTP edge needs from the rest of the house.

import type { TopicsSettings } from '../core/automation/topics.ts';
import type { CameraId } from '../core/brand.ts';
import type { Drain } from '../core/drain.ts';
import type { TopicRule } from '../core/device/topic-rule.ts';
import type { AcceptDeps } from '../core/image/accept.ts';
import type { TakeInDeps } from '../core/image/take-in.ts';
import type { Masking } from '../core/evidence/masking.ts';
import type { Accounts } from '../core/ports/accounts.ts';
import type { Blobs } from '../core/ports/blobs.ts';
import type { Cache } from '../core/ports/cache.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { DeviceLinks } from '../core/ports/device-link.ts';
import type { Events } from '../core/ports/events.ts';
import type { Identity, Sessions } from '../core/ports/identity.ts';
import type { Keys } from '../core/ports/keys.ts';
import type { Log } from '../core/ports/log.ts';
import type { Mailer } from '../core/ports/mailer.ts';
import type { Mqtt } from '../core/ports/mqtt.ts';
import type { Notifiers } from '../core/ports/notifier.ts';
import type { OpenFootage } from '../core/ports/open-footage.ts';
import type { Passkeys } from '../core/ports/passkeys.ts';
import type { Records } from '../core/ports/records.ts';
import type { SecondFactor } from '../core/ports/second-factor.ts';
import type { SingleSignOn } from '../core/ports/single-sign-on.ts';
import type { TokenSigner } from '../core/ports/token-signer.ts';
import type { Standing } from '../core/standing.ts';
import type { Metrics } from '../core/metrics/metrics.ts';
import type { Secret } from '../core/secret.ts';
import type { CameraPolicy } from '../core/site/camera-policy.ts';

export interface HttpDeps {
  readonly records: Records;
  readonly blobs: Blobs;
  readonly keys: Keys;
  readonly cache: Cache;
  readonly clock: Clock;
  readonly events: Events;
  readonly identity: Identity;
  readonly sessions: Sessions;
  readonly accounts: Accounts;
  readonly secondFactor: SecondFactor;
  readonly passkeys: Passkeys;
  readonly signer: TokenSigner;
  readonly singleSignOn: SingleSignOn;
  /** Null where no mail server is set: links are shown instead. */
  readonly mailer: Mailer | null;
  readonly openFootage: OpenFootage;
  readonly masking: Masking;
  /** Where pushed images come in, and how those that were put aside are tried again. */
  readonly intake: Pick<AcceptDeps, 'inbox' | 'backlog' | 'hourKeys' | 'places'> &
    Pick<TakeInDeps, 'stills' | 'decoding' | 'rows'> & {
      /** The topic of Kafka that sources write to; null where there is none. */
      readonly topic: string | null;
    };
  /** Days that pushed images are kept, and the most that a site may set. */
  readonly mostPushedDays: number;
  readonly notifiers: Notifiers;
  /** The key that browsers subscribe to push messages with, base64url. */
  readonly pushPublicKey: () => Promise<string>;
  readonly setup: { checkToken(token: string): boolean };
  readonly log: Log;
  readonly cameraPolicy: CameraPolicy;
  readonly deviceLinks: DeviceLinks;
  readonly deviceTopics: TopicRule;
  /** Seals the open recording of a camera, so that its evidence leaves the site. */
  readonly cutRecording: (cameraId: CameraId) => void;
  /** The broker of home automation; null where none is set. */
  readonly mqtt: Mqtt | null;
  /** How the services are doing that this process hangs on. */
  readonly standing: Standing;
  readonly drain: Pick<Drain, 'isDraining'>;
  readonly metrics: Metrics;
  /** What Prometheus has to show; null where no token is set. */
  readonly metricsToken: Secret | null;
}

export interface HttpSettings {
  /** How people reach this installation, for example https://cams.example.org. */
  readonly publicUrl: string;
  readonly version: string;
  /** Whether anybody may make an account with an organization of their own. */
  readonly signUpOpen: boolean;
  /** Which organizations may connect a provider; by default all, the first only where anybody makes organizations. */
  readonly providersOf?: 'first-organization' | 'all' | undefined;
  /** Below which topics home automation finds what; those of a fresh installation by default. */
  readonly topics?: TopicsSettings & { readonly snapshots: boolean };
  /** Folder of the built pages; null serves the API only. */
  readonly pagesFolder: string | null;
}
