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
