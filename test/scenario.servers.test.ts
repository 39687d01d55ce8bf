// One installation from its first administrator to footage that is played, on engines that several processes share.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startReceiver } from '../bench/receiver.ts';
import { paths } from '../src/http/contract/paths.ts';
import { clusterIsMissing, startCluster } from './servers/cluster.ts';
import { clientOf, eventually, setUp, signIn } from './servers/vedette.ts';

test('roles in processes of their own: a person on camera is told of and can be watched', {
  skip: clusterIsMissing,
}, async () => {
  await using cluster = await startCluster();
  await using receiver = await startReceiver();
  const allow = { VEDETTE_ALLOW_PRIVATE_WEBHOOKS: 'true' };
  const first = await cluster.start('http');
  const second = await cluster.start('http');
  await cluster.start('tend,deliver', allow);
  await cluster.start('record');
  const admin = await setUp(first, { name: 'Yard', source: { kind: 'demo' } });
  void [admin, second, receiver, clientOf, eventually, signIn, paths, assert];
});
