// What operators read: a program that runs tells every series of the reference, and rules ask for no other.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
import { isSeriesName, queueTopics, seriesNames, seriesOf } from '../src/core/metrics/series.ts';
import { paths } from '../src/http/contract/paths.ts';
import { scrape } from './houses/figures.ts';
import { smallJpeg } from './houses/stills.ts';
import { runs } from './needs.ts';
import { freePort } from './servers/free-port.ts';
import { administrator, eventually, setUp, startVedette, temporaryFolder } from './servers/vedette.ts';

const root = new URL('..', import.meta.url).pathname;
const token = 'a-token-of-some-length';

/** Series that have samples only after something that need not happen. */
const seldom = new Set(['vedette_images_refused_total']);

test('a program that runs tells every series of the reference, each with samples, and nobody by name', {
  timeout: 120_000,
}, async () => {
  await using folder = await temporaryFolder();
  const probePort = await freePort();
  await using vedette = await startVedette(folder.path, { VEDETTE_PROBE_PORT: String(probePort) });
  const client = await setUp(vedette, { name: 'Yard camera', source: { kind: 'demo' } });
  const probe = `http://127.0.0.1:${probePort}`;
  const sites = await client.call<{ id: string }[]>('GET', paths.sites);
  const push = (body: Uint8Array<ArrayBuffer>) =>
    client.fetch(`${paths.images}?siteId=${sites.body[0]?.id}`, {
      ...{ method: 'POST', body, headers: { 'content-type': 'image/jpeg' } },
    });
  assert.equal((await push(smallJpeg())).status, 202);
  assert.equal((await push(new Uint8Array(8))).status, 422);
  const figures = await eventually('something is recorded and stored', 60_000, async () => {
    const now = await scrape(probe);
    const isDone =
      (now.sum('vedette_recorder_written_bytes_total') ?? 0) > 0 &&
      (now.sum('vedette_images_stored_total') ?? 0) > 0 &&
      now.sum('vedette_footage_bytes') !== null;
    return isDone ? now : null;
  });

  assert.deepEqual([...figures.kinds.keys()].toSorted(), seriesNames.toSorted());
  for (const name of seriesNames) {
    const { kind } = seriesOf(name);
    assert.equal(figures.kinds.get(name), kind);
    const told = figures.sum(kind === 'histogram' ? `${name}_count` : name);
    assert.ok(told !== null || seldom.has(name), `${name} has no sample`);
  }
  const reference = readFileSync(join(root, 'docs/reference/metrics.md'), 'utf8');
  const documented = [...reference.matchAll(/^\| `([a-z0-9_]+)` \|/gm)].map(([, name]) => name);
  assert.deepEqual(documented.toSorted(), [...figures.kinds.keys()].toSorted());

  assert.equal(figures.sum('vedette_cameras', { state: 'recording' }), 1);
  assert.equal(figures.sum('vedette_images_accepted_total'), 1);
  assert.equal(figures.sum('vedette_images_refused_total', { code: 'image-refused' }), 1);
  assert.equal(figures.sum('vedette_service_up', { service: 'records' }), 1);
  assert.equal(figures.sum('vedette_degraded'), 0);
  const pushes = { route: paths.images, method: 'POST' };
  assert.equal(figures.sum('vedette_http_requests_total', { ...pushes, status: '2xx' }), 1);
  assert.equal(figures.sum('vedette_http_requests_total', { ...pushes, status: '4xx' }), 1);
  const ids = /[0-9a-f]{8}-[0-9a-f]{4}-/;
  for (const name of ['Yard', 'Bakery', 'Shop', 'Ada', administrator.email, '127.0.0.1', folder.path])
    assert.ok(!figures.text.includes(name), `"${name}" is told`);
  assert.doesNotMatch(figures.text, ids);
  assert.equal(await vedette.stop(), 0, vedette.output());
});

test('nobody reads figures beside the pages without a token, and with one set nobody anywhere without it', {
  timeout: 60_000,
}, async () => {
  await using folder = await temporaryFolder();
  const probePort = await freePort();
  const asked = async (url: string, authorization?: string) => {
    const headers = authorization === undefined ? {} : { authorization };
    return (await fetch(new URL('/metrics', url), { headers })).status;
  };
  {
    await using vedette = await startVedette(folder.path);
    assert.equal(await asked(vedette.url), 404);
    assert.equal(await asked(vedette.url, `Bearer ${token}`), 404);
    assert.equal(await vedette.stop(), 0);
  }
  await using vedette = await startVedette(folder.path, {
    ...{ VEDETTE_METRICS_TOKEN: token, VEDETTE_PROBE_PORT: String(probePort) },
  });
  for (const url of [vedette.url, `http://127.0.0.1:${probePort}`]) {
    for (const shown of [
      undefined,
      'Bearer',
      `Bearer ${token}x`,
      `Bearer ${token.slice(0, -1)}`,
      `Basic ${token}`,
    ])
      assert.equal(await asked(url, shown), 401, `${url} ${shown}`);
    assert.ok((await scrape(url, token)).samples.size > 100);
  }
  assert.ok(!vedette.output().includes(token));
});

const Rules = z.object({
  groups: z.array(
    z.object({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string().regex(/^Vedette[A-Z][A-Za-z]+$/),
          expr: z.string(),
          for: z
            .string()
            .regex(/^\d+[smh]$/)
            .optional(),
          labels: z.object({ severity: z.enum(['page', 'ticket']) }),
          annotations: z.object({ summary: z.string(), description: z.string() }),
        }),
      ),
    }),
  ),
});

/** Names of series, and the labels each is chosen by, as an expression of Prometheus has them. */
function askedFor(expression: string): readonly { readonly name: string; readonly labels: string }[] {
  return [...expression.matchAll(/\b((?:vedette|process)_[a-z0-9_]+)(?:\{([^}]*)\})?/g)].map(
    ([, name = '', labels = '']) => ({ name, labels }),
  );
}

test('alert rules ask for series that a program tells, by labels and values that these have', () => {
  const { groups } = Rules.parse(parse(readFileSync(join(root, 'infra/prometheus/rules.yaml'), 'utf8')));
  const rules = groups.flatMap(({ rules: each }) => each);
  assert.ok(rules.length >= 8);
  assert.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length);
  const wrong = rules.flatMap(({ alert, expr }) => {
    const series = askedFor(expr);
    if (series.length === 0) return [`${alert} asks for none`];
    return series.flatMap(({ name, labels }) => {
      const base = name.replace(/_(bucket|sum|count)$/, '');
      const known = isSeriesName(name) ? name : base;
      if (!isSeriesName(known)) return [`${alert}: ${name}`];
      const { kind, labels: has } = seriesOf(known);
      if ((kind === 'histogram') !== (known !== name)) return [`${alert}: ${name} is no sample`];
      return [...labels.matchAll(/([a-z_]+)(=~|!~|!=|=)"([^"]*)"/g)].flatMap(
        ([, label = '', , value = '']) => {
          const values = has[label];
          if (values === undefined) return [`${alert}: ${name} has no label ${label}`];
          return values === null || value.split('|').every((each) => values.includes(each))
            ? []
            : [`${alert}: ${name} has no ${label} "${value}"`];
        },
      );
    });
  });
  assert.deepEqual(wrong, []);
});

test('every alarm is raised by what it is for, and none where all is well', {
  skip: runs('promtool', ['--version']) ? false : 'promtool is missing (Debian: prometheus)',
}, () => {
  const cwd = join(root, 'infra/prometheus');
  execFileSync('promtool', ['test', 'rules', 'rules.test.yaml'], { cwd, encoding: 'utf8' });
});

test('the test of the alarms knows each of them, and has them all raised', () => {
  const read = (name: string) => parse(readFileSync(join(root, 'infra/prometheus', name), 'utf8'));
  const count = Rules.parse(read('rules.yaml')).groups.flatMap(({ rules }) => rules).length;
  const Tests = z.looseObject({
    tests: z.array(
      z.looseObject({
        promql_expr_test: z.array(
          z.looseObject({ exp_samples: z.tuple([z.looseObject({ value: z.number() })]) }),
        ),
      }),
    ),
  });
  const { tests } = Tests.parse(read('rules.test.yaml'));
  const raised = tests.flatMap((each) => each.promql_expr_test.map(({ exp_samples: [{ value }] }) => value));
  assert.deepEqual(raised, [0, 0, count, 0, 1, 0, 1, 0]);
});

test('every topic that work goes through is measured', () => {
  const files = globSync('src/core/**/*.ts', { cwd: root }).map((path) =>
    readFileSync(join(root, path), 'utf8'),
  );
  const topics = files.flatMap((text) =>
    [...text.matchAll(/^export const \w+Topic = '([^']+)';$/gm)].map(([, topic]) => topic),
  );
  assert.deepEqual(topics.toSorted(), [...queueTopics].toSorted());
});
