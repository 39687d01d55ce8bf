// MQTT: the broker of a house, over which devices, sensors and home automation talk (OASIS MQTT 3.1.1 and 5.0).

/** Largest payload that is sent or taken, in bytes: a snapshot fits, a film does not. */
export const maxMqttPayloadBytes = 512 * 1024;

export interface MqttMessage {
  /** Without wildcards, at most 512 bytes. */
  readonly topic: string;
  readonly payload: Uint8Array;
  /** The broker keeps it for whoever subscribes later. */
  readonly retain: boolean;
}

export interface Mqtt {
  /** Whether the broker answers now; while it does not, `publish` fails at once. */
  readonly connected: boolean;
  /**
   * Hands a message to the broker and resolves when it has taken it (QoS 1, PUBACK). Errors: `broker-unavailable`
   * (not connected, or no answer until `signal` aborts).
   */
  publish(message: MqttMessage, signal: AbortSignal): Promise<void>;
  /**
   * Calls `listener` for what arrives on `filter` (with `+` and `#`), also after the connection was lost and came back.
   * What a listener throws is logged. Returns how to stop.
   */
  subscribe(filter: string, listener: (message: MqttMessage) => void): () => void;
  /** Calls `listener` whenever a connection was made, with `true`, or lost, with `false`. Returns how to stop. */
  onConnection(listener: (connected: boolean) => void): () => void;
  close(): Promise<void>;
}
