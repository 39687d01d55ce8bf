// Integrators who push images, for tests of what becomes of them.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { z } from 'zod';
import { Problem } from '../../src/http/contract/common.ts';
import { ImageStatus } from '../../src/http/contract/images.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { type Log, silentLog } from '../../src/core/ports/log.ts';
import { startIngest } from '../../src/workers/ingest.ts';
import { type House, type HouseOptions, openHouse } from './http.ts';

export const Named = z.object({ id: z.string() });
/** What was answered, held against its contract. */
export const answer = async <S extends z.ZodType>(schema: S, response: Response | Promise<Response>) =>
  schema.parse(await (await response).json());

export interface Integrator {
  readonly house: House;
  readonly cookie: string;
  readonly siteId: string;
  readonly key: string;
  push(image: Uint8Array<ArrayBuffer>, query?: string, headers?: Record<string, string>): Promise<Response>;
  status(id: string): Promise<ImageStatus>;
}

/** A house with an integrator who may push to its first site; what its HTTP edge logs goes to `log`. */
export async function integrator(options: HouseOptions = {}, log: Log = silentLog): Promise<Integrator> {
  const house = await openHouse(options, log);
  const cookie = await house.setUp();
  const [site] = await answer(z.array(Named), house.call('GET', paths.sites, { cookie }));
  assert.ok(site);
  const key = await newKey(house, cookie, null);
  const authorization = `Bearer ${key}`;
  return {
    ...{ house, cookie, key, siteId: site.id },
    push: (image, query = `?siteId=${site.id}`, headers = {}) =>
      house.call('POST', paths.images + query, {
        headers: { authorization, 'content-type': 'image/jpeg', ...headers },
        body: image,
      }),
    status: (id) => answer(ImageStatus, house.call('GET', paths.image(id), { headers: { authorization } })),
  };
}

/** A key that pushes to these sites; null is all. */
export async function newKey(
  house: House,
  cookie: string,
  siteIds: readonly string[] | null,
): Promise<string> {
  const json = { name: 'Importer', permissions: ['push-images'], siteIds, lifeDays: 1 };
  const response = await house.call('POST', paths.accessKeys, { cookie, json });
  assert.equal(response.status, 201);
  return (await answer(z.object({ key: z.string() }), response)).key;
}

/** Takes in until nothing waits. */
export async function takeIn(t: TestContext, { deps }: House): Promise<void> {
  const worker = startIngest({ ...deps, ...deps.intake });
  t.after(() => worker.stop());
  while ((await deps.intake.inbox.backlog()) > 0) await deps.clock.advance(10);
  await worker.stop();
}

/** The code of a refusal. */
export const codeOf = async (response: Response) => (await answer(Problem, response)).code;
