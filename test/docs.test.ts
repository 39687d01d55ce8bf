// The documentation is tested both ways: what exists is documented, and what is documented exists.

import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { referencePages } from '../docs/reference/generate.ts';

const root = new URL('..', import.meta.url).pathname;

for (const [name, text] of Object.entries(await referencePages())) {
  test(`the reference page ${name} says what the code says (npm run docs)`, () => {
    assert.equal(readFileSync(join(root, 'docs/reference', name), 'utf8'), text);
  });
}

test('every link and picture of the documentation leads somewhere', () => {
  const pages = globSync(['*.md', 'docs/**/*.md'], { cwd: root });
  assert.ok(pages.length >= 8, `only ${pages.length} pages were found`);
  const broken = pages.flatMap((page) =>
    [...readFileSync(join(root, page), 'utf8').matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
      .map((match) => match[1] ?? '')
      .filter((target) => !/^https?:/.test(target) && !existsSync(join(root, dirname(page), target)))
      .map((target) => `${page} → ${target}`),
  );
  assert.deepEqual(broken, []);
});

test('every command that the documentation names exists', async () => {
  const { commands } = await import('../src/app/commands/table.ts');
  const scripts: Record<string, string> = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  ).scripts;
  const pages = globSync(['*.md', 'docs/**/*.md'], { cwd: root }).map((page) =>
    readFileSync(join(root, page), 'utf8'),
  );
  const text = pages.join('\n');
  const named = [...text.matchAll(/npm run vedette -- ([a-z]+)/g)].map((match) => match[1] ?? '');
  assert.ok(named.length > 0);
  assert.deepEqual(
    named.filter((name) => !(name in commands)),
    [],
  );
  const run = [...text.matchAll(/npm run ([a-z]+(?::[a-z]+)*)/g)].map((match) => match[1] ?? '');
  assert.deepEqual(
    run.filter((name) => !(name in scripts)),
    [],
  );
});

test('every provider that a setting can choose, and every port, is on the page of providers; and no other scheme', async () => {
  const { engines } = await import('../src/app/settings-engines.ts');
  const page = readFileSync(join(root, 'docs/reference/providers.md'), 'utf8');
  const schemes = Object.values(engines).flatMap((of) => Object.keys(of).map((scheme) => `${scheme}//`));
  assert.ok(schemes.length >= 9);
  assert.deepEqual(
    schemes.filter((scheme) => !page.includes(`\`${scheme}`)),
    [],
  );
  const named = [...page.matchAll(/`([a-z0-9+-]+:\/\/)/g)].map((match) => match[1] ?? '');
  assert.deepEqual(
    named.filter((scheme) => !schemes.includes(scheme)),
    [],
  );
  const ports = globSync('src/core/ports/*.contract.ts', { cwd: root }).map(
    (path) => /([a-z-]+)\.contract\.ts$/.exec(path)?.[1] ?? '',
  );
  // Records and keys of blobs have suites in parts.
  const whole = ports.filter((port) => !port.startsWith('records-'));
  assert.ok(whole.length >= 15, whole.join(', '));
  assert.deepEqual(
    whole.filter((port) => !new RegExp(`[|\`,] ?\`?${port}[\`, ]`).test(page)),
    [],
  );
});
