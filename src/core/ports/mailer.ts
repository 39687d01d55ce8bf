// Letters to people that are no alerts: invitations, links, notices.

export interface Letter {
  readonly to: string;
  readonly subject: string;
  /** Plain text; links stand on lines of their own. */
  readonly text: string;
}

export interface Mailer {
  /** Hands the letter to the mail server. Errors: `mail-failed`. */
  send(letter: Letter): Promise<void>;
}
