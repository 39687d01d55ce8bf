// The e-mail notifier: sends alerts through the SMTP server of the owner's choice.

import { createHash } from 'node:crypto';
import { createTransport } from 'nodemailer';
import { readMailServer } from '../../core/alert/mail-server.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Notifier, NotifyResult } from '../../core/ports/notifier.ts';
import type { Secret } from '../../core/secret.ts';
import { failureOf } from './failure.ts';
import { mailOf } from './mail.ts';

/** To reach the server, and to be greeted. */
const connectTimeoutMs = 10_000;
/** Longest silence of the server while a mail is handed over. */
const socketTimeoutMs = 20_000;

export interface SmtpOptions {
  /** `smtp://` or `smtps://user:password@host:port`; null where no mail server is set. */
  readonly url: Secret | null;
  /** The sender: "Vedette <alerts@example.com>". */
  readonly from: string;
  readonly log: Log;
}

/**
 * Sends each alert as one mail with plain text, HTML and the picture inside. `smtp://` is upgraded to TLS where
 * the server can, and must be where there is a password (unless the URL says `?ignoreTLS=true`);
 * `?tls.rejectUnauthorized=false` accepts a server that signed its certificate itself.
 */
export function smtpNotifier({ url, from, log }: SmtpOptions): Notifier {
  const transport = url === null ? null : openTransport(url);
  const server = transport?.options.host ?? '';
  let isClosed = false;
  return {
    kind: 'email',
    refusal: () => null,
    async send(alert, target, signal) {
      if (target.kind !== 'email') return failed(false, 'This is not an e-mail address.');
      if (url === null) return failed(false, 'No mail server is set. Set VEDETTE_SMTP_URL.');
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

const unusable =
  'The address of the mail server is not usable. VEDETTE_SMTP_URL looks like smtps://user:password@host:465.';

/** The transport for an SMTP URL; null where it is not one. */
function openTransport(url: Secret) {
  const server = readMailServer(url.reveal());
  if ('fault' in server) return null;
  const { host, port, secure, credentials, ignoreTls } = server;
  const options = {
    host,
    port,
    secure,
    ignoreTLS: ignoreTls,
    // Without this somebody in between could strip the offer of TLS and read the password.
    requireTLS: !secure && !ignoreTls && credentials !== null,
    ...(credentials === null ? {} : { auth: { user: credentials.user, pass: credentials.password } }),
    tls: { rejectUnauthorized: server.checkCertificate },
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
    dnsTimeout: connectTimeoutMs,
    socketTimeout: socketTimeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
  return { mailer: createTransport(options), options };
}

/** The same for every attempt (RFC 5322 §3.6.4), so that a mail that arrives twice is seen to be one. */
function messageIdOf(idempotencyKey: string, from: string): string {
  const domain = /@([A-Za-z0-9.-]+)>?\s*$/.exec(from)?.[1] ?? 'vedette.invalid';
  const isPlain = /^[A-Za-z0-9-]{1,64}$/.test(idempotencyKey);
  const left = isPlain ? idempotencyKey : createHash('sha256').update(idempotencyKey).digest('hex');
  return `<${left}@${domain}>`;
}

function failed(retry: boolean, reason: string): NotifyResult {
  return { outcome: 'failed', retry, reason };
}
