// What devices say of themselves over MQTT.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readState } from './mqtt-state.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const plain = { stateField: null, onText: 'ON', offText: 'OFF' };
const contact = { stateField: 'contact', onText: 'false', offText: 'true' };

test('a text, and a value of JSON, say on or off; everything else says nothing', () => {
  for (const [link, text, expected] of [
    [plain, 'ON', 'on'],
    [plain, ' off\n', 'off'],
    [plain, 'unavailable', null],
    [contact, '{"contact":false,"battery":93}', 'on'],
    [contact, '{"contact":true}', 'off'],
    [contact, '{"battery":93}', null],
    [contact, '{"contact":{"a":1}}', null],
    [contact, '[false]', null],
    [contact, 'null', null],
    [contact, 'ON', null],
    [{ ...contact, stateField: '__proto__' }, '{}', null],
  ] as const) {
    assert.equal(readState(link, bytes(text)), expected, text);
  }
});

test('no message makes it throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.json(), (raw, json) => {
      for (const link of [plain, contact]) {
        readState(link, raw);
        readState(link, bytes(json));
      }
    }),
  );
});
