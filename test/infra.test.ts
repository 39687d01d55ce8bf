// What is handed to people who run a cluster: the compose file and the image, held against the program.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
import { allRoles, readRoles } from '../src/app/roles.ts';
import { readSettings } from '../src/app/settings.ts';
import { isShared } from '../src/app/wire/shared-house.ts';
import { temporaryFolder } from './servers/vedette.ts';

const root = new URL('..', import.meta.url).pathname;
const folder = join(root, 'infra/compose');

const Service = z.looseObject({
  image: z.string(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  networks: z.union([z.array(z.string()), z.record(z.string(), z.unknown())]),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
});
const Compose = z.looseObject({
  services: z.record(z.string(), Service),
  networks: z.record(z.string(), z.looseObject({ internal: z.boolean().optional() })),
});

const text = readFileSync(join(folder, 'compose.yaml'), 'utf8');
const compose = Compose.parse(parse(text, { merge: true }));
const ours = Object.values(compose.services).filter(({ image }) => image === 'vedette');

/** The passwords as the script makes them, in a folder of its own. */
async function secretsMade() {
  const place = await temporaryFolder();
  copyFileSync(join(folder, 'secrets.sh'), join(place.path, 'secrets.sh'));
  const file = join(place.path, '.env');
  const run = () => execFileSync('sh', [join(place.path, 'secrets.sh')], { encoding: 'utf8' });
  return { ...place, run, file };
}

/** What compose makes of `${NAME}`, `${NAME:-default}` and `${NAME:?complaint}`. */
function filled(value: string, variables: Readonly<Record<string, string>>): string {
  return value.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name: string, kind, rest: string) => {
    const given = variables[name];
    if (given !== undefined) return given;
    assert.equal(kind, '-', `nothing makes ${name}`);
    return rest;
  });
}

test('the compose file starts every role, each with settings that the program takes', async () => {
  await using made = await secretsMade();
  made.run();
  const lines = readFileSync(made.file, 'utf8').trim().split('\n');
  const variables = Object.fromEntries(lines.map((line) => line.split('=') as [string, string]));
  const roles = ours.flatMap(({ command = [] }) => readRoles(command[2] ?? ''));
  assert.deepEqual([...roles].toSorted(), [...allRoles].toSorted());
  for (const { environment } of ours) {
    const settings = readSettings(
      Object.fromEntries(
        Object.entries(environment).map(([name, value]) => [name, filled(value, variables)]),
      ),
    );
    assert.ok(isShared(settings), 'its processes would not know of each other');
  }
});

test('no password stands in the compose file, and each that it needs is made once, for its owner only', async () => {
  await using made = await secretsMade();
  made.run();
  const before = readFileSync(made.file, 'utf8');
  assert.match(made.run(), /stays as it is/);
  assert.equal(readFileSync(made.file, 'utf8'), before);
  assert.equal(statSync(made.file).mode & 0o777, 0o600);
  const needed = new Set([...text.matchAll(/\$\{(\w+):\?/g)].map((match) => match[1]));
  const has = new Set(
    before
      .trim()
      .split('\n')
      .map((line) => line.split('=')[0]),
  );
  assert.deepEqual(has, needed);
  assert.ok(needed.size >= 3);
  for (const { environment } of Object.values(compose.services)) {
    for (const [name, value] of Object.entries(environment)) {
      const [, inAddress] = /:\/\/\w+:([^@]*)@/.exec(value) ?? [];
      const given = /PASS|AUTH/.test(name) ? value : inAddress;
      if (given !== undefined) assert.match(given, /^\$\{/, name);
    }
  }
});

test('stores are on a network that leads nowhere, and only the door can be reached', () => {
  for (const name of ['postgres', 'redis', 'kafka']) {
    assert.deepEqual(compose.services[name]?.networks, ['back']);
  }
  assert.equal(compose.networks.back?.internal, true);
  const open = Object.entries(compose.services).filter(([, service]) => 'ports' in service);
  assert.deepEqual(
    open.map(([name]) => name),
    ['door', 'prometheus'],
  );
  // Started only for whoever asks for it, and seen from this machine only.
  const { profiles, ports, networks } = compose.services.prometheus ?? assert.fail('no prometheus');
  assert.deepEqual([profiles, ports, networks], [['metrics'], ['127.0.0.1:9090:9090'], ['back', 'watch']]);
});

test('Prometheus reads every process of the compose file where it tells figures', () => {
  const Prometheus = z.looseObject({
    scrape_configs: z.array(
      z.looseObject({
        dns_sd_configs: z.tuple([z.looseObject({ names: z.array(z.string()), port: z.number() })]),
      }),
    ),
  });
  const read = Prometheus.parse(parse(readFileSync(join(folder, 'prometheus.yaml'), 'utf8')));
  const targets = read.scrape_configs.flatMap(({ dns_sd_configs: [{ names, port }] }) =>
    names.map((name) => `${name}:${port}`),
  );
  const told = Object.entries(compose.services)
    .filter(([, { image }]) => image === 'vedette')
    .map(([name, { environment }]) => `${name}:${environment.VEDETTE_PROBE_PORT}`);
  assert.deepEqual(targets.toSorted(), told.toSorted());
});

test('every image has a version, and ours runs without rights in a file system that it cannot write', () => {
  assert.ok(ours.length >= 3);
  for (const { image } of Object.values(compose.services)) {
    assert.ok(image === 'vedette' || /:v?[\d.]+$/.test(image), image);
  }
  for (const service of ours) {
    assert.equal(service.read_only, true);
    assert.deepEqual(service.cap_drop, ['ALL']);
  }
});

test('the image is made of what is here, with the Node that the project is tested on', () => {
  const lines = readFileSync(join(root, 'infra/container/Containerfile'), 'utf8').split('\n');
  const node = JSON.parse(readFileSync(join(root, 'node_modules/node/package.json'), 'utf8')).version;
  const bases = lines.filter((line) => line.startsWith('FROM'));
  assert.equal(bases.length, 2);
  for (const base of bases) assert.ok(base.includes(`node:${node.split('.')[0]}-`), base);
  const copied = lines
    .filter((line) => line.startsWith('COPY --from=build'))
    .flatMap((line) => [...line.matchAll(/\/app\/(\S+)/g)].map((match) => match[1] ?? ''));
  assert.ok(copied.length >= 5);
  for (const name of copied) assert.ok(name === 'dist' || existsSync(join(root, name)), name);
  assert.ok(lines.includes('USER 10001:10001'));
});
