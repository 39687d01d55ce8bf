// The mail server, as its address says: one reading for the settings that check it and the mailer that uses it.

import { credentialsOf, encode, hostOf, type ServerCredentials } from '../server-address.ts';

export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (smtps); otherwise the connection is upgraded where the server can. */
  readonly secure: boolean;
  readonly credentials: ServerCredentials | null;
  /** Sends without TLS, whatever the server offers. */
  readonly ignoreTls: boolean;
  /** Whether the server's certificate is checked. */
  readonly checkCertificate: boolean;
}

/** RFC 8314 §3.3 (465) and RFC 6409 (587). */
const defaultPorts = { 'smtps:': 465, 'smtp:': 587 } as const;
const parameters: readonly string[] = ['ignoreTLS', 'tls.rejectUnauthorized'];
const form = 'must look like smtps://user:password@mail.example.org:465';

/** Reads `smtp://` and `smtps://` addresses. `fault` follows the name of the setting and repeats nothing secret. */
export function readMailServer(text: string): MailServer | { readonly fault: string } {
  const url = URL.parse(text.trim());
  if (url === null) return { fault: `${form}, with a port from 1 to 65535. ${encode}` };
  const { protocol } = url;
  if (protocol !== 'smtps:' && protocol !== 'smtp:') {
    return { fault: `must begin with smtps:// or smtp://, like smtps://user:password@mail.example.org:465.` };
  }
  // What follows an unescaped "/", "?" or "#" in a password ends up here.
  if (`${url.pathname}${url.search}${url.hash}`.includes('@')) return { fault: `${form}. ${encode}` };
  const host = hostOf(url);
  if (host === null) return { fault: `${form}; what stands for the host is none.` };
  if (url.port === '0') return { fault: 'must have a port from 1 to 65535, not 0.' };
  if (url.hash !== '' || (url.pathname !== '' && url.pathname !== '/')) {
    return { fault: `${form}; there may be no path after the port.` };
  }
  const fault = parameterFault(url.searchParams);
  if (fault !== null) return { fault };
  const credentials = credentialsOf(url);
  if (credentials === 'malformed') return { fault: `has a user name or password with a lone %. ${encode}` };
  return {
    host,
    port: url.port === '' ? defaultPorts[protocol] : Number(url.port),
    secure: protocol === 'smtps:',
    credentials,
    ignoreTls: url.searchParams.get('ignoreTLS') === 'true',
    checkCertificate: url.searchParams.get('tls.rejectUnauthorized') !== 'false',
  };
}

function parameterFault(given: URLSearchParams): string | null {
  const known = parameters.join(' and ');
  for (const [name, value] of given) {
    if (!parameters.includes(name)) {
      const named = /^[A-Za-z.]{1,40}$/.test(name) ? ` "${name}"` : '';
      return `has a parameter${named} that does not exist. Only ${known} can follow the "?".`;
    }
    if (value !== 'true' && value !== 'false') return `has a parameter ${name} that must be true or false.`;
  }
  return null;
}
