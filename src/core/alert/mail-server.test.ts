// The address of the mail server.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type MailServer, readMailServer } from './mail-server.ts';

function read(text: string): MailServer {
  const server = readMailServer(text);
  if ('fault' in server) assert.fail(`${text}: ${server.fault}`);
  return server;
}

test('scheme, host, port and credentials are read, with the ports of the standards where none is given', () => {
  assert.deepEqual(read('smtps://ada%40example.org:p%3Aw%2F@Mail.Example.org'), {
    host: 'mail.example.org',
    port: 465,
    secure: true,
    credentials: { user: 'ada@example.org', password: 'p:w/' },
    ignoreTls: false,
    checkCertificate: true,
  });
  const plain = read('smtp://localhost/?ignoreTLS=true&tls.rejectUnauthorized=false');
  assert.deepEqual([plain.port, plain.secure, plain.credentials], [587, false, null]);
  assert.deepEqual([plain.ignoreTls, plain.checkCertificate], [true, false]);
  assert.deepEqual([read('smtp://[::1]:2525').host, read('smtp://[::1]:2525').port], ['::1', 2525]);
  assert.equal(read('smtp://b\u00fccher.example').host, 'xn--bcher-kva.example');
  assert.equal(read('smtp://10.0.0.3:25').port, 25);
});

const faulty: readonly (readonly [address: string, says: RegExp])[] = [
  ['mail.example.org', /must look like smtps:/],
  ['user:hunter2@mail.example.org', /must begin with smtps:/],
  ['http://mail.example.org', /must begin with smtps:/],
  ['smtp:mail.example.org', /host/],
  ['smtp://', /host/],
  ['smtp://ma%20il', /host/],
  ['smtp://mail.example.org:0', /port from 1 to 65535/],
  ['smtp://mail.example.org:99999', /port from 1 to 65535/],
  ['smtp://mail.example.org:smtp', /port from 1 to 65535/],
  ['smtp://mail.example.org/inbox', /no path/],
  ['smtp://mail.example.org#x', /no path/],
  ['smtp://mail.example.org?ignoreTls=true', /parameter "ignoreTls" that does not exist.*ignoreTLS/],
  ['smtp://mail.example.org?ignoreTLS=yes', /ignoreTLS that must be true or false/],
  ['smtp://user:hunter2%@mail.example.org', /lone %/],
  ['smtp://user:hun/ter2@mail.example.org', /%2F/],
  ['smtp://user:12/hunter2@mail.example.org', /%2F/],
  ['smtp://user:12?hunter2@mail.example.org', /%3F/],
  ['smtp://user:12#hunter2@mail.example.org', /%23/],
];

for (const [address, says] of faulty) {
  test(`${address} is told in one sentence without the password`, () => {
    const server = readMailServer(address);
    assert.ok('fault' in server);
    assert.match(server.fault, says);
    assert.doesNotMatch(server.fault, /hunter2|hun\/ter2|ter2/);
    assert.match(server.fault, /\.$/);
  });
}

test('every percent-encoded user name and password comes back as it was', () => {
  const word = fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' });
  fc.assert(
    fc.property(word, word, (user, password) => {
      const server = read(
        `smtps://${encodeURIComponent(user)}:${encodeURIComponent(password)}@mail.example.org`,
      );
      assert.deepEqual(server.credentials, { user, password });
    }),
  );
});
