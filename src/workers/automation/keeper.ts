// What the broker keeps, brought to what it should keep: only differences are sent, and what is not ours any more is emptied.

import { isOfSnapshot, type KeptPayload, versionOf } from '../../core/automation/state.ts';
import { organizationOf, type TopicsSettings } from '../../core/automation/topics.ts';
import type { OrganizationId } from '../../core/brand.ts';
import { errorCode } from '../../core/errors.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Mqtt, MqttMessage } from '../../core/ports/mqtt.ts';

/** For the broker to take one message. */
const publishTimeoutMs = 10_000;
/** Topics found at the broker that nobody here put there: beyond it the rest is found at the next connection. */
const maxStrays = 10_000;
/** What the broker keeps at a topic without our doing. */
const unknownVersion = '';

export interface Keeper {
  /** The connection is new: what the broker keeps is not known. */
  forget(): void;
  /**
   * What the broker keeps, or what somebody says now. Returns whose it is, where it is to be looked after at once. What
   * somebody else wrote over is put right by the next `keep`: who writes again and again must not keep us busy.
   */
  heard(message: MqttMessage): OrganizationId | null;
  /**
   * Publishes what differs from `kept`, and empties what is not in it. Resolves with whether all of it was taken or
   * refused for good; else the next call tries again. Stops at once where the broker is away.
   */
  keep(organizationId: OrganizationId, kept: ReadonlyMap<string, KeptPayload>): Promise<boolean>;
}

export interface KeeperOptions {
  readonly mqtt: Mqtt;
  readonly log: Log;
  readonly topics: TopicsSettings;
  readonly stopping: AbortSignal;
  /** The bytes of a picture; null where it is gone. */
  readonly readSnapshot: (payload: Exclude<KeptPayload, string>) => Promise<Uint8Array | null>;
}

export function keeper({ mqtt, log, topics, stopping, readSnapshot }: KeeperOptions): Keeper {
  const known = new Map<OrganizationId, Map<string, string>>();
  let strays = 0;

  const versionsOf = (organizationId: OrganizationId) => {
    const versions = known.get(organizationId) ?? new Map<string, string>();
    known.set(organizationId, versions);
    return versions;
  };

  async function say(topic: string, payload: Uint8Array): Promise<void> {
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(publishTimeoutMs)]);
    await mqtt.publish({ topic, payload, retain: true }, signal);
  }

  async function bytesOf(payload: KeptPayload): Promise<Uint8Array> {
    if (typeof payload === 'string') return new TextEncoder().encode(payload);
    // An empty payload is no picture: that is what the broker should keep of one that is gone.
    return (await readSnapshot(payload)) ?? new Uint8Array();
  }

  /** Resolves with false where it is to be tried again. */
  async function put(versions: Map<string, string>, topic: string, payload: KeptPayload | null) {
    // Before it is said: the broker may tell of it sooner than that it has taken it.
    if (payload === null) versions.delete(topic);
    else versions.set(topic, versionOf(payload));
    try {
      await say(topic, payload === null ? new Uint8Array() : await bytesOf(payload));
      return true;
    } catch (error) {
      const code = errorCode(error);
      const isAgain = code === 'broker-unavailable' || code === 'internal-error';
      if (isAgain) versions.set(topic, unknownVersion);
      if (code !== 'broker-unavailable') {
        log.warn('A state could not be kept at the MQTT broker', { topic, error });
      }
      // What was refused would be refused again; it must not keep the others from being told.
      return !isAgain;
    }
  }

  /** What the broker keeps without our doing. */
  function found(topic: string): OrganizationId | null {
    const organizationId = organizationOf(topics, topic);
    if (organizationId === null || strays >= maxStrays) return null;
    const versions = versionsOf(organizationId);
    if (versions.has(topic)) return null;
    strays += 1;
    versions.set(topic, unknownVersion);
    return organizationId;
  }

  /** Somebody else wrote over what was told: it is told again. Pictures wait for the next connection. */
  function overwritten(topic: string, payload: Uint8Array): void {
    const organizationId = organizationOf(topics, topic);
    const versions = organizationId === null ? undefined : known.get(organizationId);
    const told = versions?.get(topic);
    if (told === undefined || isOfSnapshot(told) || told === new TextDecoder().decode(payload)) return;
    versions?.set(topic, unknownVersion);
  }

  return {
    forget() {
      known.clear();
      strays = 0;
    },
    heard({ topic, payload, retain }) {
      if (!retain) overwritten(topic, payload);
      return retain && payload.length > 0 ? found(topic) : null;
    },
    async keep(organizationId, kept) {
      const versions = versionsOf(organizationId);
      let isWhole = true;
      const gone = [...versions.keys()].filter((topic) => !kept.has(topic));
      const work = [
        ...gone.map((topic) => [topic, null] as const),
        ...[...kept].filter(([topic, payload]) => versions.get(topic) !== versionOf(payload)),
      ];
      for (const [topic, payload] of work) {
        if (!mqtt.connected || stopping.aborted) return false;
        isWhole = (await put(versions, topic, payload)) && isWhole;
      }
      return isWhole;
    },
  };
}
