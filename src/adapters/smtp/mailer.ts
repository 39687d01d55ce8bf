// The mailer: sends letters through the same server as alerts.

import { VedetteError } from '../../core/errors.ts';
import type { Letter, Mailer } from '../../core/ports/mailer.ts';
import type { NotifyResult } from '../../core/ports/notifier.ts';
import { failureOf } from './failure.ts';
import { letterOf } from './mail.ts';
import { openTransport, type SmtpOptions, unusable } from './transport.ts';

/** Null where no mail server is set: who would send a letter shows its link instead. */
export function smtpMailer({ url, from, log }: SmtpOptions): Mailer | null {
  if (url === null) return null;
  const transport = openTransport(url);
  async function deliver(letter: Letter, signal?: AbortSignal): Promise<NotifyResult> {
    if (transport === null) return { outcome: 'failed', retry: false, reason: unusable };
    const { mailer, options } = transport;
    try {
      await mailer.sendMail({ ...letterOf(letter, from), ...(signal === undefined ? {} : { signal }) });
      // Neither the address nor the text, which may hold a link that lets somebody in.
      log.debug('A letter was handed over.', { server: options.host });
      return { outcome: 'handed-over' };
    } catch (error) {
      return failureOf(error, options.host);
    }
  }
  return {
    async send(letter) {
      const result = await deliver(letter);
      if (result.outcome === 'failed') throw new VedetteError('mail-failed', result.reason);
    },
    deliver,
  };
}
