// npm run docs: the pages of the reference that the code itself can write.

import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { commands } from '../../src/app/commands/table.ts';
import { settingsSchema } from '../../src/app/settings.ts';
import { errorTable } from '../../src/core/errors.ts';

const note = '<!-- Written by `npm run docs`. Do not edit. -->\n';

/** Every generated page, by its file name in docs/reference. */
export function referencePages(): Record<string, string> {
  return {
    'errors.md': errorsPage(),
    'settings.md': settingsPage(),
    'commands.md': commandsPage(),
  };
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
  for (const [name, text] of Object.entries(referencePages())) {
    writeFileSync(new URL(name, import.meta.url), text);
  }
}
