// Helm and a judge of what it makes, where they are installed. Nothing here needs a cluster.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';

const run = promisify(execFile);
/** The oldest and the newest Kubernetes that the chart is rendered for. */
export const kubernetesVersions = ['1.29', '1.37'] as const;

const helm = programAt('helm');
const judge = programAt('kubernetes-validate');

/** Why tests with it are skipped; false where they are not. */
export const helmIsMissing: string | false =
  helm === null ? 'helm is not installed: go install helm.sh/helm/v3/cmd/helm@v3.22.0' : false;

/** Why nobody says whether Kubernetes takes what was made; false where somebody does. */
export const judgeIsMissing: string | false =
  judge === null ? 'kubernetes-validate is not installed: pipx install kubernetes-validate==1.37.0' : false;

export interface Rendered {
  readonly text: string;
  /** Each as it would be sent to Kubernetes. */
  readonly documents: readonly unknown[];
}

/** Renders a chart with these arguments. Errors: with what Helm says. */
export async function rendered(chart: string, words: readonly string[] = []): Promise<Rendered> {
  const version = ['--kube-version', `${kubernetesVersions[1]}.0`];
  const text = await helmSays(['template', 'vedette', chart, ...version, ...words]);
  const documents = parseAllDocuments(text).map((document): unknown => document.toJS());
  return { text, documents: documents.filter((each) => each !== null) };
}

/** What Helm writes. Errors: with what it says instead. */
export async function helmSays(words: readonly string[]): Promise<string> {
  const { stdout } = await run(helm ?? 'helm', [...words], { maxBuffer: 16_000_000 });
  return stdout;
}

/** Fails where a Kubernetes of that version would not take what is in the file, unknown fields included. */
export async function judged(file: string, version: (typeof kubernetesVersions)[number]): Promise<void> {
  const words = ['--strict', '--quiet', '--kubernetes-version', version, file];
  await run(judge ?? 'kubernetes-validate', words);
}

/** Where a program lies: on the path, or where Go puts what it installs. */
function programAt(name: string): string | null {
  const { PATH: path = '' } = process.env;
  const places = [...path.split(delimiter), join(homedir(), 'go/bin'), join(homedir(), '.local/bin')];
  return places.map((place) => join(place, name)).find((each) => existsSync(each)) ?? null;
}
