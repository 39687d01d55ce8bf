import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Camera, CameraStatus } from '../../src/http/contract/cameras.ts';
import type { Site } from '../../src/http/contract/sites.ts';
import { glance } from './glance.ts';
import { testSite } from './site.testing.ts';

const now = 1_800_000_000_000;

function camera(name: string, state: CameraStatus['state'], lastFragmentAt: number | null = now): Camera {
  return {
    id: name,
    siteId: 'a',
    name,
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
      lastFragmentAt,
      detection: 'running',
    },
  };
}

function site(arming: Site['arming']): Site {
  return testSite({ arming });
}

const calm = { unresolved: 0, warned: false };
const waiting = { unresolved: 1, warned: false };
const recording = [camera('Gate', 'recording'), camera('Yard', 'recording')];

test('all is well where all cameras record and nothing waits', () => {
  assert.deepEqual(glance([site('disarmed')], recording, calm, now), {
    tone: 'good',
    title: 'All is well',
    detail: '2 cameras record. The site is disarmed.',
  });
  const two = glance([site('disarmed'), site('armed-home')], recording, calm, now);
  assert.match(two?.detail ?? '', /1 of 2 sites is armed/);
});

test('all is not well while an incident waits: the banner speaks of it', () => {
  assert.equal(glance([site('armed-away')], recording, waiting, now), null);
});

test('all is not well while nobody can be told of an incident', () => {
  assert.equal(glance([site('armed-away')], recording, { ...calm, warned: true }, now), null);
  const troubled = glance([site('disarmed')], [camera('Door', 'offline')], { ...calm, warned: true }, now);
  assert.equal(troubled?.title, 'A camera needs a look');
});

test('cameras without pictures are named, also those that claim to record', () => {
  const silent = camera('Roof', 'recording', now - 60_000);
  const told = glance([site('disarmed')], [...recording, camera('Door', 'offline'), silent], waiting, now);
  assert.equal(told?.tone, 'bad');
  assert.match(told?.detail ?? '', /Door: offline, Roof: no picture for 1 min\./);
  const many = ['1', '2', '3', '4', '5'].map((name) => camera(name, 'offline'));
  assert.match(glance([site('disarmed')], many, calm, now)?.detail ?? '', /and 2 more/);
});

test('of several sites, the one of each camera is named', () => {
  const sites = [site('disarmed'), { ...site('disarmed'), id: 'b', name: 'Shop' }];
  assert.equal(glance(sites, [camera('Door', 'offline')], calm, now)?.detail, 'Door at Home: offline.');
});

test('a camera that is switched off is no trouble, but nothing recorded is not well', () => {
  assert.equal(
    glance([site('disarmed')], [...recording, camera('Off', 'disabled')], calm, now)?.tone,
    'good',
  );
  assert.equal(glance([site('disarmed')], [camera('Off', 'disabled')], calm, now)?.tone, 'busy');
  assert.equal(glance([], [], calm, now), null);
});

test('cameras whose images are pushed do not record, and are not counted among those that do', () => {
  const pushed = camera('Drive', 'receiving');
  const said = (cameras: readonly Camera[]) => glance([site('disarmed')], cameras, calm, now)?.detail;
  assert.equal(said([...recording, pushed]), '2 cameras record, 1 sends images. The site is disarmed.');
  assert.equal(said([pushed, pushed]), '2 cameras send images. The site is disarmed.');
});

test('where no recorder runs, the first thing said is that nothing is recorded', () => {
  const gate = camera('Gate', 'offline');
  const problem = { code: 'recorder-missing', detail: 'No recorder runs.', nextTryAt: null };
  const without = { ...gate, status: { ...gate.status, problem } };
  assert.deepEqual(glance([site('disarmed')], [without, camera('Drive', 'receiving')], calm, now), {
    tone: 'bad',
    title: 'Nothing is recorded',
    detail: 'No recorder runs, so 1 camera has no picture.',
  });
});
