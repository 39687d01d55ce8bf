// Which addresses are public.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { allowedAddresses, isPrivateHost, isPublicAddress, mayReach } from './address.ts';

test('loopback, private, link-local, metadata, translated and reserved addresses are not public', () => {
  // biome-ignore format: a list reads better in rows
  const inside = [
    '0.0.0.0', '0.1.2.3', '10.0.0.1', '10.255.255.255', '100.64.0.1', '127.0.0.1', '127.255.255.254',
    '169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.192', '192.0.2.1', '192.168.1.1', '198.18.0.1',
    '198.51.100.7', '203.0.113.9', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255',
    '::', '::1', '::127.0.0.1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '::ffff:0:7f00:1', '64:ff9b::7f00:1',
    '64:ff9b:1::1', '100::1', '2001::1', '2001:10::1', '2001:db8::1', '2002:7f00:1::', '3fff::1', '5f00::1',
    'fc00::1', 'fd12:3456::1', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1', '2606:4700::1%eth0',
    '', 'localhost', '1.2.3', '127.1', '0x7f000001',
  ];
  for (const address of inside) assert.equal(isPublicAddress(address), false, address);
});

test('public addresses are public', () => {
  for (const address of [
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.0',
    '100.128.0.1',
    '172.32.0.1',
    '192.167.255.255',
  ]) {
    assert.equal(isPublicAddress(address), true, address);
  }
  for (const address of ['2606:4700:4700::1111', '2a00:1450:4001::1', '2400:cb00::1']) {
    assert.equal(isPublicAddress(address), true, address);
  }
});

test('no IPv4 address becomes public by being written as IPv6', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      assert.equal(isPublicAddress(`::ffff:${address}`), false);
      assert.equal(isPublicAddress(`64:ff9b::${address}`), false);
    }),
  );
});

test('a host that is literally private is known without asking anybody, in every notation', () => {
  const inside = [
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '0177.0.0.1',
    '127.1',
    '[::1]',
    '[::ffff:10.0.0.1]',
    '[fe80::1]',
  ];
  const named = [
    'localhost',
    'LOCALHOST.',
    'a.localhost',
    'printer.local',
    'metadata.google.internal',
    'nas.home.arpa',
  ];
  for (const host of [...inside, ...named, '169.254.169.254', '192.168.1.20', '[fd00::1]']) {
    assert.equal(isPrivateHost(new URL(`https://${host}/`)), true, host);
  }
  for (const host of ['example.org', '1.1.1.1', '[2606:4700::1111]', 'localhost.example.org', 'mylocal']) {
    assert.equal(isPrivateHost(new URL(`https://${host}/`)), false, host);
  }
});

test('link-local addresses and those of a cloud are never reached, also where private ones are allowed', async () => {
  for (const host of [
    '169.254.169.254',
    '[fe80::1]',
    '100.100.100.200',
    'metadata.google.internal',
    '0.0.0.0',
  ]) {
    assert.equal(mayReach(new URL(`http://${host}/`), { allowPrivate: true }), false, host);
  }
  assert.equal(mayReach(new URL('http://192.168.1.20/'), { allowPrivate: true }), true);
  const resolve = async () => [{ address: '169.254.169.254', family: 4 }];
  assert.deepEqual(await allowedAddresses(new URL('http://a.example/'), { allowPrivate: true, resolve }), []);
});
