// A notifier in memory: the double that remembers what it was given, and fails as it is told.

import type { ChannelKind, ChannelTarget } from '../../core/alert/alert.ts';
import type { Notifier, NotifyResult, OutgoingAlert } from '../../core/ports/notifier.ts';

/** What was handed over, and to whom. */
export interface Delivery {
  readonly alert: OutgoingAlert;
  readonly target: ChannelTarget;
}

export interface MemoryNotifier extends Notifier {
  /** What was handed over, in order; failed attempts are not in it. */
  readonly deliveries: readonly Delivery[];
  /** Calls of `send`, failed ones included. */
  readonly attempts: number;
  /** The results of the next attempts, in order; after them everything is handed over. */
  answerNext(...results: NotifyResult[]): void;
  /** From now on every target is refused with this sentence. */
  refuse(sentence: string): void;
  /** From now on `send` waits until the returned function is called (or its signal aborts). */
  hang(): () => void;
}

/** A notifier for channels of one kind. */
export function memoryNotifier(kind: ChannelTarget['kind']): MemoryNotifier {
  const deliveries: Delivery[] = [];
  const scripted: NotifyResult[] = [];
  let attempts = 0;
  let isClosed = false;
  let refusal: string | null = null;
  let gate = Promise.resolve();

  async function send(
    alert: OutgoingAlert,
    target: ChannelTarget,
    signal: AbortSignal,
  ): Promise<NotifyResult> {
    attempts += 1;
    if (target.kind !== kind) return failed(false, `This notifier sends by ${kind} only.`);
    if (refusal !== null) return failed(false, refusal);
    if (isClosed) return failed(true, 'The notifier is closed.');
    await Promise.race([gate, aborted(signal)]);
    if (signal.aborted) return failed(true, 'Sending was given up.');
    const result = scripted.shift() ?? { outcome: 'handed-over' };
    if (result.outcome === 'handed-over') deliveries.push({ alert, target });
    return result;
  }

  return {
    kind,
    refusal: () => refusal,
    refuse(sentence) {
      refusal = sentence;
    },
    send,
    deliveries,
    get attempts() {
      return attempts;
    },
    answerNext: (...results) => void scripted.push(...results),
    hang() {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return resolve;
    },
    async close() {
      isClosed = true;
    },
  };
}

/** One notifier for every kind of channel. */
export function memoryNotifiers(): Readonly<Record<ChannelKind, MemoryNotifier>> {
  return {
    email: memoryNotifier('email'),
    webhook: memoryNotifier('webhook'),
    push: memoryNotifier('push'),
    sms: memoryNotifier('sms'),
    voice: memoryNotifier('voice'),
    mqtt: memoryNotifier('mqtt'),
  };
}

function failed(retry: boolean, reason: string): NotifyResult {
  return { outcome: 'failed', retry, reason };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
