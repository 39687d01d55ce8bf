import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SetupInput } from '../../src/http/contract/session.ts';
import { check } from '../ui/form.ts';
import { emptyDraft, schemaOf, stepOf, toSetup } from './draft.ts';

const filled = {
  ...emptyDraft('Europe/Berlin'),
  name: 'Ada',
  email: ' ada@example.org ',
  password: 'a long sentence',
  organizationName: 'Home',
  siteName: 'House',
};

test('a filled draft is what the contract accepts, with the demo camera unless another is chosen', () => {
  const input = SetupInput.parse(toSetup(filled, 'token'));
  assert.deepEqual(input.camera, { name: 'Front yard', source: { kind: 'demo' } });
  assert.equal(input.email, 'ada@example.org');
});

test('each step judges only its own fields', () => {
  const empty = toSetup(emptyDraft('UTC'), 'token');
  const you = check(schemaOf('you'), empty);
  assert.ok(!you.ok);
  assert.deepEqual(Object.keys(you.fields), ['name', 'email', 'password']);
  assert.ok(check(schemaOf('camera'), empty).ok);
});

test('a fault that the server found leads back to the step it belongs to', () => {
  assert.equal(stepOf({ 'camera.source.url': 'x' }), 'camera');
  assert.equal(stepOf({ timeZone: 'x', email: 'y' }), 'you');
  assert.equal(stepOf({ token: 'x' }), null);
});
