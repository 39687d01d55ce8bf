// Prometheus' text format (https://prometheus.io/docs/instrumenting/exposition_formats/, version 0.0.4).

/** What an answer in this format says it is. */
export const expositionMediaType = 'text/plain; version=0.0.4; charset=utf-8';

/** `{a="1",b="2"}`, or nothing where there is no label. */
export function labelText(labels: readonly (readonly [name: string, value: string])[]): string {
  const parts = labels.map(([name, value]) => `${name}="${escaped(value)}"`);
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}

/** The two lines before the samples of a series. */
export function headText(name: string, kind: string, says: string): string {
  const help = says.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n`;
}

export function sampleText(name: string, labels: string, value: number): string {
  return `${name}${labels} ${value}\n`;
}

/** The samples of one histogram: how many were at most each bound, how many in all, and their sum. */
export function histogramText(name: string, labels: string, { bounds, counts, sum }: HistogramState): string {
  const inner = labels === '' ? '' : `${labels.slice(1, -1)},`;
  let below = 0;
  let text = '';
  for (const [index, bound] of [...bounds, '+Inf'].entries()) {
    below += counts[index] ?? 0;
    text += `${name}_bucket{${inner}le="${bound}"} ${below}\n`;
  }
  return `${text}${name}_sum${labels} ${sum}\n${name}_count${labels} ${below}\n`;
}

export interface HistogramState {
  readonly bounds: readonly number[];
  /** Of each bound those above the one before; the last is of what is above all. */
  readonly counts: readonly number[];
  readonly sum: number;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
