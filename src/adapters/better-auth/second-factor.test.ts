// Second factors through their port, the vectors of RFC 6238, and what is stored of them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dumpOf, identityHouse as open } from '../../../test/houses/identity.ts';
import { secondFactorContract, withSecondFactor } from '../../core/ports/second-factor.contract.ts';
import { base32, matchingStep, totpCode } from './totp.ts';

secondFactorContract('better-auth', (t) => open(t));

test('codes are those of RFC 6238, appendix B (SHA-1), cut to six digits', () => {
  const key = Buffer.from('12345678901234567890');
  for (const [seconds, eightDigits] of [
    [59, '94287082'],
    [1111111109, '07081804'],
    [1111111111, '14050471'],
    [1234567890, '89005924'],
    [2000000000, '69279037'],
    [20000000000, '65353130'],
  ] as const) {
    assert.equal(totpCode(key, Math.floor(seconds / 30)), eightDigits.slice(2));
    assert.equal(matchingStep(key, eightDigits.slice(2), seconds * 1000), Math.floor(seconds / 30));
    assert.equal(matchingStep(key, eightDigits, seconds * 1000), null);
  }
});

test('base 32 is that of RFC 4648, §10, without padding', () => {
  for (const [plain, encoded] of [
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ] as const) {
    assert.equal(base32(Buffer.from(plain)), encoded);
  }
});

test('neither the key of the app nor a recovery code lies readable in the database', async (t) => {
  const house = await open(t);
  const { uri, recoveryCodes } = await withSecondFactor(house);
  const dump = await dumpOf(house.database);
  const key = new URL(uri.reveal()).searchParams.get('secret') ?? '';
  for (const plain of [key, ...recoveryCodes.map((code) => code.reveal())]) {
    assert.ok(plain.length > 0 && !dump.includes(plain));
    assert.ok(!dump.includes(plain.replace('-', '')));
  }
});
