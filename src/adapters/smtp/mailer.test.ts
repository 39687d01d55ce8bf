// Letters against an SMTP server on loopback.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { header, mailServer } from '../../../test/servers/mail.ts';
import { type Log, silentLog } from '../../core/ports/log.ts';
import { secret } from '../../core/secret.ts';
import { smtpMailer } from './mailer.ts';

const from = 'Vedette <alerts@example.org>';
const link = 'https://cams.example.org/invitation#dG9rZW4tdG9rZW4tdG9rZW4tdG9rZW4';
const letter = { to: 'eve@example.org', subject: 'Einladung für Eve', text: `Join the bakery:\n\n${link}\n` };

/** Keeps every line that is logged, as text. */
function writtenLog(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  const line = (message: string, fields?: unknown) => void lines.push(message + JSON.stringify(fields));
  return { log: { ...silentLog, debug: line, info: line, warn: line, error: line }, lines };
}

function mailer(port: number, { credentials = '', query = '', log = silentLog } = {}) {
  const url = secret(`smtp://${credentials}127.0.0.1:${port}${query}`);
  return smtpMailer({ url, from, log }) ?? assert.fail();
}

test('a letter arrives as plain text with its link whole, and its link is not logged', async (t) => {
  const { mails, port } = await mailServer(t);
  const { log, lines } = writtenLog();
  await mailer(port, { log }).send(letter);
  const [{ raw, recipients } = assert.fail()] = mails;
  assert.deepEqual(recipients, ['eve@example.org']);
  assert.equal(header(raw, 'from'), from);
  assert.equal(header(raw, 'auto-submitted'), 'auto-generated');
  assert.match(header(raw, 'content-type'), /^text\/plain/);
  const text = raw.replace(/=\r\n/g, '').replace(/=3D/g, '=');
  assert.ok(text.includes(`\r\n${link}\r\n`));
  assert.ok(lines.length > 0);
  assert.doesNotMatch(lines.join('\n'), /eve@|dG9rZW4/);
});

test('nothing in a letter becomes a header or a second recipient', async (t) => {
  const { mails, port } = await mailServer(t);
  const subject = 'Hello\r\nBcc: thief@example.org\r\n\r\nX';
  await mailer(port).send({ ...letter, subject, text: '.\r\nBcc: thief@example.org' });
  const [{ raw, recipients } = assert.fail()] = mails;
  assert.deepEqual(recipients, ['eve@example.org']);
  assert.doesNotMatch(raw.split('\r\n\r\n')[0] ?? '', /^bcc:/im);
  for (const to of [
    'eve@example.org\r\nRCPT TO:<thief@example.org>',
    'eve@example.org, thief@example.org',
    '',
  ]) {
    await assert.rejects(mailer(port).send({ ...letter, to }), { code: 'mail-failed' });
  }
  assert.equal(mails.length, 1);
});

test('without a mail server there is no mailer; a wrong address says what to set', async () => {
  assert.equal(smtpMailer({ url: null, from, log: silentLog }), null);
  const wrong = smtpMailer({ url: secret('mail.example.org'), from, log: silentLog });
  await assert.rejects(wrong?.send(letter) ?? assert.fail(), {
    code: 'mail-failed',
    message: /smtps:\/\/user:password@host:465/,
  });
});

test('what a mail server says reaches the person, what it was told does not', async (t) => {
  const refusing = await mailServer(t, { refuse: () => 550 });
  await assert.rejects(mailer(refusing.port).send(letter), {
    code: 'mail-failed',
    message: /Not now, or never/,
  });
  const { log, lines } = writtenLog();
  const guarded = await mailServer(t, {
    authOptional: false,
    onAuth: (_auth, _session, done) => done(new Error('Bad password hunter2')),
  });
  const sending = mailer(guarded.port, { credentials: 'user:hunter2@', query: '?ignoreTLS=true', log });
  await assert.rejects(sending.send(letter), (error) => {
    assert.ok(error instanceof Error);
    assert.equal(error.message, 'The mail server 127.0.0.1 refuses the user name or password.');
    assert.doesNotMatch(`${JSON.stringify(error)}${String(error.cause)}`, /hunter2/);
    return true;
  });
  assert.doesNotMatch(lines.join('\n'), /hunter2/);
  await assert.rejects(mailer(1).send(letter), { code: 'mail-failed', message: /cannot be reached/ });
});
