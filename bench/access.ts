// What access costs: signing in beside the hash that it is made of, the gate of every request, and the law itself.

import { argon2Passwords } from '../src/adapters/better-auth/passwords.ts';
import { percentiles } from '../src/app/replay/report.ts';
import { paths } from '../src/http/contract/paths.ts';
import { admit } from '../src/http/gate.ts';
import { walkAccess } from '../test/houses/access-walk.ts';
import { openHouse, password } from '../test/houses/http.ts';
import { makePerson, makeTenant } from '../test/houses/tenancy.ts';
import { atMost, exactly, type Row } from './row.ts';

const signIns = 60;
const requests = 4_000;
/** What is around the hash may cost half of it, on a machine that does other things as well. */
const signInRatio = { p50: 1.5, p95: 1.5 } as const;
const overheadMs = 0.3;

export async function measure(): Promise<Row[]> {
  return [...(await signIn()), ...(await gate()), ...(await law())];
}

/** Signing in through the front door, and the same number of hashes alone, in turn. */
async function signIn(): Promise<Row[]> {
  const house = await openHouse();
  const { email } = await makePerson(house, await makeTenant(house, 'Bench'), 'admin');
  const passwords = argon2Passwords();
  const stored = await passwords.hash(password);
  const [whole, alone]: [number[], number[]] = [[], []];
  for (let made = 0; made < signIns; made++) {
    const peerAddress = `192.0.2.${made}`;
    const json = { email, password };
    whole.push(await msOf(() => house.call('POST', paths.session, { json, peerAddress })));
    alone.push(await msOf(() => passwords.verify(stored, password)));
    await house.deps.clock.advance(3_600_000);
  }
  return (['p50', 'p95'] as const).map((rank) => {
    const [door, hash] = [whole, alone].map((each) => percentiles(each)?.[rank] ?? Number.NaN);
    const [value = Number.NaN, beside = Number.NaN] = [door, hash];
    const most = signInRatio[rank];
    const row = atMost(`access/sign-in ${rank}`, value, 'ms', beside * most, {
      name: `Argon2id ${rank}`,
      value: beside,
    });
    return { ...row, target: `≤ ${most} × Argon2id` };
  });
}

/** A route for members minus the same handler for everybody: what the gate adds to a request, in this process. */
async function gate(): Promise<Row[]> {
  const house = await openHouse();
  const { cookie } = await makePerson(house, await makeTenant(house, 'Bench'), 'admin');
  const { deps } = house;
  const request = () => new Request(`http://localhost:8080${paths.sites}`, { headers: { cookie } });
  const open = { allow: 'public', asksProof: false } as const;
  const closed = { allow: 'view', asksProof: true } as const;
  const [guarded, free]: [number[], number[]] = [[], []];
  for (let made = 0; made < requests; made++) {
    guarded.push(await msOf(() => admit(deps, closed, request())));
    free.push(await msOf(() => admit(deps, open, request())));
    // Sessions are remembered for two seconds: a busy page asks about this often.
    await deps.clock.advance(100);
  }
  const [with_, without] = [guarded, free].map((each) => percentiles(each)?.p50 ?? Number.NaN) as [
    number,
    number,
  ];
  const peer = { name: 'public', value: without };
  return [atMost('access/overhead p50', with_ - without, 'ms a request', overheadMs, peer)];
}

/** Everybody at every address, with objects of both tenants. */
async function law(): Promise<Row[]> {
  const { combinations, off } = await walkAccess();
  const peer = { name: 'combinations', value: combinations };
  return [exactly('access/off the table', off.length, 'answers', 0, peer)];
}

async function msOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
