// npm run docs: the pages of the reference that the code itself can write.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { commands } from '../../src/app/commands/table.ts';
import { readSettings, settingsSchema } from '../../src/app/settings.ts';
import { openHub } from '../../src/app/wire/hub.ts';
import { errorTable } from '../../src/core/errors.ts';
import { silentLog } from '../../src/core/ports/log.ts';
import { paths } from '../../src/http/contract/paths.ts';

const note = '<!-- Written by `npm run docs`. Do not edit. -->\n';

/** Every generated page, by its file name in docs/reference. */
export async function referencePages(): Promise<Record<string, string>> {
  const openapi = await openApiDocument();
  return {
    'openapi.json': `${JSON.stringify(openapi, null, 2)}\n`,
    'api.md': apiPage(openapi),
    'errors.md': errorsPage(),
    'settings.md': settingsPage(),
    'commands.md': commandsPage(),
  };
}

const openApi = z.object({
  openapi: z.string(),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({ summary: z.string(), security: z.array(z.unknown()).optional() }).loose(),
    ),
  ),
});

/** The document that the program itself serves, from a folder that is thrown away. */
async function openApiDocument(): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-docs-'));
  const hub = await openHub(readSettings({ VEDETTE_DATA: folder, VEDETTE_PORT: '0' }), silentLog);
  try {
    return await (await fetch(new URL(paths.openapi, hub.url))).json();
  } finally {
    await hub.stop();
    rmSync(folder, { recursive: true });
  }
}

function apiPage(document: unknown): string {
  const rows = Object.entries(openApi.parse(document).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const isPublic = operation.security?.length === 0;
      return `| \`${method.toUpperCase()}\` | \`${path}\` | ${operation.summary} | ${isPublic ? 'anybody' : 'who is signed in'} |`;
    }),
  );
  return `${note}# The API

The [OpenAPI 3.1 document](openapi.json) has every schema; a running Vedette serves it at \`${paths.openapi}\`. Errors are
[problem documents](errors.md).

| method | address | what it does | who may |
| --- | --- | --- | --- |
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

if (import.meta.main) {
  for (const [name, text] of Object.entries(await referencePages())) {
    writeFileSync(new URL(name, import.meta.url), text);
  }
}
