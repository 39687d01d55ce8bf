// The operator's command on a data folder.

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { household } from '../../../test/houses/rows.ts';
import { temporaryFolder } from '../../../test/servers/vedette.ts';
import { silentLog } from '../../core/ports/log.ts';
import { readSettings } from '../settings.ts';
import { openHouse } from '../wire/house.ts';
import { user } from './user.ts';

test('where there is no installation none is made', async () => {
  await using folder = await temporaryFolder();
  const data = join(folder.path, 'data');
  await assert.rejects(user.run(['list'], { VEDETTE_DATA: data }), { code: 'not-found' });
  await assert.rejects(rm(data), { code: 'ENOENT' });
});

test('while a server runs on the folder, the command says so and changes nothing', async () => {
  await using folder = await temporaryFolder();
  const environment = { VEDETTE_DATA: folder.path };
  await using house = await openHouse(readSettings(environment), silentLog);
  await household(house.records);
  await assert.rejects(user.run(['list'], environment), { code: 'data-in-use', message: /Stop it first/ });
});

test('a password typed as a word is refused and not repeated', async () => {
  for (const words of [['hunter2'], ['reset', 'hunter2'], ['constructor'], []]) {
    await assert.rejects(user.run(words, {}), (error) => {
      assert.ok(error instanceof Error && 'code' in error && error.code === 'request-invalid');
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    });
  }
  await assert.rejects(user.run(['reset', '--password', 'hunter2'], {}), /Unknown option '--password'/);
});
