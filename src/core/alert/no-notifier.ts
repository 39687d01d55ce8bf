// A notifier of a kind that is not set up: it refuses everything, and says what to do.

import type { Notifier } from '../ports/notifier.ts';
import type { ChannelKind } from './alert.ts';
import { failed } from './poster.ts';

/** `sentence` says what is missing and how it is set up. */
export function noNotifier(kind: ChannelKind, sentence: string): Notifier {
  return {
    kind,
    missing: sentence,
    refusal: () => sentence,
    send: async () => failed(false, sentence),
    close: async () => {},
  };
}
