// Turns at dear work: fair between networks, and every route that hashes waits for its own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { openHouse, password } from '../../test/houses/http.ts';
import { paths } from './contract/paths.ts';
import { hashing } from './limits.ts';
import { turns } from './turns.ts';

test('a network has its turns and its line, others have their own, and the line moves on', async () => {
  const inTurn = turns({ atOncePerNetwork: 2, waitingPerNetwork: 3 });
  const ends: (() => void)[] = [];
  const work = () => new Promise<void>((resolve) => ends.push(resolve));
  const mine = Array.from({ length: 8 }, () =>
    inTurn('2001:db8::1', work).then(
      () => 'done',
      () => 'refused',
    ),
  );
  const next = async () => {
    ends.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  await next();
  assert.equal(ends.length, 2, 'one ended, one moved up');
  const other = inTurn('2001:db8:1::1', work);
  assert.equal(ends.length, 3, 'who comes from elsewhere does not wait');
  const neighbour = inTurn('2001:db8::2', work);
  assert.equal(ends.length, 3, 'the neighbour in the same network does');
  for (let i = 0; i < 8; i += 1) await next();
  await Promise.all([other, neighbour]);
  assert.deepEqual((await Promise.all(mine)).toSorted(), [
    ...Array<string>(5).fill('done'),
    ...Array<string>(3).fill('refused'),
  ]);
});

test('failing work gives its turn back', async () => {
  const inTurn = turns({ atOncePerNetwork: 1, waitingPerNetwork: 0 });
  for (let i = 0; i < 3; i += 1) {
    await assert.rejects(
      inTurn('192.0.2.1', () => Promise.reject(new Error('no'))),
      /no/,
    );
  }
});

test('every route that takes a password waits for its turn at hashing', async () => {
  const { http } = await openHouse();
  const takesPassword = http.routes.filter(({ body, path }) => {
    // Those of cameras are not kept as hashes.
    if (body === null || path.startsWith(paths.cameras)) return false;
    return /"(password|current|next)":/.test(
      JSON.stringify(z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' })),
    );
  });
  assert.ok(takesPassword.length >= 5);
  const without = takesPassword.filter(({ hashesPassword }) => !hashesPassword).map(({ path }) => path);
  assert.deepEqual(without, []);
});

test('a flood of passwords from one address keeps nobody else out', async () => {
  const house = await openHouse();
  await house.setUp();
  const flood = Array.from({ length: 200 }, (_, i) =>
    house.call('POST', paths.session, {
      json: { email: `x${i}@example.org`, password: 'a long password' },
      peerAddress: '203.0.113.9',
    }),
  );
  const json = { email: 'ada@example.org', password };
  const ada = await house.call('POST', paths.session, { json, peerAddress: '198.51.100.7' });
  assert.equal(ada.status, 200);
  const statuses = (await Promise.all(flood)).map(({ status }) => status);
  assert.equal(
    statuses.filter((status) => status === 401).length,
    hashing.atOncePerNetwork + hashing.waitingPerNetwork,
  );
});
