// The page on scale: what a camera costs, what is full first, and what 100, 10 000 and 1 000 000 of them take. All of its
// figures are worked out here, from coefficients that each say where they are from.

import { markdownTable } from './markdown-table.ts';

interface Coefficient {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly source: string;
}

const sizes = [100, 10_000, 1_000_000] as const;
const hoursAMonth = 730;
const secondsAMonth = 30 * 86_400;

/** Page on scale; `performance` is the page of figures, whose rows it stands on. */
export function scalePage(performance: string): string {
  const known = coefficients(performance);
  const value = (name: keyof typeof known) => known[name].value;
  return [
    '# Scale',
    introduction,
    '## Coefficients',
    markdownTable([
      ['coefficient', 'value', 'unit', 'from'],
      ...Object.values(known).map(({ name, value: figure, unit, source }) => [
        name,
        shown(figure),
        unit,
        source,
      ]),
    ]),
    '## Formulas',
    markdownTable([['what', 'formula', 'result'], ...formulas(value)]),
    '## Three sizes',
    markdownTable([
      ['', ...sizes.map((size) => `${shown(size)} cameras`)],
      ...transposed(sizes.map((cameras) => sized(cameras, value))),
    ]),
    conclusion(value),
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

/** Rows of the page of figures by name. */
function coefficients(performance: string) {
  const row = (name: string): { value: number; source: string } => {
    const line = performance.split('\n').find((each) => each.startsWith(`| ${name} |`));
    const figure = Number(line?.split('|')[2]?.replaceAll(/[ \u202f]/g, '') ?? Number.NaN);
    if (!Number.isFinite(figure)) throw new Error(`The page of figures has no row ${name}.`);
    // What is less than the noise of its measurement may come out below zero, and nothing costs less than nothing.
    const lost = figure < 0 ? ', lost in its noise' : '';
    return { value: Math.max(figure, 0), source: `measured: \`${name}\`, [figures](performance.md)${lost}` };
  };
  const memory = row('memory/peak');
  return {
    quiet: { name: 'recording, nobody there', ...row('recording/motion'), unit: 'ms CPU a camera-second' },
    busy: { name: 'recording, somebody there', ...row('recording/people'), unit: 'ms CPU a camera-second' },
    memory: {
      name: 'memory',
      value: memory.value / 10,
      unit: 'MB a camera',
      source: `${memory.source}, a tenth of it`,
    },
    door: {
      name: 'pages and API',
      ...row('distributed/one more http'),
      unit: 'ms CPU a camera-second',
    },
    tend: {
      name: 'outbox, alerts, expiry',
      ...row('distributed/one more tend,deliver'),
      unit: 'ms CPU a camera-second',
    },
    database: {
      name: 'PostgreSQL',
      ...row('distributed/one more PostgreSQL'),
      unit: 'ms CPU a camera-second',
    },
    commits: {
      name: 'commits',
      ...row('distributed/one more commits'),
      unit: 'a camera-second',
    },
    image: {
      name: 'accepting an image',
      ...row('distributed/accept cpu'),
      unit: 'ms CPU an image',
    },
    look: { name: 'looking at an image', ...row('detection/frame'), unit: 'ms CPU an image' },
    databaseLimit: {
      name: 'PostgreSQL at its limit',
      value: 13_900,
      unit: 'durable commits a second',
      source: 'measured on the same machine: PostgreSQL 15, 16 connections, one row each',
    },
    present: assumed('somebody is there', 0.05, 'share of the time'),
    load: assumed('processors are used to', 0.6, 'share'),
    bits: assumed('a camera sends', 2, 'Mbit/s'),
    active: assumed('footage with something in it', 0.15, 'share'),
    watched: assumed('somebody watches', 1, 'hours a camera-month'),
    idleDays: setting('idle footage is kept', 1, 'VEDETTE_RETENTION_IDLE_DAYS'),
    activeDays: setting('footage with something in it is kept', 7, 'VEDETTE_RETENTION_ACTIVITY_DAYS'),
    perRecorder: { ...setting('a recorder takes at most', 64, 'VEDETTE_MAX_CAMERAS'), unit: 'cameras' },
    cpuPrice: price('Fargate, Arm', 0.032_38, 'USD a vCPU-hour', fargate),
    memoryPrice: price('Fargate, Arm, memory', 0.003_56, 'USD a GB-hour', fargate),
    storagePrice: price('S3 Standard', 0.023, 'USD a GB-month', s3),
    putPrice: price('S3 PUT', 0.005, 'USD a thousand', s3),
    outPrice: price('traffic to the internet', 0.09, 'USD a GB', ec2),
    smallDatabase: price('RDS db.t4g.medium, two zones', 0.13, 'USD an hour', rdsSmall),
    largeDatabase: price('RDS db.r8g.xlarge, two zones', 2 * 0.478, 'USD an hour', rdsLarge),
    brokers: price('MSK, three kafka.m7g.large', 3 * 0.204, 'USD an hour', msk),
    cache: price('ElastiCache Serverless (Valkey), 1 GB', 0.084, 'USD an hour', cacheSource),
  } as const satisfies Record<string, Coefficient>;
}

const fargate =
  '[AWS](https://aws.amazon.com/fargate/pricing/), as repeated by [Vantage](https://www.vantage.sh/blog/fargate-pricing), us-east-1';
const s3 = '[AWS](https://aws.amazon.com/s3/pricing/), first 50 TB, us-east-1';
const ec2 = '[AWS](https://aws.amazon.com/ec2/pricing/on-demand/), first 10 TB, us-east-1';
const rdsSmall =
  '[AWS](https://aws.amazon.com/rds/postgresql/pricing/), as repeated by [Infratally](https://infratally.com/articles/aws-rds-pricing-explained-2026.html), 2026';
const rdsLarge =
  '[AWS](https://aws.amazon.com/rds/postgresql/pricing/), as repeated by [Usage.ai](https://www.usage.ai/blogs/aws/reserved-instances/rds/postgresql/read-replicas/), 2026';
const msk = '[AWS](https://aws.amazon.com/msk/pricing/), us-east-1; not read again in November 2026';
const cacheSource =
  '[AWS](https://aws.amazon.com/elasticache/pricing/), as repeated by [Usage.ai](https://www.usage.ai/blogs/aws/database-savings-plans/elasticache/serverless-pricing/), June 2026';

function assumed(name: string, value: number, unit: string): Coefficient {
  return { name, value, unit, source: 'assumed; put in your own' };
}

function setting(name: string, value: number, variable: string): Coefficient {
  return { name, value, unit: 'days', source: `the default of [\`${variable}\`](settings.md)` };
}

function price(name: string, value: number, unit: string, source: string): Coefficient {
  return { name, value, unit, source };
}

type Value = (name: keyof ReturnType<typeof coefficients>) => number;

/** CPU of a recorder for a camera, in ms a second. */
function recordMs(value: Value): number {
  return value('present') * value('busy') + (1 - value('present')) * value('quiet');
}

/** Cameras of a recorder with one vCPU and 4 GB. */
function perTask(value: Value): number {
  const byCpu = Math.floor((value('load') * 1000) / recordMs(value));
  const byMemory = Math.floor((0.8 * 4096) / value('memory'));
  return Math.min(byCpu, byMemory, value('perRecorder'));
}

/** What four cameras in a minute can show, in ms and commits a camera-second: what is less counts as this. */
const least = 0.1;

/** Cameras at which each part of one installation is full: what cannot be had twice. */
function limits(value: Value): { readonly commits: number; readonly tend: number } {
  return {
    commits: Math.floor((value('load') * value('databaseLimit')) / Math.max(least, value('commits'))),
    tend: Math.floor((value('load') * 1000) / Math.max(least, value('tend'))),
  };
}

/** Cameras of one installation. */
function perCell(value: Value): number {
  return Math.min(...Object.values(limits(value)));
}

/** GB of footage that lie in the store for a camera. */
function storedGb(value: Value): number {
  const gbADay = ((value('bits') / 8) * 86_400) / 1000;
  const days = (1 - value('active')) * value('idleDays') + value('active') * value('activeDays');
  return gbADay * days;
}

function watchedGb(value: Value): number {
  return (value('bits') / 8) * 3.6 * value('watched');
}

function taskMonth(value: Value): number {
  return (value('cpuPrice') + 4 * value('memoryPrice')) * hoursAMonth;
}

function formulas(value: Value): readonly (readonly string[])[] {
  const { commits, tend } = limits(value);
  return [
    [
      'CPU of a recorder',
      'there × somebody + (1 − there) × nobody',
      `${shown(recordMs(value))} ms a camera-second`,
    ],
    [
      'cameras of a recorder (1 vCPU, 4 GB)',
      'least of: used × 1000 ÷ CPU; 0.8 × 4096 MB ÷ memory; setting',
      shown(perTask(value)),
    ],
    [
      'an installation is full by commits at',
      'used × limit ÷ commits a camera-second',
      `${shown(commits)} cameras`,
    ],
    ['by the process that tends at', 'used × 1000 ÷ CPU', `${shown(tend)} cameras`],
    [
      'a thousand images a second, the door',
      'CPU an image ÷ used',
      `${shown(Math.ceil(value('image') / value('load')))} vCPU`,
    ],
    [
      'a thousand images a second, looking',
      'CPU an image ÷ used',
      `${shown(Math.ceil(value('look') / value('load')))} vCPU`,
    ],
    ['footage in the store', 'bits ÷ 8 × 86 400 s × days by class', `${shown(storedGb(value))} GB a camera`],
  ];
}

/** The column of one size, cell by cell with its title. */
function sized(cameras: number, value: Value): readonly (readonly [string, string])[] {
  const cells = Math.ceil(cameras / perCell(value));
  const perInstallation = cameras / cells;
  const recorders = Math.ceil(cameras / perTask(value));
  const spread = (ms: number) =>
    cells * Math.max(2, Math.ceil((perInstallation * Math.max(least, ms)) / 1000 / value('load')));
  const [doors, tellers] = [spread(value('door')), cells * 2];
  // A database that is small has two vCPU, of which it earns a fifth of the time (a burstable class).
  const isSmall = (perInstallation * value('database')) / 1000 <= 0.4;
  const engines =
    cells *
    hoursAMonth *
    ((isSmall ? value('smallDatabase') : value('largeDatabase')) + value('brokers') + value('cache'));
  const compute = (recorders + doors + tellers) * taskMonth(value);
  const storage = cameras * storedGb(value) * value('storagePrice');
  const puts = cameras * (secondsAMonth / 60 / 1000) * value('putPrice');
  const out = cameras * watchedGb(value) * value('outPrice');
  const sum = engines + compute + storage + puts + out;
  return [
    ['installations', shown(cells)],
    ['`record`', shown(recorders)],
    ['`http`', shown(doors)],
    ['`tend,deliver`', shown(tellers)],
    ['PostgreSQL', `${shown(cells)} × ${isSmall ? 'db.t4g.medium' : 'db.r8g.xlarge'}`],
    ['processes, USD a month', dollars(compute)],
    ['engines, USD a month', dollars(engines)],
    ['footage, USD a month', dollars(storage)],
    ['writing it, USD a month', dollars(puts)],
    ['watching it, USD a month', dollars(out)],
    ['**all, USD a month**', `**${dollars(sum)}**`],
    ['**USD a camera-month**', `**${(sum / cameras).toFixed(2)}**`],
  ];
}

function transposed(columns: readonly (readonly (readonly [string, string])[])[]): string[][] {
  return (columns[0] ?? []).map(([title], index) => [
    title,
    ...columns.map((column) => column[index]?.[1] ?? ''),
  ]);
}

function dollars(amount: number): string {
  return shown(Math.round(amount));
}

/** Three digits that matter, thousands apart. */
function shown(figure: number): string {
  const text = Number.isInteger(figure) ? String(figure) : String(Number(figure.toPrecision(4)));
  const [whole = '', part] = text.split('.');
  const spaced = whole.replaceAll(/\B(?=(\d{3})+$)/g, ' ');
  return part === undefined ? spaced : `${spaced}.${part}`;
}

const introduction = `What a camera costs, what is full first, and what many of them take. The page is worked out by \`npm run docs\`: what was
measured is read from the [figures](performance.md), so that it follows them; what was not measured says so.

It is a calculation and no measurement: nobody has run ten thousand cameras. The cameras here are recorded in the cloud, which
is the dearest way: a recorder beside the cameras takes the first line of the costs, and of footage all that is not sent.`;

function conclusion(value: Value): string {
  const { commits, tend } = limits(value);
  const [first, second] =
    commits < tend
      ? ['commits of its database', 'the process that tends']
      : ['the process that tends', 'commits of its database'];
  return `## What is full first

**On one machine: the processor, by looking.** A camera with somebody in its picture costs ${shown(value('busy') / value('quiet'))} times a quiet one,
and an image ${shown(value('look'))} ms to look at against ${shown(value('image'))} to accept. Doors and recorders are added without end: they share nothing but
the engines.

**In one installation: ${first}**, at ${shown(Math.min(commits, tend))} cameras; then ${second}, at ${shown(Math.max(commits, tend))}. The costs of \`http\`,
\`tend,deliver\` and PostgreSQL are what one more camera adds where 16 are recorded, beyond what the processes take while idle.
What is below ${least} ms is not told apart from nothing and counts as that, so that the limits are the least they can be.

**Beyond that there are several installations.** A million cameras are ${shown(Math.ceil(1_000_000 / perCell(value)))} of them, with an organization in one each. Nothing
in the program spreads organizations over installations or shows two as one: who needs that puts a door of their own before
them. More of one database, by partitions of its tables or of organizations, is not built.

Not in the costs: balancers, logs, backups, traffic between zones, messages and calls, and people. Keys cost a wrap for each
recording where a service keeps them ([keys](../guide/keys.md)).`;
}
