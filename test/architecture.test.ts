// The architecture test: the folder list is the diagram, and the code keeps to it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findViolations, importsOf, readTree } from './import-law.ts';

const root = new URL('..', import.meta.url).pathname;

test('every file of the tree keeps the import law', () => {
  const files = readTree(root, ['src', 'web']);
  const rooms = new Set(files.map((file) => file.path.split('/').slice(0, 2).join('/')));
  for (const room of ['src/core', 'src/adapters', 'src/http', 'src/workers', 'src/recorder', 'src/app']) {
    assert.ok(rooms.has(room), `${room} has no files: the law looked at the wrong tree`);
  }
  assert.deepEqual(findViolations(files), []);
});

test('an empty tree is refused', () => {
  assert.throws(() => findViolations([]), /no files/);
});

const broken: readonly (readonly [name: string, path: string, text: string])[] = [
  ['core imports an npm package', 'src/core/a.ts', "import { z } from 'zod';"],
  ['core imports a node module', 'src/core/a.ts', "import { readFile } from 'node:fs';"],
  [
    'core imports an adapter type',
    'src/core/site/a.ts',
    "import type { B } from '../../adapters/fs/blobs.ts';",
  ],
  ['an adapter imports another', 'src/adapters/fs/a.ts', "import { b } from '../sql/b.ts';"],
  ['http imports a worker', 'src/http/a.ts', "import { b } from '../workers/b.ts';"],
  ['a worker imports the recorder dynamically', 'src/workers/a.ts', "await import('../recorder/b.ts');"],
  [
    'the recorder starts a worker of an adapter',
    'src/recorder/a.ts',
    "new URL('../adapters/av/b.ts', import.meta.url)",
  ],
  ['the spool imports a writer', 'src/recorder/spool/a.ts', "import { b } from '../write/b.ts';"],
  ['the watch imports a writer', 'src/recorder/watch/a.ts', "import type { B } from '../write/b.ts';"],
  ['a capture imports its camera', 'src/recorder/capture/a.ts', "import { b } from '../camera/b.ts';"],
  ['a camera imports the recorder', 'src/recorder/camera/a.ts', "import { b } from '../recorder.ts';"],
  ['a command imports an adapter', 'src/app/commands/a.ts', "import { b } from '../../adapters/fs/b.ts';"],
  ['a page imports core', 'web/a.ts', "import type { Site } from '../src/core/site/site.ts';"],
  ['a re-export breaks out', 'src/core/a.ts', "export * from '../http/b.ts';"],
  ['a relative import lacks its extension', 'src/core/a.ts', "import { b } from './b';"],
  ['a route imports a suite', 'src/http/a.ts', "import { b } from '../core/ports/b.contract.ts';"],
  ['a file stands in no room', 'src/utils/a.ts', "import { b } from './b.ts';"],
];

for (const [name, path, text] of broken) {
  test(`the law is broken when ${name}`, () => {
    assert.equal(findViolations([{ path, text }]).length, 1);
  });
}

test('what the law allows passes', () => {
  const allowed = [
    { path: 'src/core/site/a.ts', text: "import type { B } from '../brand.ts';" },
    {
      path: 'src/adapters/fs/a.ts',
      text: "import fs from 'node:fs';\nimport type { B } from '../../core/brand.ts';",
    },
    { path: 'src/recorder/capture/a.ts', text: "import { b } from '../spool/b.ts';" },
    { path: 'src/app/wire/house.ts', text: "import { b } from '../../adapters/fs/b.ts';" },
    { path: 'web/a.tsx', text: "import { paths } from '../src/http/contract/paths.ts';" },
  ];
  assert.deepEqual(findViolations(allowed), []);
});

test('imports over several lines and in comments are told apart', () => {
  const text =
    "// import { a } from 'commented';\nimport type {\n  B,\n  C,\n} from './b.ts';\nimport './c.ts';";
  assert.deepEqual(importsOf(text), ['./b.ts', './c.ts']);
});
