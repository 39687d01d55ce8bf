// The checks of the given settings: one for every connection and every place they name.

import { existsSync } from 'node:fs';
import { access, constants, rm, rmdir, statfs, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { checkDynamo } from '../../adapters/dynamodb/opening-check.ts';
import { makeDataFolder } from '../../adapters/fs/data-folder.ts';
import { isFolderLocked } from '../../adapters/fs/lock.ts';
import { checkKafka } from '../../adapters/kafka/opening-check.ts';
import { keyFile } from '../../adapters/keyfile/keys.ts';
import { checkKms } from '../../adapters/kms/opening-check.ts';
import { memoryCache } from '../../adapters/memory/cache.ts';
import { checkBroker } from '../../adapters/mqtt/opening-check.ts';
import { checkRedis } from '../../adapters/redis/opening-check.ts';
import { s3Address } from '../../adapters/s3/address.ts';
import { checkS3 } from '../../adapters/s3/check.ts';
import { checkMailServer } from '../../adapters/smtp/opening-check.ts';
import { checkPostgres, isPostgresUsed, newestBlobKeys } from '../../adapters/sql/postgres/opening-check.ts';
import { systemClock } from '../../adapters/system/clock.ts';
import { checkVault } from '../../adapters/vault/opening-check.ts';
import { VedetteError } from '../../core/errors.ts';
import { handful } from '../../core/footage/foreign-store.ts';
import { readMqttBroker } from '../../core/mqtt-broker.ts';
import type { Secret } from '../../core/secret.ts';
import { type OpeningCheck, right, risky, wrong } from '../../core/setting-finding.ts';
import { checkBlobFolder } from './check-blob-folder.ts';
import { checkPublicUrl } from '../check-settings/public-url.ts';
import type { SettingCheck } from '../check-settings/run.ts';
import { checkCache, checkKeys } from '../check-settings/stores.ts';
import { retentionOf } from '../retention.ts';
import type { Settings } from '../settings.ts';
import type { engineSettings } from '../settings-engines.ts';
import { pathOf } from './engines.ts';
import { folderNames, hasDatabase } from './folder.ts';
import { imagesTopic, inboxTopic } from './intake.ts';
import { certificatesOf } from './mqtt.ts';
import { queueTopics } from './queue-topics.ts';
import { isShared } from './shared-house.ts';

export interface CheckedHouse {
  readonly settings: Settings;
  /** How many processes of this installation run at once. */
  readonly processes: number;
}

type EngineCheck = (url: Secret, house: CheckedHouse) => OpeningCheck;

/**
 * What looks at the service behind an address, by its scheme. Whoever adds an engine adds its check here: without one
 * the address is told to be unchecked.
 */
const engineChecks: Readonly<Record<keyof typeof engineSettings, Readonly<Record<string, EngineCheck>>>> = {
  VEDETTE_RECORDS_URL: { 'postgres:': checkPostgres, 'postgresql:': checkPostgres },
  VEDETTE_QUEUE_URL: { 'kafka:': queueOnKafka, 'kafkas:': queueOnKafka },
  VEDETTE_CACHE_URL: { 'redis:': checkRedis, 'rediss:': checkRedis, 'dynamodb:': cacheInDynamo },
  VEDETTE_BLOBS_URL: { 's3:': blobsInBucket, 'file:': blobsInFolder },
  VEDETTE_KEYS_URL: {
    ...{ 'file:': keysInFile, 'awskms:': (url, house) => checkKms(url, keeperDeps(house)) },
    ...{ 'vault:': keysInVault, 'vaults:': keysInVault },
  },
};

const engineNames: Readonly<Record<keyof typeof engineSettings, string>> = {
  VEDETTE_RECORDS_URL: 'records',
  VEDETTE_QUEUE_URL: 'queue',
  VEDETTE_CACHE_URL: 'cache',
  VEDETTE_BLOBS_URL: 'blobs',
  VEDETTE_KEYS_URL: 'keys',
};

/** Every check that these settings ask for. None of them changes what a running server has. */
export function settingChecks(house: CheckedHouse): readonly SettingCheck[] {
  const { settings } = house;
  const { VEDETTE_SMTP_URL: smtp, VEDETTE_MQTT_URL: mqtt } = settings;
  const engines = Object.entries(engineNames).flatMap(([setting, of]) => engineCheck(house, setting, of));
  return [
    { of: 'data folder', setting: 'VEDETTE_DATA', run: () => dataFolder(settings) },
    { of: 'together', setting: 'VEDETTE_RECORDS_URL', run: () => together(settings) },
    ...engines,
    ...(smtp === undefined
      ? []
      : [{ of: 'mail', setting: 'VEDETTE_SMTP_URL', run: () => checkMailServer(smtp) }]),
    ...(mqtt === undefined
      ? []
      : [{ of: 'mqtt', setting: 'VEDETTE_MQTT_URL', run: () => broker(settings, mqtt) }]),
    { of: 'public address', setting: 'VEDETTE_PUBLIC_URL', run: () => checkPublicUrl(settings) },
  ];
}

function engineCheck(house: CheckedHouse, name: string, of: string): readonly SettingCheck[] {
  if (!isEngine(name)) return [];
  const url = house.settings[name];
  if (url === undefined) return [];
  const scheme = /^[a-z0-9+.-]+:/.exec(url.reveal())?.[0] ?? '';
  const check = engineChecks[name][scheme] ?? unchecked;
  return [{ of, setting: name, run: () => check(url, house) }];
}

function isEngine(name: string): name is keyof typeof engineSettings {
  return Object.hasOwn(engineChecks, name);
}

async function* unchecked(): OpeningCheck {
  yield risky('Nobody knows how to check an address of this kind: start the server to see whether it works.');
}

async function* together(settings: Settings): OpeningCheck {
  yield isShared(settings)
    ? right('All stores are services: several processes can share them.')
    : right('All stores are in the data folder, for one process.');
}

async function* dataFolder(settings: Settings): OpeningCheck {
  const folder = resolve(settings.VEDETTE_DATA);
  const missing = missingFolders(folder);
  try {
    yield* dataIn(folder, settings);
  } finally {
    // A server may have begun there meanwhile: only what is empty goes.
    for (const made of missing) await rmdir(made).catch(() => {});
  }
}

/** `folder` and those above it that are not there, innermost first. */
function missingFolders(folder: string): readonly string[] {
  if (existsSync(folder) || dirname(folder) === folder) return [];
  return [folder, ...missingFolders(dirname(folder))];
}

/** Written and deleted again: modes say too little about read-only media and mapped users. */
async function* dataIn(folder: string, settings: Settings): OpeningCheck {
  await makeDataFolder(folder);
  const probe = join(folder, `.check-${crypto.randomUUID()}`);
  await writeFile(probe, '', { mode: 0o600 });
  await rm(probe);
  const { bavail, bsize } = await statfs(folder);
  const gigabytes = (bavail * bsize) / 1e9;
  const scarce =
    settings.VEDETTE_BLOBS_URL !== undefined
      ? 'a recorder keeps here what it cannot store yet, and stops recording when it is full'
      : `the oldest footage is overwritten below ${settings.VEDETTE_RESERVE_GB}`;
  yield gigabytes > settings.VEDETTE_RESERVE_GB
    ? right(`${folder} can be written; ${gigabytes.toFixed(1)} GB are free.`)
    : risky(`${folder} can be written, and only ${gigabytes.toFixed(1)} GB are free: ${scarce}. Make room.`);
  if (isFolderLocked(folder)) yield right('A Vedette runs on it.');
  const isAlone = settings.VEDETTE_RECORDS_URL === undefined && settings.VEDETTE_KEYS_URL === undefined;
  if (isAlone && (await hasDatabase(folder)) && existsSync(join(folder, folderNames.keys))) {
    yield* keysAt(join(folder, folderNames.keys), settings);
  }
}

function queueOnKafka(url: Secret): OpeningCheck {
  const clock = systemClock();
  const topics = { queue: queueTopics, inbox: inboxTopic, images: imagesTopic };
  return checkKafka(url, { clock, cache: memoryCache({ clock }), topics });
}

function cacheInDynamo(url: Secret): OpeningCheck {
  return checkDynamo(url, { clock: systemClock(), tryCache: checkCache });
}

async function* blobsInBucket(url: Secret, { settings }: CheckedHouse): OpeningCheck {
  const tell = { good: right, advice: risky, wrong };
  const { idleDays, activityDays, incidentDays } = retentionOf(settings);
  const keptDays = Math.max(idleDays, activityDays, incidentDays, settings.VEDETTE_RETENTION_PUSHED_DAYS);
  const newest = await newestIn(settings);
  for (const { weight, sentence } of await checkS3(s3Address(url), { keptDays, newest })) {
    yield tell[weight](sentence);
  }
}

async function* blobsInFolder(url: Secret, house: CheckedHouse): OpeningCheck {
  const folder = pathOf(url, 'VEDETTE_BLOBS_URL');
  yield* checkBlobFolder(folder, {
    reserveGb: house.settings.VEDETTE_RESERVE_GB,
    isUsed: async () => (await keeperDeps(house).isUsed()) === true,
    newest: () => newestIn(house.settings),
  });
}

/** Where the newest recordings should lie; none where nobody knows. */
async function newestIn({ VEDETTE_RECORDS_URL: records }: Settings): Promise<readonly string[]> {
  return records === undefined ? [] : ((await newestBlobKeys(records, handful)) ?? []);
}

async function* keysInFile(url: Secret, house: CheckedHouse): OpeningCheck {
  const path = pathOf(url, 'VEDETTE_KEYS_URL');
  if (existsSync(path)) {
    yield* keysAt(path, house.settings);
    return;
  }
  if ((await keeperDeps(house).isUsed()) === true) {
    yield wrong(
      `${path} is missing, and without it the footage of this installation cannot be read. Put it there.`,
    );
    return;
  }
  try {
    await access(dirname(path), constants.W_OK);
    yield right('There is no key file yet; the first start makes it.');
  } catch {
    yield wrong(
      `There is no key file at ${path}, and none can be made there. Make its folder, or put the file there.`,
    );
  }
}

async function* keysAt(path: string, { VEDETTE_KEY_PASSPHRASE: passphrase }: Settings): OpeningCheck {
  yield* checkKeys(
    await keyFile({ path, readOnly: true, ...(passphrase === undefined ? {} : { passphrase }) }),
  );
}

function keysInVault(url: Secret, house: CheckedHouse): OpeningCheck {
  return checkVault(url, keeperDeps(house));
}

/** Where nothing was written so far, keys that are missing are made; afterwards, without them all is lost. */
function keeperDeps({ settings: { VEDETTE_RECORDS_URL: records } }: CheckedHouse) {
  return {
    clock: systemClock(),
    isUsed: async () => (records === undefined ? null : isPostgresUsed(records)),
    tryKeys: checkKeys,
  };
}

async function* broker(settings: Settings, url: Secret): OpeningCheck {
  const read = readMqttBroker(url.reveal());
  if ('fault' in read) throw new VedetteError('settings-invalid', `VEDETTE_MQTT_URL ${read.fault}`);
  const certificates = await certificatesOf(settings);
  yield* checkBroker({ broker: read, certificates, prefix: settings.VEDETTE_MQTT_PREFIX });
}
