// What people call their devices.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviceName } from './device-name.ts';

const webKit = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const names = {
  'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0': 'Firefox on Linux',
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webKit} Chrome/140.0.0.0 Safari/537.36`]: 'Chrome on Windows',
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webKit} Chrome/140.0 Safari/537.36 Edg/140.0`]:
    'Edge on Windows',
  [`Mozilla/5.0 (X11; Linux x86_64) ${webKit} HeadlessChrome/140.0.0.0 Safari/537.36`]: 'Chrome on Linux',
  [`Mozilla/5.0 (Linux; Android 16; K) ${webKit} Chrome/140.0.0.0 Mobile Safari/537.36`]: 'Chrome on Android',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1':
    'Safari on iPhone',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/19.0 Safari/605.1.15':
    'Safari on macOS',
  'curl/8.0': 'curl/8.0',
  '': 'Unknown device',
};

test('browsers and systems have their everyday names, others their own words, short and plain', () => {
  for (const [userAgent, name] of Object.entries(names)) assert.equal(deviceName(userAgent), name);
  assert.equal(deviceName(`a\u202eb${'x'.repeat(500)}`).length, 60);
});
