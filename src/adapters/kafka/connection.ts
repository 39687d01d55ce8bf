// How Kafka is reached: brokers, TLS, and who Vedette is to them.

import { isIP } from 'node:net';
import type { BaseOptions, SASLOptions } from '@platformatic/kafka';
import { VedetteError } from '../../core/errors.ts';
import type { Secret } from '../../core/secret.ts';
import { type AwsCredentials, mskToken } from './msk-token.ts';

export interface KafkaTls {
  /** PEM of who signed the brokers' certificates; null where any known authority may have. */
  readonly authority: string | null;
  /** PEM of our own certificate and its key, where brokers ask for one. */
  readonly client: { readonly certificate: string; readonly key: Secret } | null;
}

export type KafkaAuth =
  | { readonly kind: 'none' }
  | { readonly kind: 'scram-sha-512' | 'plain'; readonly user: string; readonly password: Secret }
  | {
      readonly kind: 'aws-msk-iam';
      readonly region: string;
      /** Null: those of the machine, found as the AWS SDK finds them. */
      readonly credentials: AwsCredentials | null;
    };

export interface KafkaConnection {
  /** `host:port` of some brokers; they name the others. */
  readonly brokers: readonly string[];
  /** Null without TLS. */
  readonly tls: KafkaTls | null;
  readonly auth: KafkaAuth;
}

/** Longest wait for a connection. */
const connectTimeoutMs = 3_000;

/**
 * What every client is opened with.
 * Errors: `settings-invalid` where a password would travel in the clear.
 */
export function clientOptions({ brokers, tls, auth }: KafkaConnection): BaseOptions {
  if (tls === null && (auth.kind === 'plain' || auth.kind === 'aws-msk-iam')) {
    throw new VedetteError(
      'settings-invalid',
      `Kafka's way in "${auth.kind}" needs TLS: without it anybody could read who Vedette is.`,
    );
  }
  const hosts = brokers.map((broker) => broker.slice(0, broker.lastIndexOf(':')));
  const sasl = saslOf(auth);
  return {
    clientId: 'vedette',
    bootstrapBrokers: [...brokers],
    connectTimeout: connectTimeoutMs,
    // Whoever calls tries again, and knows for how long.
    retries: 0,
    autocreateTopics: false,
    ...(tls === null ? {} : { tls: tlsOf(tls), tlsServerName: hosts.every((host) => isIP(host) === 0) }),
    ...(sasl === null ? {} : { sasl }),
  };
}

function tlsOf({ authority, client }: KafkaTls): NonNullable<BaseOptions['tls']> {
  return {
    minVersion: 'TLSv1.2',
    ...(authority === null ? {} : { ca: authority }),
    ...(client === null ? {} : { cert: client.certificate, key: client.key.reveal() }),
  };
}

function saslOf(auth: KafkaAuth): SASLOptions | null {
  switch (auth.kind) {
    case 'none':
      return null;
    case 'scram-sha-512':
      return { mechanism: 'SCRAM-SHA-512', username: auth.user, password: () => auth.password.reveal() };
    case 'plain':
      return { mechanism: 'PLAIN', username: auth.user, password: () => auth.password.reveal() };
    case 'aws-msk-iam':
      return { mechanism: 'OAUTHBEARER', token: () => mskToken(auth) };
  }
}
