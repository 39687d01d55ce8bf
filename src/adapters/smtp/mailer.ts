// The mailer: sends letters through the same server as alerts.

import { VedetteError } from '../../core/errors.ts';
import type { Mailer } from '../../core/ports/mailer.ts';
import { failureOf } from './failure.ts';
import { letterOf } from './mail.ts';
import { openTransport, type SmtpOptions, unusable } from './transport.ts';

/** Null where no mail server is set: who would send a letter shows its link instead. */
export function smtpMailer({ url, from, log }: SmtpOptions): Mailer | null {
  if (url === null) return null;
  const transport = openTransport(url);
  return {
    async send(letter) {
      if (transport === null) throw new VedetteError('mail-failed', unusable);
      const { mailer, options } = transport;
      try {
        await mailer.sendMail(letterOf(letter, from));
        // Neither the address nor the text, which may hold a link that lets somebody in.
        log.debug('A letter was handed over.', { server: options.host });
      } catch (error) {
        const failure = failureOf(error, options.host);
        throw new VedetteError('mail-failed', failure.outcome === 'failed' ? failure.reason : undefined);
      }
    },
  };
}
