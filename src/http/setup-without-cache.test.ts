// A cache that goes away in the middle of the first setup.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse, sessionsIn, setupForm } from '../../test/houses/http.ts';
import { VedetteError } from '../core/errors.ts';
import { paths } from './contract/paths.ts';
import { SetupAnswer } from './contract/session.ts';

sessionsIn.sharedCache = true;

test('what was set up is a success, also where no session can be kept any more', async () => {
  const house = await openHouse();
  const { cache, records } = house.deps;
  const { set, delete: remove } = cache;
  const awayOnceSetUp = async () => {
    if ((await records.organizations.count()) > 0) throw new VedetteError('cache-unavailable');
  };
  Object.assign(cache, {
    set: async (...given: Parameters<typeof set>) => {
      await awayOnceSetUp();
      return set(...given);
    },
    delete: async (...given: Parameters<typeof remove>) => {
      await awayOnceSetUp();
      return remove(...given);
    },
  });
  const answer = await house.call('POST', paths.setup, { json: setupForm() });
  assert.equal(answer.status, 201, await answer.clone().text());
  assert.equal(SetupAnswer.parse(await answer.json()).next, 'sign-in');
  assert.deepEqual(answer.headers.getSetCookie(), []);
  Object.assign(cache, { set, delete: remove });
  assert.notEqual(await house.signIn(setupForm().email), '');
});
