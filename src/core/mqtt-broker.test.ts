// The address of the MQTT broker.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type MqttBroker, readMqttBroker } from './mqtt-broker.ts';

function read(text: string): MqttBroker {
  const broker = readMqttBroker(text);
  if ('fault' in broker) assert.fail(`${text}: ${broker.fault}`);
  return broker;
}

test('scheme, host, port and credentials are read, with the registered ports where none is given', () => {
  assert.deepEqual(read('mqtts://ada%40example.org:p%3Aw%2F@Broker.Example.org'), {
    host: 'broker.example.org',
    port: 8883,
    secure: true,
    credentials: { user: 'ada@example.org', password: 'p:w/' },
  });
  assert.deepEqual(read('mqtt://[::1]/'), { host: '::1', port: 1883, secure: false, credentials: null });
  assert.equal(read('mqtt://10.0.0.3:1884').port, 1884);
});

const faulty: readonly (readonly [address: string, says: RegExp])[] = [
  ['broker.example.org', /must look like mqtt:/],
  ['user:hunter2@broker.example.org', /must begin with mqtt:/],
  ['ws://broker.example.org', /must begin with mqtt:/],
  ['mqtt:broker.example.org', /host/],
  ['mqtt://', /host/],
  ['mqtt://bro%20ker', /host/],
  ['mqtt://broker.example.org:0', /port from 1 to 65535/],
  ['mqtt://broker.example.org:99999', /port from 1 to 65535/],
  ['mqtt://broker.example.org/vedette', /nothing after the port/],
  ['mqtt://broker.example.org?clean=true', /nothing after the port/],
  ['mqtt://user:hunter2%@broker.example.org', /lone %/],
  ['mqtt://user:hun/ter2@broker.example.org', /%2F/],
  ['mqtt://user:12#hunter2@broker.example.org', /%23/],
];

for (const [address, says] of faulty) {
  test(`${address} is told in one sentence without the password`, () => {
    const broker = readMqttBroker(address);
    assert.ok('fault' in broker);
    assert.match(broker.fault, says);
    assert.doesNotMatch(broker.fault, /hunter2|hun\/ter2|ter2/);
    assert.match(broker.fault, /\.$/);
  });
}

test('every percent-encoded user name and password comes back as it was', () => {
  const word = fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' });
  fc.assert(
    fc.property(word, word, (user, password) => {
      const broker = read(`mqtt://${encodeURIComponent(user)}:${encodeURIComponent(password)}@broker`);
      assert.deepEqual(broker.credentials, { user, password });
    }),
  );
});
