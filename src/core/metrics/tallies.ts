// Tallies: what a process counts by itself, one for each combination of labels.

import { histogramText, labelText, sampleText } from './exposition.ts';
import { type MeteredRole, type SeriesName, seriesNames, seriesOf } from './series.ts';

/** Samples of one series at most: a label whose values are not bounded after all must not fill the memory. */
export const maxSamples = 1_000;

export interface Counter {
  add(by?: number): void;
}

export interface Histogram {
  /** In the unit of the series' name. */
  observe(value: number): void;
}

export type Labels = Readonly<Record<string, string>>;

/** A number, or the buckets of a histogram, with how it is told. */
interface Tally extends Counter, Histogram {
  text(): string;
}

export interface Tallies {
  of(name: SeriesName, labels: Labels): Tally;
  /** Somebody else tells this series. */
  forget(name: SeriesName): void;
  /** The samples of a series; nothing where it has none. */
  text(name: SeriesName): string;
}

/** What these roles count begins at zero, so that the first of a kind shows as a rise. */
export function openTallies(roles: readonly MeteredRole[]): Tallies {
  const all = new Map<SeriesName, Map<string, Tally>>();
  const tallies: Tallies = {
    of(name, labels) {
      const ofName = all.get(name) ?? new Map<string, Tally>();
      all.set(name, ofName);
      const text = labelsOf(name, labels);
      const found = ofName.get(text) ?? tallyOf(name, text);
      // Where there are too many, it is one that nobody is told of.
      if (ofName.size < maxSamples) ofName.set(text, found);
      return found;
    },
    forget: (name) => void all.delete(name),
    text: (name) => Array.from(all.get(name)?.values() ?? [], (tally) => tally.text()).join(''),
  };
  for (const name of seriesNames) {
    const { kind, roles: told } = seriesOf(name);
    if (kind === 'gauge' || !told.some((role) => roles.includes(role))) continue;
    for (const labels of combinations(name)) tallies.of(name, labels);
  }
  return tallies;
}

function tallyOf(name: SeriesName, labels: string): Tally {
  const { kind, buckets: bounds = [] } = seriesOf(name);
  const counts = Array.from({ length: bounds.length + 1 }, () => 0);
  let sum = 0;
  return {
    add(by = 1) {
      if (by >= 0) sum += by;
    },
    observe(value) {
      if (!Number.isFinite(value)) return;
      let index = 0;
      while (index < bounds.length && value > (bounds[index] ?? 0)) index += 1;
      counts[index] = (counts[index] ?? 0) + 1;
      sum += value;
    },
    text: () =>
      kind === 'histogram'
        ? histogramText(name, labels, { bounds, counts, sum })
        : sampleText(name, labels, sum),
  };
}

/** In the order of the table, whatever that of the caller. */
export function labelsOf(name: SeriesName, given: Labels): string {
  return labelText(Object.keys(seriesOf(name).labels).map((label) => [label, given[label] ?? '']));
}

/** Every combination of labels where all of their values are known. */
function combinations(name: SeriesName): readonly Labels[] {
  let all: readonly Labels[] = [{}];
  for (const [label, values] of Object.entries(seriesOf(name).labels)) {
    if (values === null) return [];
    all = all.flatMap((each) => values.map((value) => ({ ...each, [label]: value })));
  }
  return all;
}
