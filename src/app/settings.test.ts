// The settings.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { VedetteError } from '../core/errors.ts';
import { readSettings, settingsSchema } from './settings.ts';

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

test('where anybody signs up, webhooks do not reach the private network', () => {
  const both = { VEDETTE_SIGN_UP: 'open', VEDETTE_ALLOW_PRIVATE_WEBHOOKS: 'true' };
  const faults = faultsOf(both);
  assert.deepEqual(Object.keys(faults), ['VEDETTE_ALLOW_PRIVATE_WEBHOOKS']);
  assert.match(faults.VEDETTE_ALLOW_PRIVATE_WEBHOOKS ?? '', /VEDETTE_SIGN_UP=open/);
  for (const name of Object.keys(both)) readSettings({ ...both, [name]: '' });
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

test('each fault is a sentence that names the setting, what is allowed and what was given', () => {
  const faults = faultsOf({
    VEDETTE_PORT: 'eighty',
    VEDETTE_DETECTOR_WORKERS: '0',
    VEDETTE_QUOTA_GB: ' ',
    VEDETTE_RETENTION_IDLE_DAYS: '0x10',
    VEDETTE_LOG_LEVEL: 'loud',
    VEDETTE_ALLOW_PRIVATE_WEBHOOKS: 'yes',
    VEDETTE_PUBLIC_URL: 'https://u:hunter2@cams.example.org',
    VEDETTE_MAIL_FROM: 'Vedette\nBcc: eve@example.org <a@example.org>',
    VEDETTE_CAMERA_FILE_FOLDERS: 'videos',
    VEDETTE_PROT: '80',
    VEDETTE_SMTP_URL: 'http://u:hunter2@mail.example.org',
  });
  assert.deepEqual(faults, {
    VEDETTE_PORT: 'VEDETTE_PORT must be a whole number from 0 to 65535, not "eighty".',
    VEDETTE_DETECTOR_WORKERS: 'VEDETTE_DETECTOR_WORKERS must be a whole number from 1 to 64, not "0".',
    VEDETTE_QUOTA_GB: 'VEDETTE_QUOTA_GB is missing. It must be a number from 0 to 1000000.',
    VEDETTE_RETENTION_IDLE_DAYS: 'VEDETTE_RETENTION_IDLE_DAYS must be a number from 0 to 3650, not "0x10".',
    VEDETTE_LOG_LEVEL: 'VEDETTE_LOG_LEVEL must be "debug", "info", "warn", "error" or "silent", not "loud".',
    VEDETTE_ALLOW_PRIVATE_WEBHOOKS: 'VEDETTE_ALLOW_PRIVATE_WEBHOOKS must be "true" or "false", not "yes".',
    VEDETTE_PUBLIC_URL:
      'VEDETTE_PUBLIC_URL must be like https://cams.example.org, without user name, query or fragment.',
    VEDETTE_MAIL_FROM:
      'VEDETTE_MAIL_FROM must be one sender, like Vedette <alerts@example.org>, not a text of 44 characters.',
    VEDETTE_CAMERA_FILE_FOLDERS:
      'VEDETTE_CAMERA_FILE_FOLDERS must be absolute folders with ":" between them, not "videos".',
    VEDETTE_PROT: 'VEDETTE_PROT does not exist.',
    VEDETTE_SMTP_URL:
      'VEDETTE_SMTP_URL must begin with smtps:// or smtp://, like smtps://user:password@mail.example.org:465.',
  });
});

test('whatever the settings are, no fault speaks the language of the validator or tells a secret', () => {
  const names = Object.keys(settingsSchema.shape);
  const value = fc.oneof(
    fc.constantFrom('NaN', '-1', '1e9', 'smtp://u:hunter2@h:99999', 'smtps://u:hun/ter2@h', 'hunter2', '[]'),
    fc.string({ unit: 'binary', minLength: 1 }),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), value), (environment) => {
      try {
        readSettings(environment);
      } catch (error) {
        assert.ok(error instanceof VedetteError);
        for (const [name, sentence] of Object.entries(error.fields)) {
          assert.ok(sentence.startsWith(`${name} `) && sentence.endsWith('.'), sentence);
          const ours = sentence.replace(/, not ".*"\.$/u, '');
          assert.doesNotMatch(ours, /expected|received|invalid|too (small|big)|undefined|\n/i);
          if (/URL|PASSPHRASE/.test(name)) assert.doesNotMatch(sentence, /hunter2|hun\/ter2/);
        }
      }
    }),
  );
});

test('the broker, its prefixes and what is kept there are read, and faults told without the password', () => {
  const fresh = readSettings({});
  assert.deepEqual(
    [fresh.VEDETTE_MQTT_URL, fresh.VEDETTE_MQTT_PREFIX, fresh.VEDETTE_MQTT_DISCOVERY_PREFIX],
    [undefined, 'vedette', 'homeassistant'],
  );
  assert.equal(fresh.VEDETTE_MQTT_SNAPSHOTS, false);
  const set = readSettings({
    VEDETTE_MQTT_URL: 'mqtts://vedette:hunter2@broker.example.org',
    VEDETTE_MQTT_PREFIX: 'home/vedette-1',
  });
  assert.equal(String(set.VEDETTE_MQTT_URL), '[redacted]');
  for (const odd of ['vedette/', '/vedette', 'a//b', 'a/+', '#', 'a b', '$SYS']) {
    const { VEDETTE_MQTT_PREFIX: fault } = faultsOf({ VEDETTE_MQTT_PREFIX: odd });
    assert.match(fault ?? '', /must be letters, digits/, odd);
  }
  const { VEDETTE_MQTT_URL: fault } = faultsOf({ VEDETTE_MQTT_URL: 'mqtt://vedette:hun/ter2@broker' });
  assert.match(fault ?? '', /^VEDETTE_MQTT_URL must .*%2F/);
  assert.doesNotMatch(fault ?? '', /ter2/);
});

test('trusted proxies are addresses or networks, and one that is neither is an error', () => {
  const { VEDETTE_TRUSTED_PROXIES } = readSettings({
    VEDETTE_TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8,fd00::/8',
  });
  assert.deepEqual(
    VEDETTE_TRUSTED_PROXIES?.map(({ bits }) => bits),
    [32, 8, 8],
  );
  for (const odd of ['proxy.example.org', '10.0.0.0/40', '10.0.0.1,']) {
    const { VEDETTE_TRUSTED_PROXIES: fault } = faultsOf({ VEDETTE_TRUSTED_PROXIES: odd });
    assert.match(fault ?? '', /must be addresses or networks like 10\.0\.0\.0\/8/, odd);
  }
});
