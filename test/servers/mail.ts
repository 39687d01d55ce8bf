// A mail server on loopback, for tests of what is sent.

import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface Mail {
  readonly raw: string;
  readonly recipients: readonly string[];
}

/** `refuse`: with which code a mail is refused; null takes it, 0 never answers. */
type MailServerOptions = SMTPServerOptions & { refuse?: () => number | null };

/** An SMTP server on loopback that ends with the test. */
export async function mailServer(t: TestContext, options: MailServerOptions = {}) {
  const { mails, port, close } = await openMailServer(options);
  t.after(close);
  return { mails, port };
}

/** An SMTP server on loopback. */
export async function openMailServer({ refuse = () => null, ...more }: MailServerOptions = {}) {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    allowInsecureAuth: true,
    closeTimeout: 100,
    async onData(stream, session, done) {
      // A mail whose sender is gone before its end is none.
      const raw = await buffer(stream).then(
        (bytes) => bytes.toString('latin1'),
        () => null,
      );
      if (raw === null) return;
      const code = stream.sizeExceeded ? 552 : refuse();
      if (code === 0) return;
      if (code !== null) return done(Object.assign(new Error('Not now, or never'), { responseCode: code }));
      mails.push({ raw, recipients: session.envelope.rcptTo.map(({ address }) => address) });
      done();
    },
    ...more,
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return { mails, port, close: () => new Promise<void>((resolve) => server.close(resolve)) };
}

/** The one header of this name, unfolded. */
export function header(raw: string, name: string): string {
  const [head = ''] = raw.split('\r\n\r\n');
  const unfolded = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  const lines = unfolded.filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  assert.equal(lines.length, 1, `one header ${name}`);
  return lines[0]?.slice(name.length + 1).trim() ?? '';
}
