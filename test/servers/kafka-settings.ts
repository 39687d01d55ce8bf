// The settings of a broker of Apache Kafka for tests: one process that is broker and controller (KRaft).

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Certificates } from './certificates.ts';

/** How clients reach the broker; each has a listener of its own. */
export const kafkaWays = ['plain', 'cut', 'tls', 'scram', 'password'] as const;
export type KafkaWay = (typeof kafkaWays)[number];

export interface KafkaNode {
  readonly id: number;
  readonly folder: string;
  readonly controllerPort: number;
  /** Where each way listens, and the port that clients are told of. */
  readonly ways: Readonly<Record<KafkaWay, { readonly listens: number; readonly told: number }>>;
}

export interface KafkaUser {
  readonly name: string;
  readonly password: string;
  /** May do everything; else what `allowed` says. */
  readonly mayAll?: boolean;
}

const protocols: Readonly<Record<KafkaWay, string>> = {
  plain: 'PLAINTEXT',
  cut: 'PLAINTEXT',
  tls: 'SSL',
  scram: 'SASL_SSL',
  password: 'SASL_SSL',
};

/** Writes `server.properties` of `node` into its folder, and returns where it lies. */
export function writeKafkaSettings(
  node: KafkaNode,
  nodes: readonly KafkaNode[],
  { certificates, users }: { certificates: Certificates | null; users: readonly KafkaUser[] },
): string {
  const ways = kafkaWays.filter((way) => certificates !== null || protocols[way] === 'PLAINTEXT');
  const replicas = Math.min(3, nodes.length);
  const settings: Record<string, string | number> = {
    'process.roles': 'broker,controller',
    'node.id': node.id,
    'controller.quorum.voters': nodes.map((each) => `${each.id}@127.0.0.1:${each.controllerPort}`).join(','),
    'controller.listener.names': 'CONTROLLER',
    listeners: [
      ...ways.map((way) => `${way.toUpperCase()}://127.0.0.1:${node.ways[way].listens}`),
      `CONTROLLER://127.0.0.1:${node.controllerPort}`,
    ].join(','),
    'advertised.listeners': ways
      .map((way) => `${way.toUpperCase()}://localhost:${node.ways[way].told}`)
      .join(','),
    'listener.security.protocol.map': [
      ...ways.map((way) => `${way.toUpperCase()}:${protocols[way]}`),
      'CONTROLLER:PLAINTEXT',
    ].join(','),
    'inter.broker.listener.name': 'PLAIN',
    'log.dirs': join(node.folder, 'log'),
    'auto.create.topics.enable': 'false',
    'offsets.topic.num.partitions': 4,
    'offsets.topic.replication.factor': replicas,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': Math.max(1, replicas - 1),
    'share.coordinator.state.topic.replication.factor': replicas,
    // Tests do not wait for members that may come, nor ten seconds for those that died.
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 500,
    // A broker that was killed is let in again once it is counted as gone.
    'broker.session.timeout.ms': 2_000,
    'broker.heartbeat.interval.ms': 300,
    'controlled.shutdown.enable': nodes.length > 1 ? 'true' : 'false',
    'log.cleaner.dedupe.buffer.size': 2 * 1024 * 1024,
    'num.network.threads': 2,
    'num.io.threads': 4,
    ...(users.length === 0 ? {} : access(users)),
    ...(certificates === null ? {} : secure(node, certificates, users)),
  };
  const path = join(node.folder, 'server.properties');
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(path, lines.join(''), { mode: 0o600 });
  return path;
}

/** Who comes without a name may do everything: the tests themselves. */
function access(users: readonly KafkaUser[]): Record<string, string> {
  const mighty = users.filter(({ mayAll }) => mayAll === true).map(({ name }) => `User:${name}`);
  return {
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': ['User:ANONYMOUS', 'User:CN=vedette', ...mighty].join(';'),
  };
}

function secure(node: KafkaNode, files: Certificates, users: readonly KafkaUser[]): Record<string, string> {
  const keystore = join(node.folder, 'keystore.pem');
  writeFileSync(keystore, readFileSync(files.key, 'utf8') + readFileSync(files.certificate, 'utf8'), {
    mode: 0o600,
  });
  const passwords = users.map(({ name, password }) => `user_${name}="${password}"`).join(' ');
  const module = 'org.apache.kafka.common.security';
  return {
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': keystore,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': files.authority,
    'listener.name.tls.ssl.client.auth': 'required',
    'listener.name.scram.sasl.enabled.mechanisms': 'SCRAM-SHA-512',
    'listener.name.scram.scram-sha-512.sasl.jaas.config': `${module}.scram.ScramLoginModule required;`,
    'listener.name.password.sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.password.plain.sasl.jaas.config': `${module}.plain.PlainLoginModule required ${passwords};`,
  };
}
