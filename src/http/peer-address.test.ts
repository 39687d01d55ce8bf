// Whose address counts, where a proxy stands in between.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientAddress, type Network, readNetwork } from './peer-address.ts';

function networks(...texts: readonly string[]): readonly Network[] {
  return texts.map((text) => readNetwork(text)).filter((network) => network !== null);
}

test('without a trusted proxy nobody’s word counts for another address', () => {
  assert.equal(clientAddress('192.0.2.1', '198.51.100.7', []), '192.0.2.1');
  assert.equal(clientAddress('192.0.2.1', '198.51.100.7', networks('10.0.0.0/8')), '192.0.2.1');
});

test('a trusted proxy tells the client: the last address that is no proxy, not the first that the client wrote', () => {
  const trusted = networks('10.0.0.0/8', '2001:db8:1::/48');
  assert.equal(clientAddress('10.1.2.3', '203.0.113.9, 198.51.100.7', trusted), '198.51.100.7');
  assert.equal(clientAddress('10.1.2.3', '203.0.113.9, 198.51.100.7, 10.9.9.9', trusted), '198.51.100.7');
  assert.equal(clientAddress('2001:db8:1::5', '198.51.100.7,2001:db8:1:ffff::1', trusted), '198.51.100.7');
  assert.equal(clientAddress('::ffff:10.1.2.3', '198.51.100.7', trusted), '198.51.100.7');
});

test('what a proxy says is an address, or the proxy itself counts', () => {
  const trusted = networks('10.0.0.1');
  for (const odd of ['', 'unknown', '_hidden', 'evil.example', ', ,', '<script>']) {
    assert.equal(clientAddress('10.0.0.1', odd, trusted), '10.0.0.1', odd);
  }
  assert.equal(clientAddress('10.0.0.1', null, trusted), '10.0.0.1');
  assert.equal(clientAddress('10.0.0.1', '198.51.100.7:4711', trusted), '198.51.100.7');
  assert.equal(clientAddress('10.0.0.1', '[2001:db8::7]:4711', trusted), '2001:db8::7');
  assert.equal(clientAddress('2002:0a00:0001::1', '198.51.100.7', trusted), '2002:0a00:0001::1');
  assert.equal(clientAddress('unknown', '198.51.100.7', trusted), 'unknown');
});

test('a network is an address with a length, or one address', () => {
  assert.deepEqual(readNetwork(' 10.0.0.0/8 '), { bytes: [10, 0, 0, 0], bits: 8 });
  assert.equal(readNetwork('::1')?.bits, 128);
  for (const odd of ['', 'proxy', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/8/8', '10.0.0.0/', '::1/129']) {
    assert.equal(readNetwork(odd), null, odd);
  }
  const [half] = networks('10.0.0.128/25');
  assert.ok(half);
  assert.equal(clientAddress('10.0.0.129', '192.0.2.1', [half]), '192.0.2.1');
  assert.equal(clientAddress('10.0.0.127', '192.0.2.1', [half]), '10.0.0.127');
});
