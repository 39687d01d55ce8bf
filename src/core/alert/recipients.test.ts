// Who is told, and who is told no longer.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { email, episode, openScene } from '../../../test/houses/incident.ts';
import { channel, id, member, organization, site } from '../../../test/houses/rows.ts';
import { memoryNotifier } from '../../adapters/memory/notifier.ts';
import type { SiteId } from '../brand.ts';
import { handleSighting } from '../incident/handle-sighting.ts';
import { roles } from '../organization/organization.ts';
import { changeProfile } from '../organization/profile.ts';
import { addChannel, listChannels, removeChannel, testChannel } from './channels.ts';
import { findChannel, personalChannelId, recipients } from './recipients.ts';

test('whoever is in an organization, exactly those who want it and reach the site are told, no mailbox twice', () => {
  const of = organization();
  const sites = [site(of), site(of), site(of)] as const;
  const addresses = ['a@example.org', 'B@example.org', 'c@example.org', 'd@example.org'];
  const person = fc.record({
    role: fc.constantFrom(...roles),
    siteIds: fc.subarray(sites.map((each): SiteId => each.id)),
    alertsByEmail: fc.boolean(),
    email: fc.constantFrom(...addresses.map((address) => address.toLowerCase())),
  });
  fc.assert(
    fc.property(
      fc.uniqueArray(person, { selector: (each) => each.email }),
      fc.subarray(addresses),
      (people, shared) => {
        const members = people.map((each) => member(of, each));
        const channels = shared.map((address) => ({ ...channel(of), address }));
        const told = recipients(sites[0].id, channels, members);
        const reached = people.filter(
          (each) =>
            each.alertsByEmail &&
            (each.role === 'admin' || each.role === 'manager' || each.siteIds.includes(sites[0].id)),
        );
        const expected = new Set([
          ...shared.map((a) => a.toLowerCase()),
          ...reached.map((each) => each.email),
        ]);
        const mailboxes = told.map((each) => (each.kind === 'email' ? each.address.toLowerCase() : ''));
        assert.deepEqual(mailboxes.toSorted(), [...expected].toSorted());
      },
    ),
  );
});

test('an alert that waits goes to where the person is now, and to nobody who is gone', async (t) => {
  const scene = await openScene();
  t.after(() => scene.close());
  await scene.arm('armed-away', -600);
  const { records } = scene;
  const owner = await scene.addMember();
  await handleSighting(scene.deps, episode(scene, scene.cameras[0], 0)('began', 1));
  const [incident] = await scene.incidents();
  const [alert] = await records.alerts.ofIncident(incident?.id ?? id());
  assert.ok(alert !== undefined);
  const address = async () => {
    const found = await findChannel(records, alert);
    return found?.kind === 'email' ? found.address : null;
  };
  assert.equal(await address(), owner.email);
  await changeProfile({ records }, owner.userId, { email: 'Ada@Elsewhere.example' });
  assert.equal(await address(), 'ada@elsewhere.example');
  await changeProfile({ records }, owner.userId, { alertsByEmail: false });
  assert.equal(await address(), null);
  await changeProfile({ records }, owner.userId, { alertsByEmail: true });
  await records.members.update(owner.id, { siteIds: [] });
  assert.equal(await address(), null);
  await records.members.update(owner.id, { role: 'manager' });
  assert.equal(await address(), 'ada@elsewhere.example');
  await records.members.delete(owner.id);
  assert.equal(await address(), null);
});

test('a personal channel is nobody else’s to see, test or remove', async (t) => {
  const scene = await openScene();
  t.after(() => scene.close());
  const channelId = personalChannelId(await scene.addMember());
  const notifiers = { email: memoryNotifier('email'), webhook: memoryNotifier('webhook') };
  await addChannel({ ...scene, notifiers }, scene.caller, { ...email, name: 'Owner' });
  assert.equal((await listChannels(scene, scene.caller)).length, 1);
  await assert.rejects(removeChannel(scene, scene.caller, { channelId }), { code: 'not-found' });
  const testing = testChannel({ ...scene, notifiers }, scene.caller, { channelId, publicUrl: 'http://a' });
  await assert.rejects(testing, { code: 'not-found' });
  assert.equal(notifiers.email.attempts, 0);
});
