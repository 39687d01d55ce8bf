// MQTT: the broker of a house, over which devices, sensors and home automation talk (OASIS MQTT 5.0).

/** Largest payload that is sent or taken, in bytes: a snapshot fits, a film does not. */
export const maxMqttPayloadBytes = 512 * 1024;

export interface MqttMessage {
  /** Without wildcards, at most 512 bytes; `isMqttTopic` tells. */
  readonly topic: string;
  readonly payload: Uint8Array;
  /**
   * Of what is published: the broker keeps it for whoever subscribes later; an empty payload makes it forget. Of what
   * arrives: the broker had kept it, so it was said at some time before, not now; or it is said now, to be kept, and
   * its listener asked to know.
   */
  readonly retain: boolean;
}

export interface ListenOptions {
  /**
   * `retain` also tells what is said now to be kept from what is only said: for commands, which nobody should keep.
   * What the broker keeps may then be told again when another listens to the same filter.
   */
  readonly tellsKept?: boolean;
}

export interface Mqtt {
  /** Whether the broker answers now; while it does not, `publish` fails at once. */
  readonly connected: boolean;
  /** Why there is no connection, in a sentence without secrets; null while there is one, and until the first try is over. */
  readonly problem: string | null;
  /**
   * Hands a message to the broker and resolves when it has taken it (QoS 1, PUBACK). What failed is not sent later;
   * whether the broker had taken it is unknown where the connection was lost meanwhile. Errors: `broker-unavailable`
   * (not connected, lost before the answer, or no answer until `signal` aborts), `broker-refused` (by what it allows),
   * `request-invalid` (no topic, or a payload above `maxMqttPayloadBytes`).
   */
  publish(message: MqttMessage, signal: AbortSignal): Promise<void>;
  /**
   * Calls `listener` for what arrives on `filter` (with `+` and `#`), also after the connection was lost and came back.
   * One message calls a listener once, whatever filters overlap. What the broker keeps is told at first, and again
   * after each connection; what was said without being kept while the connection was lost is never told. Payloads
   * above `maxMqttPayloadBytes` are not told. What a listener throws is logged. Returns how to stop. Errors:
   * `request-invalid` (no filter, or one that is listened to with other options already).
   */
  subscribe(filter: string, listener: (message: MqttMessage) => void, options?: ListenOptions): () => void;
  /**
   * Calls `listener` whenever a connection was made, with `true`, or lost, with `false`; not for what is already so.
   * When it is told of a connection, the broker hears what is published, and subscriptions stand. Returns how to stop.
   */
  onConnection(listener: (connected: boolean) => void): () => void;
  /** Says goodbye; afterwards nothing is published or told. */
  close(): Promise<void>;
}
