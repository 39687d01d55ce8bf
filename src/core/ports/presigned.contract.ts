// What every store that gives out links keeps.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { branded, type Sha256 } from '../brand.ts';
import type { Blobs } from './blobs.ts';
import { maxPresignedMs, type Presigned, type PresignedPut } from './presigned.ts';

export interface PresignedStore {
  readonly blobs: Blobs;
  readonly presigned: Presigned;
  /** Makes the links that follow as if they had been made so long ago. */
  age(ms: number): void;
}

const minuteMs = 60_000;
const bytes = new TextEncoder().encode('the quick brown fox');

function announced(content: Uint8Array): { sizeBytes: number; sha256: Sha256 } {
  const sha256 = branded<Sha256>(createHash('sha256').update(content).digest('hex'));
  return { sizeBytes: content.length, sha256 };
}

function send({ url, headers }: PresignedPut, body: Uint8Array): Promise<Response> {
  return fetch(url.reveal(), { method: 'PUT', headers, body: new Uint8Array(body) });
}

/** Whether the store refused it for what it is, rather than broke. */
function isRefusal({ status }: Response): boolean {
  return status >= 400 && status < 500;
}

/** Runs the suite; `open` gives an empty store. */
export function presignedContract(
  name: string,
  open: (t: TestContext) => Promise<PresignedStore>,
  limits: { readonly skip: string | false },
): void {
  gettingContract(name, open, limits);
  puttingContract(name, open, limits);
}

function gettingContract(
  name: string,
  open: (t: TestContext) => Promise<PresignedStore>,
  limits: { readonly skip: string | false },
): void {
  test(`${name}: a link reads its object and nothing else, until it expires`, limits, async (t) => {
    const { blobs, presigned, age } = await open(t);
    await blobs.put('images/a.jpg', bytes, announced(bytes));
    await blobs.put('images/b.jpg', bytes, announced(bytes));
    const url = (await presigned.presignGet('images/a.jpg', minuteMs)).reveal();
    assert.deepEqual(await (await fetch(url)).bytes(), bytes);
    assert.ok(isRefusal(await fetch(url.replace('a.jpg', 'b.jpg'))));
    assert.ok(isRefusal(await fetch(url, { method: 'DELETE' })));
    assert.ok(isRefusal(await fetch(url, { method: 'PUT', body: 'other' })));
    age(2 * minuteMs);
    assert.ok(isRefusal(await fetch((await presigned.presignGet('images/a.jpg', minuteMs)).reveal())));
    assert.equal(
      await (await fetch((await presigned.presignGet('images/a.jpg', 5 * minuteMs)).reveal())).text(),
      'the quick brown fox',
    );
  });

  test(`${name}: a browser saves what a link reads under the name it was given`, limits, async (t) => {
    const { blobs, presigned } = await open(t);
    await blobs.put('a', bytes, announced(bytes));
    const fileName = 'Tür "Süd"\r\nx: y.mp4';
    const answer = await fetch((await presigned.presignGet('a', minuteMs, { fileName })).reveal());
    const disposition = answer.headers.get('content-disposition') ?? '';
    assert.match(disposition, /^attachment; filename="T_r _S_d___x_ y\.mp4"/);
    assert.equal(decodeURIComponent(disposition.split("UTF-8''")[1] ?? ''), fileName);
  });

  test(
    `${name}: what is no key or no time to live is refused, and a link is not printed`,
    limits,
    async (t) => {
      const { presigned } = await open(t);
      await assert.rejects(presigned.presignGet('../a', minuteMs), { code: 'request-invalid' });
      await assert.rejects(presigned.presignPut('A', minuteMs, announced(bytes)), {
        code: 'request-invalid',
      });
      for (const ttlMs of [0, -1, Number.NaN, maxPresignedMs + 1]) {
        await assert.rejects(presigned.presignGet('a', ttlMs), { code: 'request-invalid' });
      }
      assert.ok(!JSON.stringify(await presigned.presignGet('a', minuteMs)).includes('http'));
    },
  );
}

function puttingContract(
  name: string,
  open: (t: TestContext) => Promise<PresignedStore>,
  limits: { readonly skip: string | false },
): void {
  test(`${name}: a link stores its object once, which is then like any other`, limits, async (t) => {
    const { blobs, presigned } = await open(t);
    const link = await presigned.presignPut('inbox/a', minuteMs, announced(bytes));
    assert.equal((await send(link, bytes)).status, 200);
    await presigned.confirmPut('inbox/a', announced(bytes));
    await blobs.put('inbox/a', bytes, announced(bytes));
    assert.ok(isRefusal(await send(link, bytes)), 'an object is not replaced');
    const { 'if-none-match': _condition, ...others } = link.headers;
    assert.ok(isRefusal(await send({ ...link, headers: others }, bytes)), 'nor without the condition');
    assert.deepEqual(new Uint8Array(await blobs.get('inbox/a')), bytes);
  });

  test(
    `${name}: a link stores nothing of another length, under another key, or too late`,
    limits,
    async (t) => {
      const { blobs, presigned, age } = await open(t);
      const link = await presigned.presignPut('inbox/a', minuteMs, announced(bytes));
      assert.ok(isRefusal(await send(link, bytes.slice(1))));
      assert.ok(isRefusal(await send(link, new Uint8Array([...bytes, 1]))));
      const elsewhere = link.url.reveal().replace('inbox/a', 'inbox/b');
      const moved = { ...link, url: { ...link.url, reveal: () => elsewhere } };
      assert.ok(isRefusal(await send(moved, bytes)));
      const otherHash = { ...link.headers, 'x-amz-meta-sha256': 'f'.repeat(64) };
      assert.ok(isRefusal(await send({ ...link, headers: otherHash }, bytes)));
      age(2 * minuteMs);
      assert.ok(
        isRefusal(await send(await presigned.presignPut('inbox/a', minuteMs, announced(bytes)), bytes)),
      );
      assert.deepEqual(await Array.fromAsync(blobs.list('')), []);
    },
  );

  test(
    `${name}: other bytes of the same length are refused at once, or found when they are confirmed`,
    limits,
    async (t) => {
      const { blobs, presigned } = await open(t);
      const link = await presigned.presignPut('inbox/a', minuteMs, announced(bytes));
      const answer = await send(link, new TextEncoder().encode('the quick brown cat'));
      const code = isRefusal(answer) ? 'not-found' : 'footage-damaged';
      await assert.rejects(presigned.confirmPut('inbox/a', announced(bytes)), { code });
      assert.equal(await blobs.head('inbox/a'), null);
      await assert.rejects(presigned.confirmPut('inbox/a', announced(bytes)), { code: 'not-found' });
    },
  );
}
