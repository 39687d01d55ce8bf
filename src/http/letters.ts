// Letters about one's account: links that its owner asked for, and notices of what was changed.

import { setImmediate } from 'node:timers';
import type { Log } from '../core/ports/log.ts';
import type { Letter, Mailer } from '../core/ports/mailer.ts';
import type { Secret } from '../core/secret.ts';

const unasked = 'If you did not ask for this, do nothing: the link ends by itself within an hour.';

/** The page `page` with a token that no server on the way gets to see. */
export function linkTo(publicUrl: string, page: string, token: Secret): string {
  return `${publicUrl}/${page}#${token.reveal()}`;
}

export const letters = {
  resetPassword: (to: string, link: string): Letter => ({
    to,
    subject: 'A new password for Vedette',
    text: lines('Choose a new password here:', link, unasked),
  }),
  noPassword: (to: string): Letter => ({
    to,
    subject: 'Signing in to Vedette',
    text: lines(
      'Somebody asked for a new password for this address. Its account has none: sign in with your organization.',
    ),
  }),
  confirmEmail: (to: string, link: string): Letter => ({
    to,
    subject: 'Your new address for Vedette',
    text: lines(
      'Confirm that this is your new address, in the browser in which you are signed in:',
      link,
      unasked,
    ),
  }),
  emailWanted: (to: string, other: string): Letter => ({
    to,
    subject: 'Your address for Vedette is going to change',
    text: lines(
      `Somebody who is signed in as you asked to change your address to ${other}.`,
      'If that was not you, change your password now and end all other sessions in your account.',
    ),
  }),
  emailChanged: (to: string, other: string): Letter => ({
    to,
    subject: 'Your address for Vedette was changed',
    text: lines(
      `You sign in with ${other} from now on.`,
      'If that was not you, tell an admin of your organization.',
    ),
  }),
  emailTaken: (to: string): Letter => ({
    to,
    subject: 'Your account at Vedette',
    text: lines(
      'Somebody wanted to use this address, which has an account already.',
      'If that was you, sign in with it. Otherwise do nothing: nothing was changed.',
    ),
  }),
  confirmSignUp: (to: string, link: string): Letter => ({
    to,
    subject: 'Welcome to Vedette',
    text: lines('Choose a password, and your account is ready:', link, unasked),
  }),
  /** `kept` is what opens the account beside the password. */
  passwordReset: (to: string, kept: readonly string[] | 'removed'): Letter => ({
    to,
    subject: 'Your account at Vedette: a new password',
    text: lines(
      'This was changed in your account: a new password.',
      ...(kept === 'removed'
        ? [
            'It was the first time that your mailbox confirmed the account: passkeys and code apps that somebody may have set up before are removed.',
          ]
        : kept.length === 0
          ? []
          : [`These are set up as before: ${kept.join(', ')}. Remove in your account what you do not know.`]),
      'If that was not you, reset your password now and tell an admin of your organization.',
    ),
  }),
  changed: (to: string, what: string): Letter => ({
    to,
    subject: `Your account at Vedette: ${what}`,
    text: lines(
      `This was changed in your account: ${what}.`,
      'If that was not you, reset your password now and tell an admin of your organization.',
    ),
  }),
} as const;

interface LetterDeps {
  readonly mailer: Mailer | null;
  readonly log: Log;
}

/** Sends a notice, where there is a mail server; nobody waits for it. */
export function notify({ mailer, log }: LetterDeps, letter: Letter): void {
  if (mailer !== null) later(log, () => mailer.send(letter));
}

/** Does `work` after the answer, so that how long it takes tells nobody whether there is an account. */
export function later(log: Log, work: () => Promise<void>): void {
  setImmediate(() => {
    work().catch((error: unknown) => log.warn('A letter could not be sent', { error }));
  });
}

function lines(...paragraphs: readonly string[]): string {
  return `${paragraphs.join('\n\n')}\n`;
}
