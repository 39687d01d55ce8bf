// The queue: at-least-once work, in order per key, retried with back-off, then put aside as a dead letter.

import type { EpochMs } from '../brand.ts';

/** Largest payload of a message, in bytes: it names what to do, and does not carry it. */
export const maxPayloadBytes = 64 * 1024;

export interface QueueMessage {
  readonly topic: string;
  /** Messages of one key are handled one at a time, in the order they were published. */
  readonly key: string;
  /** JSON. At most 64 KiB. */
  readonly payload: string;
  /** Publishing the same id again (within 24 h) changes nothing. */
  readonly id: string;
}

export interface ReceivedMessage extends QueueMessage {
  /** 1 for the first delivery. */
  readonly attempt: number;
  readonly publishedAt: EpochMs;
}

export interface ConsumeOptions {
  /** Messages handled at the same time (different keys). */
  readonly concurrency: number;
  readonly maxAttempts: number;
  /** Wait before attempt n+1: `min(maxMs, firstMs × 2^(n-1))`, half of it random. */
  readonly backoff: { readonly firstMs: number; readonly maxMs: number };
  /**
   * So many attempts more may begin where earlier ones ended with the process: none by default, for the message may be what
   * ended it. Where losing one is worse than that, `patientWithStops`.
   */
  readonly toleratedStops?: number;
  /** A handler that takes longer is given up (its signal is aborted), and the attempt has failed. */
  readonly timeoutMs: number;
  /**
   * Called before a message is put aside as a dead letter, whatever kept it from being handled: so that what it speaks of
   * is shown as failed rather than as waiting for ever. At least once, idempotent; where it throws, the message is tried
   * again after `backoff.maxMs`.
   */
  readonly givenUp?: (message: ReceivedMessage, reason: string) => Promise<void>;
}

/** For work that somebody's safety hangs on: a machine that starts a hundred times in a row has it tried each time. */
export const patientWithStops = 100;

export interface DeadLetter extends ReceivedMessage {
  readonly failedAt: EpochMs;
  readonly reason: string;
}

/** A handler resolves when the message is done, throws to have it retried. It must be idempotent. */
export type Handler = (message: ReceivedMessage, signal: AbortSignal) => Promise<void>;

export interface Consumer {
  /** Stops taking messages and waits for those in hand. */
  stop(): Promise<void>;
}

export interface Queue {
  /** Durable when it resolves. */
  publish(messages: readonly QueueMessage[]): Promise<void>;
  consume(topic: string, options: ConsumeOptions, handler: Handler): Consumer;
  deadLetters(topic: string): Promise<readonly DeadLetter[]>;
  /** How many there are, about: one that was put aside twice may count twice. Cheap: their payloads are not read. */
  deadLetterCount(topic: string): Promise<number>;
  /** Messages not yet done, those in hand included. */
  depth(topic: string): Promise<number>;
  close(): Promise<void>;
}
