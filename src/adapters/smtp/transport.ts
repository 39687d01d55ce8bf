// The way to the mail server, for alerts and letters alike.

import { createTransport } from 'nodemailer';
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
export function openTransport(secretUrl: Secret) {
  const url = URL.parse(secretUrl.reveal());
  if (url === null || (url.protocol !== 'smtp:' && url.protocol !== 'smtps:') || url.hostname === '')
    return null;
  const secure = url.protocol === 'smtps:';
  const auth = credentialsOf(url);
  if (auth === 'malformed') return null;
  const ignoreTLS = url.searchParams.get('ignoreTLS') === 'true';
  const options = {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    ignoreTLS,
    // Without this somebody in between could strip the offer of TLS and read the password.
    requireTLS: !secure && !ignoreTLS && auth !== null,
    ...(auth === null ? {} : { auth }),
    tls: { rejectUnauthorized: url.searchParams.get('tls.rejectUnauthorized') !== 'false' },
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
    dnsTimeout: connectTimeoutMs,
    socketTimeout: socketTimeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
  return { mailer: createTransport(options), options };
}

function credentialsOf(url: URL): { user: string; pass: string } | null | 'malformed' {
  if (url.username === '' && url.password === '') return null;
  try {
    return { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) };
  } catch {
    return 'malformed';
  }
}
