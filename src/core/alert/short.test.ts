// Text messages and what a voice says.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { gsmLength, gsmPlaces, spoken, textMessage } from './short.ts';

const link = 'https://cams.example.org/incidents/01a101a2-aa00-7225-a430-f1f712c93dbb';

test('an alert is one text message, with its link whole', () => {
  const text = textMessage('Person at Bakery · Yard, Gate and Hall, 21:14.', link);
  assert.equal(text, `Person at Bakery, Yard, Gate and Hall, 21:14. ${link}`);
  assert.ok((gsmPlaces(text) ?? 999) <= gsmLength);
});

test('accents that phones lack are dropped, those they have stay', () => {
  assert.equal(textMessage('Bäckerei Čapek – “Süß”', null), 'Bäckerei Capek - "Süß"');
});

test('however long the names in the alphabet are, it is one message and the link is whole', () => {
  const words = fc.string({ unit: fc.constantFrom(...'abc XYZ€äöü[]{}·–'), maxLength: 400 });
  fc.assert(
    fc.property(words, (given) => {
      const text = textMessage(given, link);
      assert.ok((gsmPlaces(text) ?? 999) <= gsmLength, text);
      assert.ok(text.endsWith(` ${link}`));
    }),
  );
});

test('other scripts are sent as they are', () => {
  assert.equal(textMessage('Человек во дворе', link), `Человек во дворе ${link}`);
});

test('a voice says it twice', () => {
  assert.equal(
    spoken('Person at Bakery · Yard'),
    'This is Vedette. Person at Bakery, Yard. I repeat. Person at Bakery, Yard.',
  );
});
