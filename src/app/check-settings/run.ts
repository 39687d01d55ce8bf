// Checks of settings side by side, each with a time-out; what any of them finds is one line without secrets.

import { z } from 'zod';
import { VedetteError } from '../../core/errors.ts';
import { type OpeningCheck, type SettingFinding, wrong } from '../../core/setting-finding.ts';

/** For all of one check: the slowest is a group of Kafka that is formed. */
const checkTimeoutMs = 30_000;
/** Longest line, in characters: a person reads it, a server of somebody else may have written part of it. */
const maxSentenceLength = 400;

export interface SettingCheck {
  /** What it is of, for a person: "records". */
  readonly of: string;
  /** Which setting has to change where something is wrong. */
  readonly setting: string;
  run(): OpeningCheck;
}

export interface CheckedSetting extends SettingFinding {
  readonly of: string;
  readonly setting: string;
}

export interface CheckOptions {
  /** Told by nobody, however they come into a sentence. */
  readonly secrets: readonly string[];
  readonly timeoutMs?: number;
  /** Called when one has ended, with what it found, and how many are still under way. */
  readonly ended?: (findings: readonly CheckedSetting[], left: readonly string[]) => void;
}

/** Runs all of them at once; resolves with what they found, in their order. Never rejects. */
export async function runChecks(
  checks: readonly SettingCheck[],
  options: CheckOptions,
): Promise<readonly CheckedSetting[]> {
  const left = new Set(checks.map(({ of }) => of));
  const all = await Promise.all(
    checks.map(async (check) => {
      const findings = await runOne(check, options);
      left.delete(check.of);
      options.ended?.(findings, [...left]);
      return findings;
    }),
  );
  return all.flat();
}

async function runOne(
  { of, setting, run }: SettingCheck,
  { secrets, timeoutMs = checkTimeoutMs }: CheckOptions,
): Promise<readonly CheckedSetting[]> {
  const found: SettingFinding[] = [];
  const late = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => late.resolve('late'), timeoutMs);
  const looking = gather(run, found);
  if ((await Promise.race([looking, late.promise])) === 'late') {
    const seconds = Math.ceil(timeoutMs / 1000);
    found.push(
      wrong(`It took more than ${seconds} s. Check that the service runs and is reached from here.`),
    );
  }
  clearTimeout(timer);
  return found.map(({ verdict, sentence }) => ({
    ...{ of, setting, verdict },
    sentence: plainLine(sentence, secrets),
  }));
}

async function gather(run: SettingCheck['run'], found: SettingFinding[]): Promise<void> {
  try {
    for await (const finding of run()) found.push(finding);
  } catch (error) {
    found.push(wrong(sentenceOf(error)));
  }
}

const notUnderstood =
  'What is behind this setting answers with something that is not understood. Check that it names the right service.';

/** What is not in our words gets at least what to do. */
function sentenceOf(error: unknown): string {
  if (error instanceof VedetteError) return error.detail;
  // What it says of shapes and types is for who mends Vedette.
  if (error instanceof z.ZodError) return notUnderstood;
  const text = error instanceof Error ? error.message.replace(/[.\s]+$/, '') : '';
  return `${text === '' ? 'It failed without saying why' : text}. Check this setting, and what is behind it.`;
}

/** One line, whatever was said; secrets last, for a line break may stand inside of one. */
function plainLine(sentence: string, secrets: readonly string[]): string {
  let line = sentence.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  for (const secret of secrets) line = line.replaceAll(secret, '[redacted]');
  return line.length <= maxSentenceLength ? line : `${line.slice(0, maxSentenceLength)}…`;
}
