// The access law, held against every answer.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Law, type LawTable, walkAccess } from '../../test/houses/access-walk.ts';

/** The rows of docs/reference/access.md, which people read. */
function writtenTable(): LawTable {
  const text = readFileSync(new URL('../../docs/reference/access.md', import.meta.url), 'utf8');
  const table = new Map<string, Law>();
  for (const line of text.split('\n')) {
    const cells = line.split('|').map((cell) => cell.trim());
    const [, method = '', path = '', who = '', accessKey = '', proof = ''] = cells;
    const address = /^`(\/.*)`$/.exec(path)?.[1];
    if (address === undefined) continue;
    table.set(`${method.replaceAll('`', '').toLowerCase()} ${address}`, {
      anybody: who === 'anybody',
      oneself: who === 'whoever is signed in, about themselves',
      roles: /^(anybody|whoever)/.test(who) ? [] : who.split(', '),
      accessKey: /^`([a-z-]+)`$/.exec(accessKey)?.[1] ?? null,
      asksProof: proof === 'yes',
    });
  }
  return table;
}

test('every route answers everybody as the written table says, and nothing of others shows', async () => {
  const { combinations, off, routes } = await walkAccess(writtenTable());
  assert.deepEqual(off, []);
  assert.ok(routes >= 70 && combinations >= 35 * routes, `${combinations} combinations of ${routes} routes`);
});
