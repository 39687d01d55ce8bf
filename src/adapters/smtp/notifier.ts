// The e-mail notifier: sends alerts through the SMTP server of the owner's choice.

import type { Notifier, NotifyResult } from '../../core/ports/notifier.ts';
import { failureOf } from './failure.ts';
import { mailOf, messageIdOf } from './mail.ts';
import { openTransport, type SmtpOptions, unusable } from './transport.ts';

/**
 * Sends each alert as one mail with plain text, HTML and the picture inside.
 */
export function smtpNotifier({ url, from, log }: SmtpOptions): Notifier {
  const transport = url === null ? null : openTransport(url);
  const server = transport?.options.host ?? '';
  const notSet = 'No mail server is set. Set VEDETTE_SMTP_URL.';
  let isClosed = false;
  return {
    kind: 'email',
    missing: url === null ? notSet : transport === null ? unusable : null,
    refusal: () => null,
    async send(alert, target, signal) {
      if (target.kind !== 'email') return failed(false, 'This is not an e-mail address.');
      if (url === null) return failed(false, notSet);
      if (transport === null) return failed(false, unusable);
      if (isClosed || signal.aborted) return failed(true, 'Sending was given up.');
      const messageId = messageIdOf(alert.idempotencyKey, from);
      try {
        await transport.mailer.sendMail({
          ...mailOf(alert, { from, to: target.address, messageId }),
          signal,
        });
        log.debug('A mail was handed over.', { messageId, server });
        return { outcome: 'handed-over' };
      } catch (error) {
        log.debug('A mail was not handed over.', { messageId, server, error });
        return failureOf(error, server);
      }
    },
    async close() {
      isClosed = true;
      transport?.mailer.close();
    },
  };
}

function failed(retry: boolean, reason: string): NotifyResult {
  return { outcome: 'failed', retry, reason };
}
