// The settings that choose engines: by the address of a service each, where the embedded one is not enough.

import { z } from 'zod';
import { allowed } from '../http/contract/faults.ts';
import { type Secret, secret } from '../core/secret.ts';

/** The schemes of each, with what they stand for. */
export const engines = {
  VEDETTE_RECORDS_URL: { 'postgres:': 'PostgreSQL', 'postgresql:': 'PostgreSQL' },
  VEDETTE_QUEUE_URL: { 'kafka:': 'Apache Kafka', 'kafkas:': 'Apache Kafka with TLS' },
  VEDETTE_CACHE_URL: {
    'redis:': 'Redis',
    'rediss:': 'Redis with TLS',
    'dynamodb:': 'Amazon DynamoDB',
  },
  VEDETTE_BLOBS_URL: {
    's3:': 'Amazon S3 and what speaks like it',
    'file:': 'a folder that all processes see',
  },
  VEDETTE_KEYS_URL: {
    'vaults:': 'the Transit engine of HashiCorp Vault or OpenBao',
    'vault:': 'the same without TLS, on this machine only',
    'awskms:': 'AWS KMS',
    'file:': 'a key file that all processes see',
  },
} as const;

function address(name: keyof typeof engines) {
  const schemes = Object.keys(engines[name]);
  return z
    .string()
    .max(4096)
    .refine((text) => schemes.some((scheme) => text.startsWith(`${scheme}//`)))
    .register(allowed, {
      allowed: `an address that begins with ${schemes.map((each) => `${each}//`).join(', ')}`,
    })
    .transform((text): Secret => secret(text))
    .optional();
}

export const engineSettings = {
  VEDETTE_RECORDS_URL: address('VEDETTE_RECORDS_URL').describe(
    'Database for the records, such as postgres://user:password@host/vedette?sslmode=verify-full. Default: SQLite in the data folder.',
  ),
  VEDETTE_QUEUE_URL: address('VEDETTE_QUEUE_URL').describe(
    'Queue, such as kafkas://user:password@broker-1:9093,broker-2:9093/vedette. Default: in SQLite, so PostgreSQL needs one.',
  ),
  VEDETTE_CACHE_URL: address('VEDETTE_CACHE_URL').describe(
    'Cache that all processes share, such as rediss://user:password@host:6379 or dynamodb://table?region=eu-central-1. Default: in memory.',
  ),
  VEDETTE_BLOBS_URL: address('VEDETTE_BLOBS_URL').describe(
    'Store for footage and pictures, such as s3://bucket/prefix?region=eu-central-1 or file:///mnt/footage; only beside the other addresses. Default: the data folder.',
  ),
  VEDETTE_KEYS_URL: address('VEDETTE_KEYS_URL').describe(
    'Keeper of the keys, such as vaults://vault:8200/transit/vedette?role=vedette or awskms://alias/vedette?region=eu-central-1; only beside the other addresses. Default: a key file in the data folder.',
  ),
};
