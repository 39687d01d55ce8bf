// The way to the mail server, for alerts and letters alike.

import { createTransport } from 'nodemailer';
import { readMailServer } from '../../core/alert/mail-server.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Secret } from '../../core/secret.ts';

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

/** What to do about an address that is none. */
export const unusable =
  'The address of the mail server is not usable. VEDETTE_SMTP_URL looks like smtps://user:password@host:465.';

/**
 * The transport for an SMTP URL; null where it is not one. `smtp://` is upgraded to TLS where the server can, and must
 * be where there is a password (unless the URL says `?ignoreTLS=true`); `?tls.rejectUnauthorized=false` accepts a
 * server that signed its certificate itself.
 */
export function openTransport(url: Secret) {
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
