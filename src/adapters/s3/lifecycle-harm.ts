// What the bucket's own rules would do to footage before its time: retention is ours, and what is on hold stays.

import type { LifecycleRule } from '@aws-sdk/client-s3';

export interface LifecycleHarm {
  /** Footage is lost or cannot be played before its retention ends; else only what is on hold for longer. */
  readonly isCertain: boolean;
  readonly sentence: string;
}

/** Storage classes out of which nothing is read before somebody had it restored, which takes hours. */
const frozen: readonly string[] = ['GLACIER', 'DEEP_ARCHIVE'];

/** What these rules do to objects under `prefix`, of which some are kept for `keptDays`. */
export function harmOf(
  prefix: string,
  rules: readonly LifecycleRule[],
  keptDays: number,
): readonly LifecycleHarm[] {
  return rules
    .filter((rule) => touches(prefix, rule))
    .flatMap((rule) => [...expirationOf(rule, keptDays), ...freezingOf(rule)]);
}

/** Objects of ours have no tags, so that a rule for some leaves them alone. */
function touches(prefix: string, { Status, Filter, Prefix }: LifecycleRule): boolean {
  if (Status !== 'Enabled' || Filter?.Tag !== undefined || (Filter?.And?.Tags ?? []).length > 0) return false;
  const theirs = Filter?.Prefix ?? Filter?.And?.Prefix ?? Prefix ?? '';
  return prefix.startsWith(theirs) || theirs.startsWith(prefix);
}

function expirationOf({ ID, Expiration }: LifecycleRule, keptDays: number): readonly LifecycleHarm[] {
  const { Days: days, Date: date } = Expiration ?? {};
  const remedy = 'Remove that expiration: Vedette itself deletes what has expired.';
  if (date !== undefined) {
    const day = new Date(date).toISOString().slice(0, 10);
    const what = `${nameOf(ID)} deletes every object on ${day}, whatever its retention.`;
    return [{ isCertain: true, sentence: `${what} ${remedy}` }];
  }
  if (days === undefined) return [];
  const what = `${nameOf(ID)} deletes objects after ${daysOf(days)}`;
  return [
    days < keptDays
      ? {
          isCertain: true,
          sentence: `${what}, and some are to be kept for ${daysOf(keptDays)}: footage would be gone before its time. ${remedy}`,
        }
      : { isCertain: false, sentence: `${what}, also what is on hold for longer. ${remedy}` },
  ];
}

function freezingOf({ ID, Transitions }: LifecycleRule): readonly LifecycleHarm[] {
  return (Transitions ?? [])
    .filter(({ StorageClass }) => StorageClass !== undefined && frozen.includes(StorageClass))
    .map(({ StorageClass }) => ({
      isCertain: true,
      sentence: `${nameOf(ID)} moves objects to ${StorageClass}, from where nothing can be played. Remove that transition; GLACIER_IR is one that can be read at once.`,
    }));
}

const nameOf = (id: string | undefined) => `The bucket's lifecycle rule${id === undefined ? '' : ` "${id}"`}`;

const daysOf = (days: number) => `${days} ${days === 1 ? 'day' : 'days'}`;
