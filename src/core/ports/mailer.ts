// Letters to people that are no alerts: invitations, links, notices, evidence.

import type { NotifyResult } from './notifier.ts';

export interface LetterAttachment {
  /** As it is saved; no control characters. */
  readonly fileName: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

export interface Letter {
  readonly to: string;
  readonly subject: string;
  /** Plain text; links stand on lines of their own. */
  readonly text: string;
  /** The same for every attempt: what arrives twice is seen to be one letter. */
  readonly id?: string;
  /** Who answers are for. */
  readonly replyTo?: string;
  readonly attachments?: readonly LetterAttachment[];
}

export interface Mailer {
  /** Hands the letter to the mail server. Errors: `mail-failed`. */
  send(letter: Letter): Promise<void>;
  /** The same for who tries again by themselves. Never throws: what goes wrong is a result. */
  deliver(letter: Letter, signal: AbortSignal): Promise<NotifyResult>;
}
