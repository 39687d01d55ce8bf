// Is a mail server fit: reached, encrypted where it has to be, and it lets us in. Nothing is sent.

import type { Secret } from '../../core/secret.ts';
import { type OpeningCheck, right, risky, wrong } from '../../core/setting-finding.ts';
import { failureOf } from './failure.ts';
import { openTransport, unusable } from './transport.ts';

export async function* checkMailServer(url: Secret): OpeningCheck {
  const transport = openTransport(url);
  if (transport === null) {
    yield wrong(unusable);
    return;
  }
  const { mailer, options } = transport;
  try {
    // EHLO, STARTTLS where it is offered, AUTH, QUIT.
    await mailer.verify();
    yield right(
      options.auth === undefined
        ? 'The mail server answers; it asks for no user.'
        : 'The mail server answers and lets us in.',
    );
    if (!options.tls.rejectUnauthorized) {
      yield risky('Any certificate of the mail server is believed. Leave out tls.rejectUnauthorized=false.');
    }
    if (options.ignoreTLS && options.auth !== undefined) {
      yield risky('The password goes to the mail server unencrypted. Leave out ignoreTLS=true.');
    }
  } catch (error) {
    const result = failureOf(error, options.host);
    if (result.outcome !== 'failed') throw error;
    yield wrong(`${result.reason} Check VEDETTE_SMTP_URL.`);
  } finally {
    mailer.close();
  }
}
