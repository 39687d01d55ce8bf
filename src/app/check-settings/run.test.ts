// Checks of settings, whatever they find or do not find.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VedetteError } from '../../core/errors.ts';
import { right, risky } from '../../core/setting-finding.ts';
import { readSettings } from '../settings.ts';
import { checkPublicUrl } from './public-url.ts';
import { runChecks, type SettingCheck } from './run.ts';
import { secretsIn } from './secrets.ts';

const check = (of: string, run: SettingCheck['run']): SettingCheck => ({ of, setting: 'VEDETTE_X', run });

test('one that never ends keeps what it found and costs the others nothing', async () => {
  const ended: (readonly string[])[] = [];
  const findings = await runChecks(
    [
      check('slow', async function* () {
        yield right('It was reached.');
        await new Promise(() => {});
      }),
      check('quick', async function* () {
        yield risky('It works.');
      }),
    ],
    { secrets: [], timeoutMs: 20, ended: (_, left) => ended.push(left) },
  );
  assert.deepEqual(
    findings.map(({ of, verdict }) => [of, verdict]),
    [
      ['slow', 'right'],
      ['slow', 'wrong'],
      ['quick', 'risky'],
    ],
  );
  assert.match(findings[1]?.sentence ?? '', /more than 1 s/);
  assert.deepEqual(ended, [['slow'], []]);
});

test('what fails is one line that says what to do, and tells no secret', async () => {
  const settings = readSettings({
    VEDETTE_SMTP_URL: 'smtps://post:hun%2Fter2@mail.example.org',
    VEDETTE_QUEUE_URL: 'kafka://vedette:batterystaple@one:9092,two:9092/x',
    VEDETTE_KEY_PASSPHRASE: 'correct horse',
  });
  const [finding] = await runChecks(
    [
      check('mail', async function* () {
        yield* [];
        throw new VedetteError(
          'mail-failed',
          '535 hun/ter2 (hun%2Fter2) is\r\n not batterystaple\n    at x (correct horse)',
        );
      }),
    ],
    { secrets: secretsIn(settings) },
  );
  assert.equal(finding?.verdict, 'wrong');
  assert.equal(finding?.sentence, '535 [redacted] ([redacted]) is not [redacted] at x ([redacted])');
});

test('the address for people is https, and theirs', async () => {
  const verdicts = async (environment: Record<string, string>) =>
    (await Array.fromAsync(checkPublicUrl(readSettings(environment)))).map(({ verdict }) => verdict);
  assert.deepEqual(await verdicts({}), ['right']);
  assert.deepEqual(await verdicts({ VEDETTE_HOST: '0.0.0.0' }), ['risky']);
  assert.deepEqual(await verdicts({ VEDETTE_PUBLIC_URL: 'http://cams.example.org' }), ['risky']);
  assert.deepEqual(await verdicts({ VEDETTE_PUBLIC_URL: 'http://localhost:8080' }), ['right']);
  assert.deepEqual(await verdicts({ VEDETTE_PUBLIC_URL: 'http://localhost:8080', VEDETTE_HOST: '0.0.0.0' }), [
    'right',
    'risky',
  ]);
  assert.deepEqual(
    await verdicts({ VEDETTE_PUBLIC_URL: 'https://cams.example.org', VEDETTE_TRUSTED_PROXIES: '10.0.0.0/8' }),
    ['right'],
  );
});
