import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Camera, CameraStatus } from '../../src/http/contract/cameras.ts';
import type { Person } from '../../src/http/contract/people.ts';
import type { Site } from '../../src/http/contract/sites.ts';
import { testSite } from './site.testing.ts';
import { clientName, clientsBySite, clientsName, clientsOf } from './clients.ts';

const now = 1_800_000_000_000;

function owner(name: string, siteIds: string[], other: Partial<Person> = {}): Person {
  return {
    id: `person ${name}`,
    name,
    email: `${name}@example.org`,
    phone: null,
    role: 'owner',
    siteIds,
    createdAt: 1,
    lastSeenAt: null,
    hasSecondFactor: false,
    isDisabled: false,
    ...other,
  };
}

function site(id: string, other: Partial<Site> = {}): Site {
  return testSite({ id, name: id, ...other });
}

function camera(siteId: string, state: CameraStatus['state']): Camera {
  return {
    id: `${siteId} ${state}`,
    siteId,
    name: 'Gate',
    source: { kind: 'demo' },
    enabled: true,
    createdAt: 1,
    status: {
      state,
      since: 1,
      problem: null,
      notice: null,
      picture: null,
      framesPerSecond: 0,
      bitsPerSecond: 0,
      lastFragmentAt: now,
      detection: 'running',
    },
  };
}

test('owners who share the same sites are one client, others are clients of their own', () => {
  const people = [
    owner('Charles', ['b', 'a'], { lastSeenAt: 5 }),
    owner('Ada', ['a', 'b'], { lastSeenAt: 9 }),
    owner('Cid', ['b']),
    owner('Viv', ['a'], { role: 'viewer' }),
    owner('Max', [], { role: 'manager' }),
  ];
  const clients = clientsOf(people, [site('a'), site('b')], [], now);
  assert.deepEqual(clients.map(clientName), ['Ada and Charles', 'Cid']);
  assert.equal(clients[0]?.lastSeenAt, 9);
  assert.equal(clients[1]?.lastSeenAt, null);
});

test('owners without a site, or whose sites are gone, are not thrown together', () => {
  const clients = clientsOf([owner('Ada', []), owner('Cid', ['gone'])], [site('a')], [], now);
  assert.deepEqual(clients.map(clientName), ['Ada', 'Cid']);
  assert.deepEqual(clients[1]?.sites, []);
});

test('a client’s standing counts its own sites only', () => {
  const sites = [
    site('a', { arming: 'armed-away', openIncidents: 2 }),
    site('b', { openIncidents: 1 }),
    site('c', { openIncidents: 7 }),
  ];
  const cameras = [camera('a', 'recording'), camera('b', 'offline'), camera('c', 'offline')];
  assert.deepEqual(clientsOf([owner('Ada', ['a', 'b'])], sites, cameras, now)[0]?.standing, {
    sites: 2,
    armed: 1,
    cameras: 2,
    troubled: 1,
    openIncidents: 3,
  });
});

test('a site knows its clients', () => {
  const clients = clientsOf([owner('Ada', ['a', 'b']), owner('Cid', ['b'])], [site('a'), site('b')], [], now);
  const bySite = clientsBySite(clients);
  assert.equal(clientsName(bySite.get('a')), 'Ada');
  assert.equal(clientsName(bySite.get('b')), 'Ada, Cid');
  assert.equal(clientsName(bySite.get('c')), null);
  assert.equal(clientName({ owners: [owner('A', []), owner('B', []), owner('C', [])] }), 'A and 2 more');
});
