import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviceName, passkeyHindrance, passkeyProblem } from './passkey-words.ts';

const here = { isSecureContext: true, hostname: 'cams.example.org', hasWebAuthn: true, hasJsonForms: true };

test('where passkeys work nothing stands in the way', () => {
  assert.equal(passkeyHindrance(here), null);
  assert.equal(passkeyHindrance({ ...here, hostname: 'localhost' }), null);
});

test('where passkeys cannot work, the page says why before anybody tries', () => {
  assert.match(passkeyHindrance({ ...here, isSecureContext: false }) ?? '', /https/);
  assert.match(passkeyHindrance({ ...here, hostname: '192.168.1.20' }) ?? '', /IP address/);
  assert.match(passkeyHindrance({ ...here, hostname: '[::1]' }) ?? '', /IP address/);
  assert.match(passkeyHindrance({ ...here, hasWebAuthn: false }) ?? '', /does not know/);
  assert.match(passkeyHindrance({ ...here, hasJsonForms: false }) ?? '', /too old/);
});

test('a person who closes the browser’s dialog is not told that something failed', () => {
  assert.equal(passkeyProblem('NotAllowedError'), null);
  assert.match(passkeyProblem('InvalidStateError') ?? '', /already/);
  assert.match(passkeyProblem('SomethingNew') ?? '', /Try again/);
});

test('a new passkey is named after the device', () => {
  assert.equal(deviceName('Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)'), 'iPhone');
  assert.equal(deviceName('Mozilla/5.0 (Linux; Android 15; Pixel 9) Mobile Safari'), 'Android phone');
  assert.equal(deviceName('Mozilla/5.0 (X11; Linux x86_64) Chrome/140'), 'Linux PC');
  assert.equal(deviceName('?'), 'Passkey');
});
