// CSV: what a spreadsheet makes of names that were not meant well.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csv } from './csv.ts';

const lineOf = (...cells: (string | number | null)[]) => csv(['head'], [cells]).split('\r\n')[1];

test('a name is never a formula, in either width, also where the spreadsheet splits at semicolons', () => {
  for (const [name, cell] of [
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(1)', "'@SUM(1)"],
    [' =1', "' =1"],
    ['\uff1d1+1', "'\uff1d1+1"],
    ['Yard;=1+1', `"Yard;'=1+1"`],
    ['Yard;;  =1', `"Yard;;'  =1"`],
    ['=a;-b', `"'=a;'-b"`],
  ] as const) {
    assert.equal(lineOf(name, 1), `${cell},1`);
  }
});

test('other names stand as they are, quoted where they have to be', () => {
  const names = ['M\u00fcller - Yard', 'a=b', 'a, "b"'] as const;
  assert.equal(lineOf(...names, -1, 0.5, null), 'M\u00fcller - Yard,a=b,"a, ""b""",-1,0.5,');
});
