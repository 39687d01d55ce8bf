// Metrics: what a process counted, and what is read when somebody asks, told in the text format of Prometheus.

import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { headText, histogramText, labelText, sampleText } from './exposition.ts';
import { type Question, question } from './question.ts';
import {
  type CounterName,
  type GaugeName,
  type HistogramName,
  type LabelsOf,
  type MeteredRole,
  type ReadName,
  type SeriesName,
  seriesNames,
  seriesOf,
} from './series.ts';

/** Samples of one series at most: a label whose values are not bounded after all must not fill the memory. */
export const maxSamples = 1_000;

export interface Counter {
  add(by?: number): void;
}

export interface Histogram {
  /** In the unit of the series' name. */
  observe(value: number): void;
}

type Labels = Readonly<Record<string, string>>;

/** Tells a sample. */
export type Say<Name extends SeriesName> = (value: number, labels: LabelsOf<Name>) => void;
export type SayAny = <Name extends GaugeName>(name: Name, value: number, labels: LabelsOf<Name>) => void;

/** What rooms count with. A counter that is kept costs some ns to add to, one that is looked up each time about 1 µs. */
export interface Meters {
  counter<Name extends CounterName>(name: Name, labels: LabelsOf<Name>): Counter;
  histogram<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>): Histogram;
}

export interface Metrics extends Meters {
  /** Has `read` say the samples of a series whenever it is asked for; it waits for nothing. */
  read<Name extends ReadName>(name: Name, read: (say: Say<Name>) => void): void;
  /**
   * Has `ask` say samples that a service must be asked for: once in 15 s at most, and without it where it does not answer
   * within 4 s. `about` names it.
   */
  ask(about: string, ask: (say: SayAny) => Promise<void>): void;
  /** Everything, in the text format. Takes 4 s at most; never throws. */
  text(): Promise<string>;
}

interface Counted {
  readonly labels: string;
  value: number;
}

interface Observed {
  readonly labels: string;
  readonly counts: number[];
  sum: number;
}

type Samples = Map<string, string>;

/** Metrics of a process with these roles: what these count begins at zero, so that the first of a kind shows as a rise. */
export function createMetrics({
  clock,
  log,
  roles,
}: {
  readonly clock: Clock;
  readonly log: Log;
  readonly roles: readonly MeteredRole[];
}): Metrics {
  const counted = new Map<string, Map<string, Counted>>();
  const observed = new Map<string, Map<string, Observed>>();
  const readers = new Map<string, (samples: Samples) => void>();
  const questions: { readonly about: string; readonly asked: Question<Map<string, Samples>> }[] = [];
  const unreadable = new Set<string>();

  for (const name of seriesNames) {
    const { kind, roles: told } = seriesOf(name);
    if (kind === 'gauge' || !told.some((role) => roles.includes(role))) continue;
    for (const labels of combinations(name)) (kind === 'counter' ? cellOf : timesOf)(name, labels);
  }

  function cellOf(name: SeriesName, labels: Labels): Counted {
    return kept(counted, name, labels, (text) => ({ labels: text, value: 0 }));
  }

  function timesOf(name: SeriesName, labels: Labels): Observed {
    const counts = () => Array.from({ length: (seriesOf(name).buckets ?? []).length + 1 }, () => 0);
    return kept(observed, name, labels, (text) => ({ labels: text, counts: counts(), sum: 0 }));
  }

  /** Those that a series has now, without what cannot be read. */
  function readNow(name: string): Samples {
    const samples: Samples = new Map();
    try {
      readers.get(name)?.(samples);
      unreadable.delete(name);
      return samples;
    } catch (error) {
      if (!unreadable.has(name)) log.warn('A figure could not be read', { series: name, error });
      unreadable.add(name);
      return new Map();
    }
  }

  const metrics: Metrics = {
    counter(name, labels) {
      const cell = cellOf(name, labels);
      return {
        add(by = 1) {
          if (by >= 0) cell.value += by;
        },
      };
    },
    histogram(name, labels) {
      const { buckets = [] } = seriesOf(name);
      const times = timesOf(name, labels);
      return {
        observe(value) {
          if (!Number.isFinite(value)) return;
          let index = 0;
          while (index < buckets.length && value > (buckets[index] ?? 0)) index += 1;
          times.counts[index] = (times.counts[index] ?? 0) + 1;
          times.sum += value;
        },
      };
    },
    read(name, read) {
      // What somebody else counts is not counted here, and a sample that is told twice is none to Prometheus.
      counted.delete(name);
      readers.set(name, (samples) => read((value, labels) => put(samples, name, labels, value)));
    },
    ask(about, ask) {
      const asked = question(
        clock,
        async () => {
          const said = new Map<string, Samples>();
          await ask((name, value, labels) => {
            const samples = said.get(name) ?? new Map<string, string>();
            said.set(name, samples);
            put(samples, name, labels, value);
          });
          return said;
        },
        (error) => log.debug('A service was asked for figures in vain', { about, error }),
      );
      questions.push({ about, asked });
    },
    async text() {
      const answers = await Promise.all(
        questions.map(async ({ about, asked }) => ({ about, answer: await asked.answer() })),
      );
      metrics.read('vedette_metrics_unanswered', (say) => {
        for (const { about, answer } of answers) say(answer === null ? 1 : 0, { question: about });
      });
      return seriesNames.map((name) => shown(name, answers)).join('');
    },
  };

  function shown(
    name: SeriesName,
    answers: readonly { readonly answer: ReadonlyMap<string, Samples> | null }[],
  ): string {
    const { kind, says, buckets: bounds = [] } = seriesOf(name);
    const samples = [...(counted.get(name)?.values() ?? [])].map(({ labels, value }) =>
      sampleText(name, labels, value),
    );
    const times = [...(observed.get(name)?.values() ?? [])].map(({ labels, counts, sum }) =>
      histogramText(name, labels, { bounds, counts, sum }),
    );
    const told = [readNow(name), ...answers.map(({ answer }) => answer?.get(name) ?? new Map())];
    const read = told.flatMap((each: Samples) =>
      [...each].map(([labels, value]) => `${name}${labels} ${value}\n`),
    );
    const isTold = seriesOf(name).roles.some((role) => roles.includes(role));
    const all = [...samples, ...times, ...read];
    return all.length > 0 || isTold ? `${headText(name, kind, says)}${all.join('')}` : '';
  }
  return metrics;
}

function put(samples: Samples, name: SeriesName, labels: Labels, value: number): void {
  if (!Number.isFinite(value) || samples.size >= maxSamples) return;
  samples.set(labelsOf(name, labels), String(value));
}

/** In the order of the table, whatever that of the caller. */
function labelsOf(name: SeriesName, given: Labels): string {
  return labelText(Object.keys(seriesOf(name).labels).map((label) => [label, given[label] ?? '']));
}

/** The one with these labels, made where there is none; where there are too many, one that nobody is told of. */
function kept<T>(
  all: Map<string, Map<string, T>>,
  name: SeriesName,
  labels: Labels,
  make: (labels: string) => T,
): T {
  const ofName = all.get(name) ?? new Map<string, T>();
  all.set(name, ofName);
  const text = labelsOf(name, labels);
  const found = ofName.get(text) ?? make(text);
  if (ofName.size < maxSamples) ofName.set(text, found);
  return found;
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
