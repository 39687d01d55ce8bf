// The notifier: hands one alert over one channel.

import type { ChannelTarget } from '../alert/alert.ts';

export interface OutgoingAlert {
  /** The same for every attempt: receivers use it to drop repeats. */
  readonly idempotencyKey: string;
  /** "Person at Bakery · Yard camera" */
  readonly title: string;
  /** One or two plain sentences. */
  readonly text: string;
  /** Opens the incident. */
  readonly url: string;
  /** JSON object for machines: what the webhook sends as its body. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly snapshot: { readonly mediaType: 'image/jpeg'; readonly bytes: Uint8Array } | null;
}

export type NotifyResult =
  /** The channel's provider took it (HTTP 2xx, SMTP 250). */
  | { readonly outcome: 'handed-over' }
  | { readonly outcome: 'failed'; readonly retry: boolean; readonly reason: string };

export interface Notifier {
  readonly kind: ChannelTarget['kind'];
  /** Why nothing is ever sent to this target, in a sentence; null where it may be tried. `send` keeps the same rule. */
  refusal(target: ChannelTarget): string | null;
  /** Never throws: what goes wrong is a result. */
  send(alert: OutgoingAlert, target: ChannelTarget, signal: AbortSignal): Promise<NotifyResult>;
  close(): Promise<void>;
}

/** One notifier for every kind of channel. */
export type Notifiers = Readonly<Record<ChannelTarget['kind'], Notifier>>;
