// Where cameras may be.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addressBytes, embeddedIpv4 } from '../network-address.ts';
import { type CameraPolicy, homePolicy, hostRefusal, requireFile } from './camera-policy.ts';
import { cameraSource } from './camera-source.ts';

const strict: CameraPolicy = {
  allowPrivate: true,
  allowLoopback: false,
  fileFolders: ['/srv/videos', '/mnt/nas/'],
};

// biome-ignore format: a list reads better in rows
const never = [
  '169.254.169.254', '169.254.0.1', '[::ffff:169.254.169.254]', '0xA9FEA9FE', '2852039166', '0251.0376.0251.0376',
  '169.254.43518', '0.0.0.0', '0', '224.0.0.1', '239.255.255.250', '255.255.255.255', '[::]', '[fe80::1]',
  'fe80::1%eth0', '[febf::1]', '[ff02::1]', '[64:ff9b::a9fe:a9fe]', '[64:ff9b:1:a9fe:a9:fe00::]', '[64:ff9b:1:fffe::a9fe:a9fe]', '[2002:a9fe:a9fe::]', '[fd00:ec2::254]',
  '100.100.100.200', '168.63.129.16', 'metadata.google.internal', 'METADATA.google.internal.', 'instance-data',
];
// biome-ignore format: a list reads better in rows
const loopback = [
  '127.0.0.1', '127.1', '0x7f.1', '2130706433', '[::1]', '[::ffff:127.0.0.1]', 'localhost', 'LOCALHOST.', 'a.localhost',
];
// biome-ignore format: a list reads better in rows
const privates = [
  '192.168.1.20', '10.0.0.7', '172.16.3.4', '172.31.255.1', '100.64.0.9', '198.19.0.1', '0xC0A80114', '10.1', '[fd12:3456::7]',
  '[fec0::1]', '[::ffff:10.0.0.7]', '[64:ff9b::c0a8:114]', '[2002:0a00:0001::]', 'camera.local', 'camera.INTERNAL.', 'cam.home.arpa',
];
// biome-ignore format: a list reads better in rows
const cameras = [
  ...privates, '8.8.8.8', '172.32.0.1', '100.128.0.1', '11.0.0.1', '[2001:db8::5]', 'yard-camera', 'cam.example.org',
  'localhost.example.org', 'metadata.example.org', 'local.example.org',
];

test('cloud metadata, link-local, multicast and unspecified hosts are never cameras, in any notation', () => {
  for (const host of never)
    assert.match(hostRefusal(homePolicy, host) ?? '', /not the address of a camera/, host);
});

test('this machine is a camera where the installation allows it', () => {
  for (const host of loopback) {
    assert.equal(hostRefusal(homePolicy, host), null, host);
    assert.match(hostRefusal(strict, host) ?? '', /VEDETTE_ALLOW_LOOPBACK_CAMERAS/, host);
  }
});

test('hosts of the own network and public ones are cameras', () => {
  for (const host of cameras) assert.equal(hostRefusal(strict, host), null, host);
});

test('a private network has cameras where the installation allows it, and the refusal says who can', () => {
  const open: CameraPolicy = { allowPrivate: false, allowLoopback: false, fileFolders: [] };
  for (const host of privates) {
    assert.match(hostRefusal(open, host) ?? '', /private network.*VEDETTE_ALLOW_PRIVATE_CAMERAS=true/, host);
  }
  for (const host of cameras) {
    if (!privates.includes(host)) assert.equal(hostRefusal(open, host), null, host);
  }
});

test('an address is the same however it is written', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      const bytes = addressBytes(address);
      const number = (bytes ?? []).reduce((sum, byte) => sum * 256 + byte, 0);
      assert.deepEqual(addressBytes(String(number)), bytes);
      assert.deepEqual(embeddedIpv4(addressBytes(`[::ffff:${address}]`) ?? []), bytes);
      assert.equal(hostRefusal(strict, String(number)) === null, hostRefusal(strict, address) === null);
    }),
  );
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      assert.equal(addressBytes(address)?.length, 16);
      assert.deepEqual(addressBytes(`[${address}]`), addressBytes(address));
    }),
  );
});

test('a refused address is told with the field it stands in, for both streams', () => {
  const rtsp = {
    kind: 'rtsp',
    url: 'rtsp://cam/',
    substreamUrl: null,
    username: null,
    password: null,
  } as const;
  assert.throws(
    () => cameraSource(homePolicy, { ...rtsp, url: 'rtsp://u:hunter2@2852039166/latest' }),
    (error) => {
      assert.ok(error instanceof Error && 'code' in error && 'fields' in error);
      assert.equal(error.code, 'source-refused');
      assert.deepEqual(Object.keys(Object(error.fields)), ['source.url']);
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    },
  );
  assert.throws(() => cameraSource(strict, { ...rtsp, substreamUrl: 'rtsp://localhost/' }), {
    code: 'source-refused',
  });
});

test('files are read from the listed folders only, where there is a list', () => {
  for (const path of ['/srv/videos/a.mp4', '/srv/videos/2026/a.mp4', '/mnt/nas/a.mp4'])
    requireFile(strict, path);
  const outside = [
    '/srv/videos',
    '/srv/videos-private/a.mp4',
    '/srv/videos/../a.mp4',
    'a.mp4',
    '/etc/passwd',
    '',
  ];
  for (const path of outside)
    assert.throws(() => requireFile(strict, path), { code: 'source-refused' }, path);
  for (const path of outside) requireFile(homePolicy, path);
});
