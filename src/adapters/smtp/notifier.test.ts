// The e-mail notifier against an SMTP server on loopback.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { header, mailServer } from '../../../test/servers/mail.ts';
import { silentLog } from '../../core/ports/log.ts';
import { type Arrival, notifierContract, sampleAlert } from '../../core/ports/notifier.contract.ts';
import { secret } from '../../core/secret.ts';
import { smtpNotifier } from './notifier.ts';

const from = 'Vedette <alerts@example.org>';
const owner = { kind: 'email', address: 'owner@example.org' } as const;
const patient = () => new AbortController().signal;

function open(t: TestContext, url: string | null) {
  const notifier = smtpNotifier({ url: url === null ? null : secret(url), from, log: silentLog });
  t.after(() => notifier.close());
  return notifier;
}

/** The mail's parts with their transfer encodings undone. */
function decoded(raw: string): { text: string; picture: Uint8Array | null } {
  const picture = /Content-Type: image\/jpeg[\s\S]*?\r\n\r\n([A-Za-z0-9+/=\r\n]+)/.exec(raw)?.[1];
  const text = raw
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return {
    text: Buffer.from(text, 'latin1').toString('utf8'),
    picture: picture === undefined ? null : Uint8Array.from(Buffer.from(picture, 'base64')),
  };
}

notifierContract('e-mail notifier', async (t) => {
  let code: number | null = null;
  const { mails, port } = await mailServer(t, {
    refuse: () => code,
    onAuth: (_auth, _session, done) => done(null, { user: 'u' }),
  });
  const codes = { take: null, 'refuse-for-now': 451, 'refuse-for-good': 550, hang: 0 };
  return {
    notifier: open(t, `smtp://user:hunter2@127.0.0.1:${port}?ignoreTLS=true`),
    target: owner,
    arrivals: () =>
      mails.map(({ raw }): Arrival => {
        const { text, picture } = decoded(raw);
        return {
          idempotencyKey: header(raw, 'message-id').slice(1).split('@')[0] ?? '',
          text,
          snapshot: picture,
        };
      }),
    behave: (how) => {
      code = codes[how];
    },
    secrets: ['hunter2'],
  };
});

test('a mail has plain text, HTML that shows the picture inside, and says that a machine wrote it', async (t) => {
  const { mails, port } = await mailServer(t);
  await open(t, `smtp://127.0.0.1:${port}`).send(sampleAlert('key'), owner, patient());
  const [{ raw, recipients } = assert.fail()] = mails;
  const { text } = decoded(raw);
  assert.deepEqual(recipients, ['owner@example.org']);
  assert.equal(header(raw, 'from'), from);
  assert.equal(header(raw, 'auto-submitted'), 'auto-generated');
  assert.equal(header(raw, 'message-id'), '<key@example.org>');
  const content = /cid:([^"]+)"/.exec(text)?.[1];
  assert.ok(content !== undefined);
  assert.match(raw, new RegExp(`content-id: <${content}>`, 'i'));
  assert.match(text, /Content-Type: text\/plain/);
  assert.match(text, /Bäckerei <Müller>/);
  assert.match(text, /Bäckerei &lt;Müller&gt;/);
});

test('nothing in a name becomes a header or a second recipient', async (t) => {
  const { mails, port } = await mailServer(t);
  const notifier = open(t, `smtp://127.0.0.1:${port}`);
  const title = 'Person at Bakery\r\nBcc: thief@example.org\r\n\r\nHello\u0000\u2028';
  await notifier.send({ ...sampleAlert('key\r\nX: y'), title, text: title }, owner, patient());
  const [{ raw, recipients } = assert.fail()] = mails;
  const [head = ''] = raw.split('\r\n\r\n');
  assert.deepEqual(recipients, ['owner@example.org']);
  assert.doesNotMatch(head, /^(bcc|x):/im);
  const twisted = [
    { kind: 'email', address: 'owner@example.org\r\nRCPT TO:<thief@example.org>' },
    { kind: 'email', address: 'owner@example.org, thief@example.org' },
    { kind: 'email', address: '' },
  ] as const;
  for (const target of twisted) {
    const result = await notifier.send(sampleAlert('key'), target, patient());
    assert.ok(result.outcome === 'failed' && !result.retry, target.address);
  }
  assert.equal(mails.length, 1);
});

test('without a mail server an alert fails for good and says what to set', async (t) => {
  assert.match(open(t, null).missing ?? '', /VEDETTE_SMTP_URL/);
  assert.deepEqual(await open(t, null).send(sampleAlert('key'), owner, patient()), {
    outcome: 'failed',
    retry: false,
    reason: 'No mail server is set. Set VEDETTE_SMTP_URL.',
  });
  for (const url of ['mail.example.org', 'http://mail.example.org', 'smtp://u:%E0%A4%A@mail.example.org']) {
    const result = await open(t, url).send(sampleAlert('key'), owner, patient());
    assert.ok(result.outcome === 'failed' && !result.retry);
    assert.match(result.reason, /smtps:\/\/user:password@host:465/);
  }
});

test('a server that is away is tried again, a wrong password is not', async (t) => {
  const away = await open(t, 'smtp://127.0.0.1:1').send(sampleAlert('key'), owner, patient());
  assert.ok(away.outcome === 'failed' && away.retry);
  assert.match(away.reason, /127\.0\.0\.1 cannot be reached/);
  const { port } = await mailServer(t, {
    authOptional: false,
    onAuth: (_auth, _session, done) => done(new Error('Bad password hunter2')),
  });
  const url = `smtp://user:hunter2@127.0.0.1:${port}?ignoreTLS=true`;
  const refused = await open(t, url).send(sampleAlert('key'), owner, patient());
  assert.deepEqual(refused, {
    outcome: 'failed',
    retry: false,
    reason: 'The mail server 127.0.0.1 refuses the user name or password.',
  });
});

test('a password is not sent to a server that offers no encryption', async (t) => {
  const passwords: string[] = [];
  const { port } = await mailServer(t, {
    onAuth: (auth, _session, done) => {
      passwords.push(auth.password ?? '');
      done(null, { user: 'u' });
    },
  });
  const result = await open(t, `smtp://user:hunter2@127.0.0.1:${port}`).send(
    sampleAlert('key'),
    owner,
    patient(),
  );
  assert.equal(result.outcome, 'failed');
  assert.deepEqual(passwords, []);
});

test('a refused recipient fails for good with the words of the server', async (t) => {
  const { port } = await mailServer(t, {
    onRcptTo: (_address, _session, done) =>
      done(Object.assign(new Error('No such user'), { responseCode: 550 })),
  });
  const result = await open(t, `smtp://127.0.0.1:${port}`).send(sampleAlert('key'), owner, patient());
  assert.ok(result.outcome === 'failed' && !result.retry);
  assert.match(result.reason, /550 No such user/);
});
