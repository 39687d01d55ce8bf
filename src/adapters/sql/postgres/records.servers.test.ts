// Records on a real PostgreSQL: the whole suite of the port.

import { postgresHouse } from '../../../../test/houses/postgres.ts';
import { postgresIsMissing } from '../../../../test/servers/postgres.ts';
import { recordsContract } from '../../../core/ports/records.contract.ts';
import { test } from 'node:test';

const house = postgresHouse();

if (postgresIsMissing !== false) test('records on PostgreSQL', { skip: postgresIsMissing }, () => {});
else {
  recordsContract('records on PostgreSQL', async (t) => {
    const { fresh, open } = house();
    return (await open(t, await fresh())).records;
  });
}
