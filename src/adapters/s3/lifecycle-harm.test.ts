// Rules of a bucket that would take footage away before Vedette does.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LifecycleRule } from '@aws-sdk/client-s3';
import { harmOf } from './lifecycle-harm.ts';

const rule = (more: Partial<LifecycleRule>): LifecycleRule => ({ ID: 'theirs', Status: 'Enabled', ...more });
const harms = (more: Partial<LifecycleRule>, prefix = 'shop/') => harmOf(prefix, [rule(more)], 30);

test('a rule that deletes before the retention ends is told with both numbers', () => {
  const [harm] = harms({ Filter: { Prefix: '' }, Expiration: { Days: 7 } });
  assert.equal(harm?.isCertain, true);
  assert.match(harm?.sentence ?? '', /"theirs" deletes objects after 7 days, and some are to be kept for 30/);
});

test('a rule that deletes later still takes what is on hold', () => {
  const [harm] = harms({ Prefix: 'shop/', Expiration: { Days: 30 } });
  assert.equal(harm?.isCertain, false);
  assert.match(harm?.sentence ?? '', /on hold/);
});

test('a rule for a part of ours, or for more than ours, counts; one beside it does not', () => {
  const Expiration = { Days: 1 };
  for (const Prefix of ['', 'sh', 'shop/', 'shop/footage/']) {
    assert.equal(harms({ Filter: { Prefix }, Expiration }).length, 1, Prefix);
    assert.equal(
      harms({ Filter: { And: { Prefix, ObjectSizeGreaterThan: 1 } }, Expiration }).length,
      1,
      Prefix,
    );
  }
  assert.deepEqual(harms({ Filter: { Prefix: 'logs/' }, Expiration }), []);
});

test('a rule that is off, or for objects with a tag, leaves ours alone', () => {
  const Expiration = { Days: 1 };
  assert.deepEqual(harms({ Status: 'Disabled', Filter: { Prefix: '' }, Expiration }), []);
  const Tag = { Key: 'temporary', Value: 'yes' };
  assert.deepEqual(harms({ Filter: { Tag }, Expiration }), []);
  assert.deepEqual(harms({ Filter: { And: { Prefix: '', Tags: [Tag] } }, Expiration }), []);
});

test('a day on which all is deleted, and an archive that cannot be played from, are told', () => {
  const Filter = { Prefix: '' };
  const [dated] = harms({ Filter, Expiration: { Date: new Date('2027-01-01T00:00:00Z') } });
  assert.match(dated?.sentence ?? '', /every object on 2027-01-01/);
  const Transitions: LifecycleRule['Transitions'] = [
    { Days: 1, StorageClass: 'STANDARD_IA' },
    { Days: 90, StorageClass: 'DEEP_ARCHIVE' },
  ];
  const frozen = harms({ Filter, Transitions });
  assert.equal(frozen.length, 1);
  assert.match(frozen[0]?.sentence ?? '', /DEEP_ARCHIVE/);
});

test('what clears away leftovers harms nothing', () => {
  const leftovers = rule({
    Filter: { Prefix: 'shop/' },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
    NoncurrentVersionExpiration: { NoncurrentDays: 1 },
    Expiration: { ExpiredObjectDeleteMarker: true },
  });
  assert.deepEqual(harmOf('shop/', [leftovers], 30), []);
});
