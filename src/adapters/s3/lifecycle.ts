// A rule of the bucket as a second line behind our own retention: what a crash left over does not stay for ever.

import type { LifecycleRule } from '@aws-sdk/client-s3';
import { VedetteError } from '../../core/errors.ts';
import { unless } from './failure.ts';
import type { S3Store } from './store.ts';

export interface Lifecycle {
  /** `there`: the rule was found; `set`: it was set now; `missing`: there is none, and `sentence` says what to do. */
  readonly state: 'there' | 'set' | 'missing';
  readonly sentence: string;
  /** All rules that the bucket has, as far as they can be seen. */
  readonly rules: readonly LifecycleRule[];
}

/** Uploads that were begun and given up, and versions that were deleted, are gone after so long. */
const afterDays = 1;

/**
 * Looks for the rule, and sets it where `mayChange` and the store allow; the other rules of the bucket stay. Never fails
 * for want of a right. Errors: `blobs-unavailable`.
 */
export async function ensureLifecycle(store: S3Store, mayChange: boolean): Promise<Lifecycle> {
  let seen: readonly LifecycleRule[] = [];
  try {
    const { rules, minimumSize } = await rulesOf(store);
    seen = rules;
    if (rules.some((rule) => isAborting(store, rule)) && rules.some((rule) => isExpiring(store, rule))) {
      return { state: 'there', sentence: there, rules };
    }
    if (!mayChange) return missing('The bucket has no rule for what a crash leaves over.', rules);
    const wanted = [...rules.filter(({ ID }) => ID !== nameOf(store)), ruleFor(store)];
    await setRules(store, wanted, minimumSize);
    return { state: 'set', sentence: there, rules: wanted };
  } catch (error) {
    if (error instanceof VedetteError && error.code === 'blobs-refused') return missing(error.detail, seen);
    throw error;
  }
}

const there = 'A lifecycle rule clears away what a crash leaves over: uploads by halves, and old versions.';

function missing(why: string, rules: readonly LifecycleRule[]): Lifecycle {
  const what = `abort incomplete multipart uploads and expire noncurrent versions after ${afterDays} day`;
  return { state: 'missing', sentence: `${why} Give the bucket a lifecycle rule: ${what}.`, rules };
}

async function rulesOf({ run, client, sdk, bucket }: S3Store) {
  const command = new sdk.GetBucketLifecycleConfigurationCommand({ Bucket: bucket });
  const found = await run('GetLifecycle', () => client.send(command).catch(unless(404)));
  return { rules: found?.Rules ?? [], minimumSize: found?.TransitionDefaultMinimumObjectSize };
}

async function setRules(
  { run, client, sdk, bucket }: S3Store,
  Rules: LifecycleRule[],
  minimumSize: Awaited<ReturnType<typeof rulesOf>>['minimumSize'],
): Promise<void> {
  const command = new sdk.PutBucketLifecycleConfigurationCommand({
    ...{ Bucket: bucket, LifecycleConfiguration: { Rules } },
    ...(minimumSize === undefined ? {} : { TransitionDefaultMinimumObjectSize: minimumSize }),
  });
  await run('PutLifecycle', () => client.send(command));
}

const nameOf = ({ prefix }: S3Store) => `vedette ${prefix}`.trim();

function ruleFor(store: S3Store): LifecycleRule {
  return {
    ...{ ID: nameOf(store), Status: 'Enabled', Filter: { Prefix: store.prefix } },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: afterDays },
    NoncurrentVersionExpiration: { NoncurrentDays: afterDays },
  };
}

function isAborting(store: S3Store, rule: LifecycleRule): boolean {
  return isForUs(store, rule) && rule.AbortIncompleteMultipartUpload !== undefined;
}

function isExpiring(store: S3Store, rule: LifecycleRule): boolean {
  return isForUs(store, rule) && rule.NoncurrentVersionExpiration !== undefined;
}

/** On everything of ours, and on nothing less: a filter by tags or sizes would leave some out. */
function isForUs({ prefix }: S3Store, { Status, Filter, Prefix }: LifecycleRule): boolean {
  const { Prefix: filtered, ...others } = Filter ?? {};
  const narrower = Object.values(others).some((value) => value !== undefined);
  return Status === 'Enabled' && !narrower && prefix.startsWith(filtered ?? Prefix ?? '');
}
