import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureSentence } from './failure.ts';

const network = { type: 'networkError', details: 'manifestLoadError' };

test('the server’s own sentence is shown where it sent one', () => {
  const responseText = JSON.stringify({
    type: 'about:blank',
    title: 'Gone',
    status: 410,
    code: 'footage-gone',
    detail: 'This footage has expired.',
  });
  assert.equal(
    failureSentence({ ...network, networkDetails: { responseText } }),
    'This footage has expired.',
  );
});

test('every other failure has a sentence too, without a stack trace or a number', () => {
  const cases = [
    { ...network, networkDetails: { responseText: '<html>502' } },
    { ...network, response: { code: 401 } },
    { type: 'mediaError', details: 'bufferAddCodecError' },
    { type: 'muxError', details: 'remuxAllocError', networkDetails: null },
  ];
  for (const failure of cases) assert.match(failureSentence(failure), /^[A-Z][^0-9<]*[.…)]$|H\.265/);
});
