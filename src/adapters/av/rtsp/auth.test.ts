// Passwords for cameras, against the examples of RFC 7616, RFC 2617 and RFC 7617.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorization, parseChallenges, strongest } from './auth.ts';

const mufasa = {
  username: 'Mufasa',
  password: 'Circle of Life',
  method: 'GET',
  uri: '/dir/index.html',
  count: 1,
};
const response = (value: string) => /response="([0-9a-f]+)"/.exec(value)?.[1];

/** RFC 7616, 3.9.1. */
const both = [
  'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, ' +
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
  'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, ' +
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
];

test('the examples of RFC 7616 are answered as it says', () => {
  const clientNonce = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';
  const [sha256, md5] = parseChallenges(both);
  assert.ok(sha256 && md5);
  const strong = authorization(sha256, { ...mufasa, clientNonce });
  assert.equal(response(strong), '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1');
  assert.match(strong, /algorithm=SHA-256, cnonce="f2\/.*", qop=auth, nc=00000001, opaque="FQhe/);
  const weak = authorization(md5, { ...mufasa, clientNonce });
  assert.equal(response(weak), '8ca523f5e9506fed4657c9700eebdbec');
});

test('the example of RFC 7616 with a hashed user name is answered as its erratum 4897 says', () => {
  const [challenge] = parseChallenges([
    'Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, ' +
      'nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", ' +
      'opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", charset=UTF-8, userhash=true',
  ]);
  assert.ok(challenge);
  const value = authorization(challenge, {
    ...{ username: 'Jäsøn Doe', password: 'Secret, or not?', method: 'GET', uri: '/doe.json', count: 1 },
    clientNonce: 'NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v',
  });
  assert.match(value, /username="793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b"/);
  assert.equal(response(value), '3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5');
});

test('the example of RFC 2617, and a question of the old kind without qop', () => {
  const nonce = 'dcd98b7102dd2f0e8b11d0f600bfb0c093';
  const [challenge] = parseChallenges([
    `Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="${nonce}", opaque="5ccc069c403ebaf9f0171e9517f40e41"`,
  ]);
  assert.ok(challenge);
  const input = { ...mufasa, password: 'Circle Of Life', clientNonce: '0a4f113b' };
  assert.equal(response(authorization(challenge, input)), '6629fae49393a05397450978507c4ef1');
  const [old] = parseChallenges([`Digest realm="testrealm@host.com", nonce="${nonce}"`]);
  assert.ok(old);
  const value = authorization(old, input);
  // MD5(MD5(user:realm:password):nonce:MD5(method:uri)), RFC 2069.
  assert.equal(response(value), '670fd8c2df070c60b045671b8b24ff02');
  assert.doesNotMatch(value, /qop|nc=|algorithm/);
});

test('the example of RFC 7617', () => {
  const [challenge] = parseChallenges(['Basic realm="WallyWorld"']);
  assert.ok(challenge);
  const value = authorization(challenge, {
    ...mufasa,
    username: 'Aladdin',
    password: 'open sesame',
    clientNonce: '',
  });
  assert.equal(value, 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==');
});

test('the strongest question that can be answered is answered', () => {
  const names = (values: string[]) => {
    const chosen = strongest(parseChallenges(values));
    return chosen === null ? null : (chosen.parameters.get('algorithm') ?? chosen.scheme);
  };
  assert.equal(names([...both.toReversed(), 'Basic realm="x"']), 'SHA-256');
  assert.equal(names(['Basic realm="a, b", Digest realm="x", nonce="1"']), 'digest');
  assert.equal(names(['Digest realm="x", nonce="1", algorithm=SHA3-512', 'Basic realm="x"']), 'basic');
  assert.equal(names(['Digest realm="x", nonce="1", qop="auth-int"']), null);
  assert.equal(names(['Negotiate']), null);
});

test('what a camera or a person writes cannot add a header', () => {
  const [challenge] = parseChallenges(['Digest realm="a\\"b", nonce="1"']);
  assert.ok(challenge);
  const value = authorization(challenge, { ...mufasa, username: 'a"\r\nX: y', clientNonce: '' });
  assert.ok(value.includes('username="a\\"X: y", realm="a\\"b"'));
});
