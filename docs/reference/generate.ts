// npm run docs: the pages of the reference that the code itself can write.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { commands } from '../../src/app/commands/table.ts';
import { allRoles } from '../../src/app/roles.ts';
import { readSettings, settingsSchema } from '../../src/app/settings.ts';
import { openHub } from '../../src/app/wire/hub.ts';
import { errorTable } from '../../src/core/errors.ts';
import { permissionTable } from '../../src/core/organization/access.ts';
import { machinePermissions } from '../../src/core/organization/access-key.ts';
import { roles } from '../../src/core/organization/organization.ts';
import { meteredRoles, seriesNames, seriesOf } from '../../src/core/metrics/series.ts';
import { silentLog } from '../../src/core/ports/log.ts';
import { outgoingEvents, outgoingSchemas } from '../../src/http/contract/outgoing.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { recordHeadersJsonSchema } from '../../src/workers/image-record-headers.ts';
import { scalePage } from './scale.ts';

const note = '<!-- Written by `npm run docs`. Do not edit. -->\n';

/** Every generated page, by its file name in docs/reference. */
export async function referencePages(): Promise<Record<string, string>> {
  const openapi = await openApiDocument();
  return {
    'openapi.json': `${JSON.stringify(openapi, null, 2)}\n`,
    'api.md': apiPage(openapi),
    'access.md': accessPage(openapi),
    'errors.md': errorsPage(),
    'settings.md': settingsPage(),
    'commands.md': commandsPage(),
    'images-topic.schema.json': `${JSON.stringify(recordHeadersJsonSchema(), null, 2)}\n`,
    'events.json': `${JSON.stringify(outgoingSchemas(), null, 2)}\n`,
    'events.md': eventsPage(),
    'metrics.md': metricsPage(),
    'scale.md': `${note}${scalePage(readFileSync(join(import.meta.dirname, 'performance.md'), 'utf8'))}`,
  };
}

const access = z.object({
  anybody: z.boolean(),
  oneself: z.boolean(),
  roles: z.array(z.string()),
  accessKey: z.string().nullable(),
  asksProof: z.boolean(),
});

const openApi = z.object({
  openapi: z.string(),
  paths: z.record(
    z.string(),
    z.record(z.string(), z.object({ summary: z.string(), 'x-access': access }).loose()),
  ),
});

/** The document that the program itself serves, from a folder that is thrown away. */
async function openApiDocument(): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-docs-'));
  const settings = readSettings({ VEDETTE_DATA: folder, VEDETTE_PORT: '0' });
  const hub = await openHub(settings, silentLog, allRoles);
  try {
    return await (await fetch(new URL(paths.openapi, hub.url ?? ''))).json();
  } finally {
    await hub.stop();
    rmSync(folder, { recursive: true });
  }
}

function apiPage(document: unknown): string {
  const rows = Object.entries(openApi.parse(document).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const who = whoOf(operation['x-access']);
      return `| \`${method.toUpperCase()}\` | \`${path}\` | ${operation.summary} | ${who} |`;
    }),
  );
  return `${note}# The API

The [OpenAPI 3.1 document](openapi.json) has every schema; a running Vedette serves it at \`${paths.openapi}\`. Errors are
[problem documents](errors.md). [Who may](access.md) is a page of its own.

| method | address | what it does | who may |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}

function whoOf({ anybody, oneself, roles }: z.output<typeof access>): string {
  if (anybody) return 'anybody';
  return oneself ? 'whoever is signed in, about themselves' : roles.join(', ');
}

function accessPage(document: unknown): string {
  const machine: readonly string[] = machinePermissions;
  const permissions = Object.entries(permissionTable).map(([name, { allows, roles: allowed }]) => {
    const granted: readonly string[] = allowed;
    const cells = roles.map((role) => (granted.includes(role) ? 'yes' : '–'));
    return `| \`${name}\` | ${allows} | ${cells.join(' | ')} | ${machine.includes(name) ? 'yes' : '–'} |`;
  });
  const rows = Object.entries(openApi.parse(document).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const law = operation['x-access'];
      const key = law.accessKey === null ? '–' : `\`${law.accessKey}\``;
      const proof = law.asksProof ? 'yes' : '–';
      return `| \`${method.toUpperCase()}\` | \`${path}\` | ${whoOf(law)} | ${key} | ${proof} |`;
    }),
  );
  return `${note}# Who may

A test calls every address below as everybody who could call, with objects of their own and of others, and holds each
answer against this page.

- Everything is within one organization. What belongs to another, or lies at a site that one does not reach, is answered
  exactly like what does not exist.
- An \`admin\` and a \`manager\` reach every site, an \`owner\` and a \`viewer\` the sites that name them. An access key
  reaches the sites it was made for, and never more than who made it.
- Channels are the organization's: an access key that is limited to some sites cannot manage them.
- Nobody gives, takes or changes a role above their own.
- Where the organization asks for a second factor, whoever signed in without one reaches only their account.
- "Proof" means that a person must have proved in the last ten minutes who they are, by signing in or again.
- Removing a channel asks for it, because a stolen session must not silence alerts. A token asks for none: it can do no
  more than who asked for it, and ends by itself, after five minutes where nobody asked for more and an hour at most. It is checked by others without asking here, so it
  outlives the removal of whoever it was made for until it expires: ask for a short life.
- Whoever signs a member out ends the sessions that are about this organization. Those about others stay, and can turn to
  this one for as long as the person is a member: removing the member ends that.

## Permissions and roles

| permission | what it allows | ${roles.join(' | ')} | access key |
| --- | --- | ${roles.map(() => '---').join(' | ')} | --- |
${permissions.join('\n')}

## Addresses

| method | address | who | access key with | proof |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

function errorsPage(): string {
  const rows = Object.entries(errorTable).map(
    ([code, { status, title }]) => `| \`${code}\` | ${status} | ${title} |`,
  );
  return `${note}# Errors

Every error that the API answers is a problem document (RFC 9457, \`application/problem+json\`) with one of these codes
in \`code\`, a sentence for a person in \`detail\`, and in \`fields\` what is wrong with which part of the request. Pages
and the log use the same codes.

| code | status | what it says |
| --- | --- | --- |
${rows.join('\n')}
`;
}

function settingsPage(): string {
  const rows = Object.entries(settingsSchema.shape).map(([name, field]) => {
    const text = z.globalRegistry.get(field)?.description ?? field.description ?? '';
    return `| \`${name}\` | ${defaultOf(field)} | ${text} |`;
  });
  return `${note}# Settings

Settings are environment variables. A wrong value or a name that does not exist is an error at start, and all errors are
told at once. Secrets are never printed.

| name | default | what it does |
| --- | --- | --- |
${rows.join('\n')}
`;
}

function defaultOf(field: z.ZodType): string {
  const parsed = field.safeParse(undefined);
  return parsed.success && parsed.data !== undefined ? `\`${String(parsed.data)}\`` : '–';
}

function commandsPage(): string {
  const parts = Object.values(commands).map((command) => `## ${command.usage}\n\n${command.summary}\n`);
  return `${note}# Commands

Each is called as \`npm run vedette -- …\`; \`npm start\` is \`serve\` after building the pages.

${parts.join('\n')}`;
}

function eventsPage(): string {
  const rows = Object.entries(outgoingEvents).map(
    ([type, { when, subject }]) => `| \`${type}\` | ${subject} | ${when} |`,
  );
  return `${note}# Events

What happens comes out over Kafka as [CloudEvents 1.0](https://github.com/cloudevents/spec), where \`VEDETTE_EVENTS\` says so:
[the guide](../guide/events.md) says how to read them. [events.json](events.json) is the JSON Schema of each; \`data\` has the
shapes of the [API](api.md).

| attribute | what it says |
| --- | --- |
| \`id\` | the same however often the event comes: drop repeats by it |
| \`source\` | the installation and the organization, \`<public address>/organizations/<id>\` |
| \`type\` | one of those below; what a type means never changes |
| \`subject\` | the id of what it speaks of |
| \`time\` | when it happened, RFC 3339, UTC; times in \`data\` are milliseconds since 1970, as in the API |
| \`organization\`, \`site\`, \`camera\` | ids; \`site\` and \`camera\` are missing where there is none |
| \`partitionkey\` | the key of the record: the site, so that what happens at one keeps its order |

| type | subject | when |
| --- | --- | --- |
${rows.join('\n')}
`;
}

function metricsPage(): string {
  const rows = seriesNames.map((name) => {
    const { kind, says, labels, roles: told } = seriesOf(name);
    const values = Object.entries(labels).map(
      ([label, known]) =>
        `\`${label}\`${known === null ? '' : `: ${known.map((each) => `\`${each}\``).join(', ')}`}`,
    );
    const who = told.length === meteredRoles.length ? 'every' : told.join(', ');
    return `| \`${name}\` | ${kind} | ${says} | ${values.join('; ') || '–'} | ${who} |`;
  });
  return `${note}# Metrics

What every process tells at \`/metrics\`, in the text format of Prometheus: [the guide](../guide/metrics.md) says where, and to
whom. Labels say kinds, never names: nothing of people, sites, cameras or addresses. Counters begin at zero with the process,
and histograms have \`_bucket\`, \`_sum\` and \`_count\`.

What belongs to all processes together (the queue, the outbox) each of those that tell it tells the same: take \`max\`,
not \`sum\`. What a service must be asked for is asked at most every 15 seconds; while the service is away, its series has no samples.

| name | kind | what it says | labels | processes with the role |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

if (import.meta.main) {
  for (const [name, text] of Object.entries(await referencePages())) {
    writeFileSync(new URL(name, import.meta.url), text);
  }
}
