// The notifier: hands one alert over one channel.

import type { ChannelTarget } from '../alert/alert.ts';

export interface OutgoingAlert {
  /** The same for every attempt: receivers use it to drop repeats. */
  readonly idempotencyKey: string;
  /** "Person at Bakery · Yard camera" */
  readonly title: string;
  /** One or two plain sentences. */
  readonly text: string;
  /** The same as one text message, with the link, and as a voice says it. */
  readonly short: string;
  readonly spoken: string;
  /** What a later message about the same replaces where it is shown: the incident. */
  readonly subject: string;
  /** Opens the incident. */
  readonly url: string;
  /** JSON object for machines: what the webhook sends as its body. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly snapshot: { readonly mediaType: 'image/jpeg'; readonly bytes: Uint8Array } | null;
}

export type NotifyResult =
  /** The channel's provider took it (HTTP 2xx, SMTP 250). */
  | { readonly outcome: 'handed-over' }
  | {
      readonly outcome: 'failed';
      readonly retry: boolean;
      readonly reason: string;
      /** The target is there no more, and is to be forgotten. */
      readonly gone?: true;
    };

export interface Notifier {
  readonly kind: ChannelTarget['kind'];
  /** Why nothing is ever sent by this notifier, whatever the target: what is not set up. */
  readonly missing?: Missing;
  /** Why nothing is ever sent to this target, in a sentence; null where it may be tried. `send` keeps the same rule. */
  refusal(target: ChannelTarget): string | null;
  /** Never throws: what goes wrong is a result. */
  send(alert: OutgoingAlert, target: ChannelTarget, signal: AbortSignal): Promise<NotifyResult>;
  close(): Promise<void>;
}

/** Why a kind of channel cannot be used on this installation, in a sentence; null where it can. */
export type Missing = string | null;

/** One notifier for every kind of channel. */
export type Notifiers = Readonly<Record<ChannelTarget['kind'], Notifier>>;
