// Reads what a process tells Prometheus, as Prometheus would.

import assert from 'node:assert/strict';

export interface Scrape {
  readonly text: string;
  /** The kind of each series that is told, by its name. */
  readonly kinds: ReadonlyMap<string, string>;
  /** Every sample, by name and labels as they are written. */
  readonly samples: ReadonlyMap<string, number>;
  /** The sum of the samples with this name whose labels say all of `labels`; null where there is none. */
  sum(name: string, labels?: Readonly<Record<string, string>>): number | null;
}

/** Fails on what Prometheus would refuse: a line that is none, a sample told twice, a series that begins twice. */
export function readScrape(text: string): Scrape {
  const kinds = new Map<string, string>();
  const samples = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, headed, kind] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
    if (headed !== undefined && kind !== undefined) {
      assert.ok(!kinds.has(headed), `${headed} begins twice`);
      kinds.set(headed, kind);
    }
    if (line === '' || line.startsWith('#')) continue;
    const [, name, value] = /^([a-z_0-9]+(?:\{(?:[a-z_]+="(?:[^"\\]|\\.)*",?)+\})?) (\S+)$/.exec(line) ?? [];
    assert.ok(name !== undefined && value !== undefined, `no sample: ${line}`);
    assert.ok(Number.isFinite(Number(value)), line);
    assert.ok(!samples.has(name), `${name} is told twice`);
    samples.set(name, Number(value));
  }
  return {
    ...{ text, kinds, samples },
    sum(name, labels = {}) {
      const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
      const found = [...samples].filter(
        ([key]) => (key === name || key.startsWith(`${name}{`)) && wanted.every((each) => key.includes(each)),
      );
      return found.length === 0 ? null : found.reduce((sum, [, value]) => sum + value, 0);
    },
  };
}

/** Asks a process. */
export async function scrape(url: string, token?: string): Promise<Scrape> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(new URL('/metrics', url), { headers });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  return readScrape(await response.text());
}
