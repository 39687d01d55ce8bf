import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureSentence, isRefused } from './failure.ts';

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

test('a refused key says why, although its refusal arrives as bytes', () => {
  const problem = {
    type: 'about:blank',
    title: 'Gone',
    status: 410,
    code: 'key-destroyed',
    detail: 'The key is gone.',
  };
  const { buffer } = new TextEncoder().encode(JSON.stringify(problem));
  // An XMLHttpRequest for bytes throws when it is asked for text.
  const networkDetails = Object.defineProperty({ response: buffer }, 'responseText', {
    get: () => {
      throw new DOMException('The response is not text.', 'InvalidStateError');
    },
  });
  const failure = { ...network, details: 'keyLoadError', response: { code: 410 }, networkDetails };
  assert.equal(failureSentence(failure), 'The key is gone.');
  assert.equal(isRefused(failure), true);
  assert.equal(isRefused({ ...failure, response: { code: 503 } }), false);
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
