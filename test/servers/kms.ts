// The KMS of moto behind what makes it refuse as AWS does, for the tests of one file.

import { after, before } from 'node:test';
import { type KmsFront, startKmsFront } from './kms-front.ts';
import { type Moto, motoCredentials, motoIsMissing, startMoto } from './moto.ts';

export interface KmsServers {
  readonly moto: Moto;
  readonly front: KmsFront;
}

/** Starts both before the tests of the file that calls it, with credentials in its environment, and ends them after. */
export function kmsServers(): () => KmsServers {
  let servers: KmsServers | null = null;
  const opening = new AsyncDisposableStack();
  before(async () => {
    if (motoIsMissing !== false) return;
    process.env.AWS_ACCESS_KEY_ID = motoCredentials.accessKeyId;
    process.env.AWS_SECRET_ACCESS_KEY = motoCredentials.secretAccessKey;
    process.env.AWS_EC2_METADATA_DISABLED = 'true';
    const moto = opening.use(await startMoto());
    servers = { moto, front: opening.use(await startKmsFront(moto.url)) };
  });
  after(() => opening.disposeAsync());
  return () => {
    if (servers === null) throw new Error('The servers are there while a test runs.');
    return servers;
  };
}
