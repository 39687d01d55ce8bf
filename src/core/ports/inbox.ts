// The inbox: what was accepted and not yet looked at. Durable before anybody is told so, and handed over at least once.

/** Largest body of an item in bytes: the largest image, sealed. */
export const maxInboxBodyBytes = 20_001_024;
/** Largest headers of an item in bytes, names and values together. */
export const maxInboxHeaderBytes = 8 * 1024;

export interface InboxItem {
  /** Names it in the log; the same one may be put again, and is then handed over again. */
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

export interface ReceivedItem {
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of its body, before it is read; where that is not known, the most that it may have. */
  readonly sizeBytes: number;
  /** Its body. Errors: `not-found` (handled before, by a process that died before it could say so). */
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

export interface InboxConsumeOptions {
  /** Items in hand at the same time. */
  readonly concurrency: number;
  /** Wait before an item that failed is handed over again: doubled each time. */
  readonly backoff: { readonly firstMs: number; readonly maxMs: number };
  /** A handler that takes longer is given up, and the item comes again. */
  readonly timeoutMs: number;
}

/** Resolves when the item is done, whatever became of it; throws to have it again. It must be idempotent. */
export type ItemHandler = (item: ReceivedItem, signal: AbortSignal) => Promise<void>;

export interface InboxConsumer {
  /** Takes no more items and waits for those in hand. */
  stop(): Promise<void>;
}

export interface Inbox {
  /** Durable when it resolves. Errors: `body-too-large`, `data-full`, `queue-unavailable`, `queue-refused`. */
  put(item: InboxItem): Promise<void>;
  /** Hands items over in no order, for as long as each takes: none is ever given up. */
  consume(options: InboxConsumeOptions, handler: ItemHandler): InboxConsumer;
  /** Items not yet done, those in hand included. */
  backlog(): Promise<number>;
  close(): Promise<void>;
}
