// Metrics: what a process counted, and what is read when somebody asks, told in the text format of Prometheus.

import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { headText, sampleText } from './exposition.ts';
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
import { type Counter, type Histogram, type Labels, labelsOf, maxSamples, openTallies } from './tallies.ts';

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

/** Values by the text of their labels. */
type Samples = Map<string, number>;
/** What one question or reading said, by series. */
type Said = ReadonlyMap<string, Samples>;

export interface MetricsDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly roles: readonly MeteredRole[];
}

/** Metrics of a process with these roles. */
export function createMetrics({ clock, log, roles }: MetricsDeps): Metrics {
  const tallies = openTallies(roles);
  const readers = new Map<SeriesName, (samples: Samples) => void>();
  const questions = new Map<string, Question<Said>>();
  const unreadable = new Set<string>();

  /** Those that a series has now, without what cannot be read. */
  function readNow(name: SeriesName): Samples {
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

  function shown(name: SeriesName, answers: readonly (Said | null)[]): string {
    const { kind, says, roles: told } = seriesOf(name);
    const read = [readNow(name), ...answers.flatMap((answer) => answer?.get(name) ?? [])]
      .flatMap((samples) => [...samples])
      .map(([labels, value]) => sampleText(name, labels, value));
    const text = tallies.text(name) + read.join('');
    const isMine = told.some((role) => roles.includes(role));
    return text !== '' || isMine ? headText(name, kind, says) + text : '';
  }

  return {
    counter: (name, labels) => tallies.of(name, labels),
    histogram: (name, labels) => tallies.of(name, labels),
    read(name, read) {
      // What somebody else counts is not counted here, and a sample that is told twice is none to Prometheus.
      tallies.forget(name);
      readers.set(name, (samples) => read((value, labels) => put(samples, name, labels, value)));
    },
    ask(about, ask) {
      const failed = (error: unknown) =>
        log.debug('A service was asked for figures in vain', { about, error });
      questions.set(
        about,
        question(clock, () => saidBy(ask), failed),
      );
    },
    async text() {
      const asked = [...questions];
      const answers = await Promise.all(asked.map(([, each]) => each.answer()));
      const unanswered: Samples = new Map();
      for (const [index, [about]] of asked.entries())
        put(unanswered, 'vedette_metrics_unanswered', { question: about }, answers[index] === null ? 1 : 0);
      const told = [...answers, new Map([['vedette_metrics_unanswered', unanswered]])];
      return seriesNames.map((name) => shown(name, told)).join('');
    },
  };
}

async function saidBy(ask: (say: SayAny) => Promise<void>): Promise<Said> {
  const said = new Map<string, Samples>();
  await ask((name, value, labels) => {
    const samples = said.get(name) ?? new Map<string, number>();
    said.set(name, samples);
    put(samples, name, labels, value);
  });
  return said;
}

function put(samples: Samples, name: SeriesName, labels: Labels, value: number): void {
  if (!Number.isFinite(value) || samples.size >= maxSamples) return;
  samples.set(labelsOf(name, labels), value);
}
