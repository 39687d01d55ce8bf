// vedette check --settings

import { VedetteError } from '../../core/errors.ts';
import { type CheckedSetting, runChecks } from '../check-settings/run.ts';
import { secretsIn } from '../check-settings/secrets.ts';
import { readSettings, type Settings } from '../settings.ts';
import { settingChecks } from '../wire/check-settings.ts';

/** Processes of one installation at most that make sense to ask for. */
const maxProcesses = 1_000;
const marks = { right: 'ok   ', risky: 'RISKY', wrong: 'WRONG' } as const;
const nameWidth = 14;
/** For what is written to arrive, and connections to end in order. */
const leaveMs = 2_000;

interface Options {
  readonly json: boolean;
  readonly processes?: string | undefined;
}

/** Says in one line each what is right or wrong. Resolves with the exit code: 1 where something is wrong. */
export async function checkSettings(
  { json, processes }: Options,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const count = processesIn(processes);
  const read = readOrFindings(environment);
  const show = (findings: readonly CheckedSetting[]) => {
    if (!json) for (const finding of findings) process.stdout.write(`${lineOf(finding)}\n`);
  };
  const findings = 'faults' in read ? read.faults : await tried(read.settings, count, show);
  if ('faults' in read) show(findings);
  const wrongs = findings.filter(({ verdict }) => verdict === 'wrong').length;
  if (json) process.stdout.write(`${JSON.stringify({ ok: wrongs === 0, findings })}\n`);
  else process.stdout.write(`${summaryOf(findings, wrongs)}\n`);
  const code = wrongs === 0 ? 0 : 1;
  // What was given up may still hold a connection: nobody waits for it.
  setTimeout(() => process.exit(code), leaveMs).unref();
  return code;
}

async function tried(
  settings: Settings,
  processes: number,
  show: (findings: readonly CheckedSetting[]) => void,
): Promise<readonly CheckedSetting[]> {
  const checks = settingChecks({ settings, processes });
  const progress = progressLine();
  progress.show(checks.map(({ of }) => of));
  const findings = await runChecks(checks, {
    secrets: secretsIn(settings),
    ended: (found, left) => {
      progress.clear();
      show(found);
      progress.show(left);
    },
  });
  progress.clear();
  return findings;
}

/** Settings that cannot even be read are findings like others. */
function readOrFindings(
  environment: Readonly<Record<string, string | undefined>>,
): { readonly settings: Settings } | { readonly faults: readonly CheckedSetting[] } {
  try {
    return { settings: readSettings(environment) };
  } catch (error) {
    if (!(error instanceof VedetteError)) throw error;
    const faults = Object.entries(error.fields).map(
      ([setting, sentence]): CheckedSetting => ({ of: 'settings', setting, verdict: 'wrong', sentence }),
    );
    return { faults };
  }
}

function lineOf({ of, verdict, sentence, setting }: CheckedSetting): string {
  const names = sentence.includes(setting) || verdict === 'right' ? '' : ` (${setting})`;
  return `${marks[verdict]}  ${of.padEnd(nameWidth)}  ${sentence}${names}`;
}

function summaryOf(findings: readonly CheckedSetting[], wrongs: number): string {
  const risks = findings.filter(({ verdict }) => verdict === 'risky').length;
  const risky = risks === 0 ? '' : ` ${risks} ${risks === 1 ? 'is' : 'are'} risky.`;
  if (wrongs === 0) return `Nothing is wrong with the settings.${risky}`;
  return `${wrongs} ${wrongs === 1 ? 'thing is' : 'things are'} wrong.${risky}`;
}

/** What is still under way, on the last line of a terminal; nothing where a program reads. */
function progressLine() {
  const { stdout } = process;
  const clear = () => void (stdout.isTTY && stdout.write('\r\u001b[K'));
  return {
    clear,
    show(left: readonly string[]) {
      if (!stdout.isTTY || left.length === 0) return;
      stdout.write(`Checking ${left.join(', ')} …`.slice(0, stdout.columns - 1));
    },
  };
}

function processesIn(text: string | undefined): number {
  const count = Number(text ?? 1);
  if (Number.isInteger(count) && count >= 1 && count <= maxProcesses) return count;
  throw new VedetteError('request-invalid', `--processes must be a whole number from 1 to ${maxProcesses}.`);
}
