// What went wrong with a mail, in a sentence, and whether trying again can help.

import type { NotifyResult } from '../../core/ports/notifier.ts';

/** Longest part of a server's answer that is shown, in characters. */
const maxAnswerLength = 200;

const sentences: Readonly<Record<string, (server: string) => string>> = {
  EAUTH: (server) => `The mail server ${server} refuses the user name or password.`,
  ENOAUTH: (server) => `The mail server ${server} wants a user name and a password.`,
  ETLS: (server) => `No secure connection to the mail server ${server} could be made.`,
  EDNS: (server) => `The mail server ${server} cannot be found.`,
  ETIMEDOUT: (server) => `The mail server ${server} answers too slowly.`,
  ECONNECTION: (server) => `The mail server ${server} cannot be reached or cut the connection.`,
  ESOCKET: (server) => `The mail server ${server} cannot be reached.`,
  EABORT: () => 'Sending was given up.',
  EENVELOPE: (server) => `The mail server ${server} refuses the sender or the recipient.`,
};

/** Faults of what we sent or are set to, not of the moment: the same mail would fail again. */
const lasting: readonly string[] = ['EENVELOPE', 'ENOAUTH', 'ECONFIG', 'EMESSAGE', 'EREQUIRETLS'];

/**
 * The result of a failed attempt: an answer of 4xx and trouble on the way are tried again, 5xx is not (RFC 5321
 * §4.2.1; 503 speaks of the session, not of the mail).
 */
export function failureOf(error: unknown, server: string): NotifyResult {
  const { code, permanent, response } = faultOf(error);
  const retry = permanent === undefined ? !lasting.includes(code) : !permanent;
  if (isUngreeted(error)) return { outcome: 'failed', retry, reason: ungreeted(server) };
  const sentence = sentences[code]?.(server) ?? `The mail server ${server} did not take the mail.`;
  // What a server says to a login may repeat what was sent.
  const answer = code === 'EAUTH' ? '' : plainLine(response);
  return { outcome: 'failed', retry, reason: answer === '' ? sentence : `${sentence} It said: ${answer}` };
}

/** Who takes the connection and says nothing, or something else, may be another server, or wait for TLS. */
function isUngreeted(error: unknown): boolean {
  return error instanceof Error && /^(Greeting never received|Invalid greeting)/.test(error.message);
}

const ungreeted = (server: string) =>
  `What answers at ${server} does not greet as a mail server. Check the port, and whether it wants TLS at once (smtps://).`;

function faultOf(error: unknown): { code: string; permanent: boolean | undefined; response: string } {
  if (!(error instanceof Error)) return { code: '', permanent: undefined, response: '' };
  return {
    code: 'code' in error && typeof error.code === 'string' ? error.code : '',
    permanent: 'permanent' in error && typeof error.permanent === 'boolean' ? error.permanent : undefined,
    response: 'response' in error && typeof error.response === 'string' ? error.response : '',
  };
}

function plainLine(text: string): string {
  return text
    .replace(/[^\P{C}\n\r\t]/gu, '')
    .replace(/\s+/gu, ' ')
    .trim()
    .slice(0, maxAnswerLength);
}
