// What every ballast keeps.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Ballast } from './ballast.ts';

export interface BallastHarness {
  readonly ballast: Ballast;
  /** Whether it takes its room now. */
  isKept(): Promise<boolean>;
}

/** Runs the suite; `open` gives fresh ballast on a disk with or without room for it. */
export function ballastContract(
  name: string,
  open: (t: TestContext, options: { hasRoom: boolean }) => Promise<BallastHarness>,
): void {
  test(`${name}: it is kept until it is released, and released only once`, async (t) => {
    const { ballast, isKept } = await open(t, { hasRoom: true });
    assert.equal(await isKept(), true);
    assert.equal(await ballast.release(), true);
    assert.equal(await isKept(), false);
    assert.equal(await ballast.release(), false);
  });

  test(`${name}: of many who release it at the same time, one at most is told that it gave room`, async (t) => {
    const { ballast, isKept } = await open(t, { hasRoom: true });
    const given = await Promise.all(Array.from({ length: 8 }, () => ballast.release()));
    assert.equal(given.filter(Boolean).length, 1);
    assert.equal(await isKept(), false);
  });

  test(`${name}: restored it can be released again, and restoring what is kept changes nothing`, async (t) => {
    const { ballast, isKept } = await open(t, { hasRoom: true });
    await ballast.restore();
    assert.equal(await isKept(), true);
    await ballast.release();
    await Promise.all([ballast.restore(), ballast.restore()]);
    assert.equal(await isKept(), true);
    assert.equal(await ballast.release(), true);
  });

  test(`${name}: without room it stays off, which is no error, and gives none`, async (t) => {
    const { ballast, isKept } = await open(t, { hasRoom: false });
    await ballast.release();
    await ballast.restore();
    assert.equal(await isKept(), false);
    assert.equal(await ballast.release(), false);
  });
}
