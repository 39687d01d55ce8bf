// The chart for a cluster of one's own: held against the program, and rendered where Helm is installed.

import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
import { version } from '../src/app/package.ts';
import { allRoles, readRoles } from '../src/app/roles.ts';
import { readSettings, settingsSchema } from '../src/app/settings.ts';
import { isShared } from '../src/app/wire/shared-house.ts';
import { healthPaths } from '../src/http/routes/health.ts';
import {
  helmIsMissing,
  helmSays,
  judged,
  judgeIsMissing,
  kubernetesVersions,
  rendered,
} from './servers/helm.ts';
import { temporaryFolder } from './servers/vedette.ts';

const root = new URL('..', import.meta.url).pathname;
const chart = join(root, 'infra/kubernetes/vedette');
const examples = globSync('infra/kubernetes/examples/*.yaml', { cwd: root }).map((path) => join(root, path));
/** The values as they come, and with each example. */
const variants: readonly (readonly string[])[] = [[], ...examples.map((path) => ['--values', path])];
const inChart = (path: string) => readFileSync(join(chart, path), 'utf8');

const Known = z.strictObject({
  secret: z.array(z.string()),
  chosen: z.record(z.string(), z.string()),
  other: z.array(z.string()),
});
const known = Known.parse(parse(inChart('settings.yaml')));

/** What a value of a secret setting may look like. */
const secrets = [
  ...['postgres://v:p@db/v', 'kafka://broker/v', 'redis://cache', 's3://bucket', 'awskms://alias/vedette'],
  ...['smtp://mail', 'mqtt://broker', 'https://gateway.example.org', 'a passphrase'],
  'a-token-of-some-length',
];

/** A value of a secret setting that the program takes; null where the setting is no secret. */
function secretFor(name: string): string | null {
  return (
    secrets.find((text) => {
      const result = settingsSchema.safeParse({ [name]: text });
      const value: unknown = result.success
        ? Object.entries(result.data).find(([key]) => key === name)?.[1]
        : null;
      return typeof value === 'object' && value !== null && 'reveal' in value;
    }) ?? null
  );
}

const Container = z.looseObject({
  args: z.array(z.string()),
  env: z.array(
    z.object({
      name: z.string(),
      value: z.string().optional(),
      valueFrom: z.looseObject({ secretKeyRef: z.unknown().optional() }).optional(),
    }),
  ),
  resources: z.object({
    requests: z.record(z.string(), z.unknown()),
    limits: z.record(z.string(), z.unknown()),
  }),
  securityContext: z.unknown(),
});
const PodSpec = z.looseObject({
  containers: z.tuple([Container]),
  automountServiceAccountToken: z.literal(false),
  enableServiceLinks: z.literal(false),
  securityContext: z.looseObject({
    runAsNonRoot: z.literal(true),
    seccompProfile: z.object({ type: z.literal('RuntimeDefault') }),
  }),
  volumes: z.array(z.record(z.string(), z.unknown())),
});
const Labels = z.record(z.string(), z.string());
const Metadata = z.looseObject({ name: z.string(), labels: Labels });
const Workload = z.looseObject({
  kind: z.enum(['Deployment', 'StatefulSet']),
  metadata: Metadata,
  spec: z.looseObject({
    selector: z.object({ matchLabels: Labels }),
    serviceName: z.string().optional(),
    template: z.object({ metadata: z.looseObject({ labels: Labels }), spec: PodSpec }),
  }),
});
const Any = z.looseObject({ kind: z.string(), metadata: Metadata, spec: z.unknown().optional() });
const Probe = z.looseObject({ httpGet: z.object({ path: z.string(), port: z.literal('http') }) });

async function madeOf(words: readonly string[]) {
  const { text, documents } = await rendered(chart, words);
  const all = documents.map((each) => Any.parse(each));
  const workloads = all
    .filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet')
    .map((each) => Workload.parse(each));
  return { text, all, workloads };
}

/** What the program would find in its environment, with some secret where one is named. */
function environmentOf({ env }: z.output<typeof Container>): Record<string, string> {
  const pod = env.find(({ name }) => name === 'POD_NAME') === undefined ? '' : 'vedette-record-0';
  return Object.fromEntries(
    env.map(({ name, value, valueFrom }) => [
      name,
      value?.replace('$(POD_NAME)', pod) ??
        (valueFrom?.secretKeyRef === undefined
          ? pod
          : (secretFor(name) ?? assert.fail(`${name} is no secret`))),
    ]),
  );
}

test('the chart knows every setting of the program and no other, and which of them are secrets', () => {
  const names = [...known.secret, ...Object.keys(known.chosen), ...known.other];
  assert.deepEqual(names.toSorted(), Object.keys(settingsSchema.shape).toSorted());
  const secret = Object.keys(settingsSchema.shape).filter((name) => secretFor(name) !== null);
  assert.deepEqual(known.secret.toSorted(), secret.toSorted());
  assert.ok(secret.length >= 12);
  const written = globSync(['values.yaml', 'templates/**/*', 'settings.yaml'], {
    cwd: chart,
    withFileTypes: true,
  })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => [
      ...readFileSync(join(entry.parentPath, entry.name), 'utf8').matchAll(/VEDETTE_[A-Z_]+/g),
    ])
    .map(([name]) => name)
    .filter((name) => name !== 'VEDETTE_');
  assert.ok(written.length > names.length);
  assert.deepEqual(
    written.filter((name) => !names.includes(name)),
    [],
  );
});

test('the values start every role, with settings that the program takes and no secret among them', () => {
  const Values = z.looseObject({
    fromSecrets: z.record(z.string(), z.strictObject({ secret: z.string(), key: z.string() })),
    settings: z.record(z.string(), z.string()),
    deployments: z.record(z.string(), z.looseObject({ roles: z.string() })),
  });
  const { fromSecrets, settings, deployments } = Values.parse(parse(inChart('values.yaml')));
  const roles = Object.values(deployments).flatMap((part) => readRoles(part.roles));
  assert.deepEqual(['record', ...roles].toSorted(), allRoles.toSorted());
  const given = Object.fromEntries(Object.keys(fromSecrets).map((name) => [name, secretFor(name) ?? '']));
  assert.ok(isShared(readSettings({ ...settings, ...given })));
  for (const name of Object.keys(settings)) assert.ok(known.other.includes(name), name);
  for (const file of ['values.yaml', ...examples]) {
    const text = readFileSync(file === 'values.yaml' ? join(chart, file) : file, 'utf8');
    assert.doesNotMatch(text, /:\/\/[^\s/@]+:[^\s/@]+@|password:/i, file);
  }
});

test('chart and program have one version', () => {
  const { version: ofChart, appVersion } = parse(inChart('Chart.yaml'));
  assert.deepEqual([ofChart, appVersion], [version, version]);
});

test('Helm finds no fault with the chart', { skip: helmIsMissing }, async () => {
  for (const words of variants) await helmSays(['lint', '--strict', chart, ...words]);
});

test('whatever the values, every role runs once, with settings that the program takes', {
  skip: helmIsMissing,
}, async () => {
  assert.ok(variants.length >= 6);
  for (const words of variants) {
    const { workloads, all } = await madeOf(words);
    const roles = workloads.flatMap(({ spec }) => readRoles(spec.template.spec.containers[0].args[2] ?? ''));
    assert.deepEqual(roles.toSorted(), allRoles.toSorted());
    const services = all.filter(({ kind }) => kind === 'Service').map(({ metadata }) => metadata.name);
    for (const { spec, metadata } of workloads) {
      const [container] = spec.template.spec.containers;
      const settings = readSettings(environmentOf(container));
      assert.ok(isShared(settings));
      const hasPages = container.args[2]?.split(',').includes('http');
      assert.equal(hasPages ? settings.VEDETTE_PORT : settings.VEDETTE_PROBE_PORT, 8080);
      assert.equal(settings.VEDETTE_HOST, '0.0.0.0');
      const names = container.env.map(({ name }) => name);
      assert.equal(new Set(names).size, names.length, 'a variable is set twice');
      if (spec.serviceName === undefined) continue;
      assert.ok(services.includes(spec.serviceName));
      assert.equal(settings.VEDETTE_PEER_URL, `http://${metadata.name}-0.${spec.serviceName}:8090`);
    }
  }
});

test('each pod has no rights and no token, is asked where it answers, and is given its time to leave', {
  skip: helmIsMissing,
}, async () => {
  for (const words of variants) {
    const { workloads, all } = await madeOf(words);
    const tests = all.filter(({ kind }) => kind === 'Pod').map(({ spec }) => PodSpec.parse(spec));
    const pods = [...workloads.map(({ spec }) => spec.template.spec), ...tests];
    assert.equal(pods.length, 5);
    for (const { containers, volumes } of pods) {
      const [{ securityContext, resources }] = containers;
      assert.deepEqual(securityContext, {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      assert.ok(resources.requests.cpu && resources.requests.memory && resources.limits.memory);
      for (const volume of volumes) assert.ok(!('hostPath' in volume));
    }
    for (const { spec } of workloads) {
      const { containers, terminationGracePeriodSeconds } = spec.template.spec;
      const [container] = containers;
      const path = (name: string) => Probe.parse(container[name]).httpGet.path;
      assert.deepEqual(['startupProbe', 'livenessProbe', 'readinessProbe'].map(path), [
        healthPaths.live,
        healthPaths.live,
        healthPaths.ready,
      ]);
      const { VEDETTE_DRAIN_SECONDS: drain } = readSettings(environmentOf(container));
      assert.ok(Number(terminationGracePeriodSeconds) >= drain + 15);
      const labels = spec.template.metadata.labels;
      for (const [name, value] of Object.entries(spec.selector.matchLabels))
        assert.equal(labels[name], value);
    }
  }
});

test('a value that is wrong is refused, and the sentence names it', { skip: helmIsMissing }, async () => {
  const refused: readonly (readonly [string, RegExp])[] = [
    ['settings.VEDETTE_PROT=1', /settings\.VEDETTE_PROT does not exist/],
    ['settings.VEDETTE_RECORDS_URL=postgres://v:p@db/v', /VEDETTE_RECORDS_URL is a secret.*fromSecrets/],
    ['record.settings.VEDETTE_MAX_CAMERAS=3', /set by this chart\. Give record\.maxCameras/],
    ['environment.VEDETTE_PORT=x', /environment\.VEDETTE_PORT is a setting/],
    ['deployments.http.roles=htp', /role "htp", which does not exist/],
    ['deployments.http.roles=http\\,record', /role record, which needs a disk/],
    ['deployments.tell.roles=deliver', /No deployment has the role tend/],
    ['deployments.images.roles=ingest\\,detect\\,http', /both have the role http/],
    ['deployments.tell.autoscale.min=1', /tell\/autoscale.*missing properties 'max', 'cpuPercent'/s],
    ['publicUrl=cams.example.org', /publicUrl must be like https/],
    ['ingress.enabled=true', /ingress\.host is "" and publicUrl leads to "cams\.example\.org"/],
    ['record.replicas=0', /record\/replicas.*minimum/],
    ['image.digest=latest', /image\/digest/],
    ['replicas=2', /'replicas' not allowed/],
    ['fromSecrets.VEDETTE_RECORDS_URL.secret=', /fromSecrets\/VEDETTE_RECORDS_URL\/secret/],
  ];
  for (const [value, sentence] of refused) {
    await assert.rejects(rendered(chart, ['--set', value]), sentence, value);
  }
});

test('numbers arrive as they are written, and those of a part go before the others', {
  skip: helmIsMissing,
}, async () => {
  await using folder = await temporaryFolder();
  const values = join(folder.path, 'values.yaml');
  await writeFile(
    values,
    'settings: { VEDETTE_RESERVE_GB: 1000000, VEDETTE_MQTT_SNAPSHOTS: true }\nrecord: { settings: { VEDETTE_RESERVE_GB: 0, VEDETTE_MQTT_SNAPSHOTS: false } }\n',
  );
  const { workloads } = await madeOf(['--values', values]);
  for (const { kind, spec } of workloads) {
    const environment = environmentOf(spec.template.spec.containers[0]);
    const found = [environment.VEDETTE_RESERVE_GB, environment.VEDETTE_MQTT_SNAPSHOTS];
    assert.deepEqual(found, kind === 'StatefulSet' ? ['0', 'false'] : ['1000000', 'true']);
  }
});

test('where figures are wanted, each pod says where it tells them, and only who is named is let in there', {
  skip: helmIsMissing,
}, async () => {
  const Annotated = z.looseObject({
    spec: z.looseObject({
      template: z.object({
        metadata: z.looseObject({ annotations: z.record(z.string(), z.string()).default({}) }),
      }),
    }),
  });
  const figures = (of: z.output<typeof Any>) => {
    const { annotations } = Annotated.parse(of).spec.template.metadata;
    return annotations['prometheus.io/scrape'] === 'true' ? annotations['prometheus.io/port'] : null;
  };
  const plain = await madeOf([]);
  for (const each of plain.workloads) {
    assert.equal(figures(each), null);
    assert.notEqual(environmentOf(each.spec.template.spec.containers[0]).VEDETTE_PROBE_PORT, '8081');
  }
  const { workloads, all } = await madeOf(['--values', join(root, 'infra/kubernetes/examples/metrics.yaml')]);
  for (const each of workloads) {
    const settings = readSettings(environmentOf(each.spec.template.spec.containers[0]));
    assert.equal(figures(each), String(settings.VEDETTE_PROBE_PORT));
    assert.equal(settings.VEDETTE_METRICS_TOKEN?.reveal(), secretFor('VEDETTE_METRICS_TOKEN'));
  }
  const policies = all.filter(({ metadata }) => metadata.name.includes('-figures-'));
  const told = policies.map(
    ({ spec }) => z.looseObject({ ingress: z.array(z.unknown()) }).parse(spec).ingress,
  );
  const monitoring = { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } };
  assert.deepEqual(
    told,
    ['metrics', 'http'].map((port) => [
      { from: [{ namespaceSelector: monitoring }], ports: [{ protocol: 'TCP', port }] },
    ]),
  );
  const nobody = await madeOf(['--set', 'metrics.enabled=true']);
  assert.ok(nobody.all.every(({ metadata }) => !metadata.name.includes('-figures-')));
});

test('Kubernetes takes what is made, oldest and newest', {
  skip: helmIsMissing || judgeIsMissing,
}, async () => {
  await using folder = await temporaryFolder();
  const all = await Promise.all(variants.map((words) => rendered(chart, words)));
  // In one file: most of the time is spent before the first is read.
  const file = join(folder.path, 'all.yaml');
  await writeFile(file, all.map(({ text }) => text).join('\n---\n'));
  for (const kubernetes of kubernetesVersions) await judged(file, kubernetes);
});
