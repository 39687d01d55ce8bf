// The settings.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { VedetteError } from '../core/errors.ts';
import { readSettings } from './settings.ts';

function faultsOf(environment: Record<string, string>): Readonly<Record<string, string>> {
  try {
    readSettings(environment);
  } catch (error) {
    assert.ok(error instanceof VedetteError);
    assert.equal(error.code, 'settings-invalid');
    return error.fields;
  }
  assert.fail('the settings were accepted');
}

test('without any setting the defaults hold', () => {
  const settings = readSettings({ PATH: '/usr/bin', HOME: '/root' });
  assert.equal(settings.VEDETTE_PORT, 8080);
  assert.equal(settings.VEDETTE_HOST, '127.0.0.1');
  assert.equal(settings.VEDETTE_DATA, 'data');
});

test('all faults are told at once, and a name that does not exist is one', () => {
  const faults = faultsOf({ VEDETTE_PORT: 'eighty', VEDETTE_LOG_LEVEL: 'loud', VEDETTE_PROT: '80' });
  assert.deepEqual(Object.keys(faults).toSorted(), ['VEDETTE_LOG_LEVEL', 'VEDETTE_PORT', 'VEDETTE_PROT']);
});

test('a secret shows in no message, print or JSON', () => {
  const settings = readSettings({ VEDETTE_SMTP_URL: 'smtp://u:hunter2@mail.example.org' });
  assert.equal(settings.VEDETTE_SMTP_URL?.reveal(), 'smtp://u:hunter2@mail.example.org');
  assert.doesNotMatch(
    JSON.stringify(settings) + inspect(settings, { depth: 9 }) + String(settings.VEDETTE_SMTP_URL),
    /hunter2/,
  );
});

test('the value at fault is not repeated: it may be a secret', () => {
  const faults = faultsOf({ VEDETTE_PUBLIC_URL: 'hunter2' });
  assert.doesNotMatch(JSON.stringify(faults), /hunter2/);
});
