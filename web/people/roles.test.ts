import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reachesEverySite as coreReaches, isAbove, roles } from '../../src/core/organization/organization.ts';
import { reachesEverySite, rolesByRank, rolesToGive, whyUntouchable } from './roles.ts';

test('the pages offer exactly the roles that the law lets one give', () => {
  assert.deepEqual([...rolesByRank].toSorted(), [...roles].toSorted());
  for (const own of roles) {
    const allowed = roles.filter((role) => !isAbove(role, own)).toSorted();
    assert.deepEqual([...rolesToGive(own)].toSorted(), allowed, own);
    assert.equal(reachesEverySite(own), coreReaches(own), own);
  }
});

const ada = { id: 'ada', name: 'Ada', role: 'admin' } as const;
const bob = { id: 'bob', name: 'Bob', role: 'manager' } as const;
const cid = { id: 'cid', name: 'Cid', role: 'owner' } as const;
const asked = (person: typeof ada | typeof bob | typeof cid, self: typeof ada | typeof bob, admins = 1) =>
  whyUntouchable(person, { memberId: self.id, role: self.role }, [
    ada,
    bob,
    cid,
    ...Array.from({ length: admins - 1 }, (_, index) => ({ id: `${index}`, role: 'admin' as const })),
  ]);

test('who stands above, the last admin and oneself are not touched, and a sentence says why', () => {
  assert.match(asked(ada, bob) ?? '', /Ada is an admin: your role \(manager\)/);
  assert.match(asked(ada, ada) ?? '', /You are the only admin/);
  assert.match(asked(ada, ada, 2) ?? '', /This is you/);
  assert.match(asked(bob, bob) ?? '', /This is you/);
  assert.equal(asked(cid, bob), null);
  assert.equal(asked(bob, ada), null);
});
