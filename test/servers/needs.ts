// The real servers that the suites of test:servers run on.

import { existsSync } from 'node:fs';
import type { Need } from '../needs.ts';
import { cephIsMissing } from './ceph.ts';
import { fetchKafka, kafkaIsThere } from './kafka-jars.ts';
import { fetchMoto, motoIsThere } from './moto-venv.ts';
import { pgbouncerIsMissing } from './pgbouncer.ts';
import { buildVault, canBuildVault, vaultIsThere } from './vault-build.ts';

export const serverNeeds: readonly Need[] = [
  {
    what: 'PostgreSQL',
    packages: ['postgresql'],
    isThere: () => existsSync('/usr/lib/postgresql/15/bin/postgres'),
  },
  {
    what: 'PgBouncer',
    packages: ['pgbouncer'],
    isThere: () => pgbouncerIsMissing === false,
  },
  { what: 'Redis', packages: ['redis-server'], isThere: () => existsSync('/usr/bin/redis-server') },
  {
    what: 'Apache Kafka',
    packages: ['openjdk-17-jre-headless', 'maven'],
    fetch: fetchKafka,
    isThere: kafkaIsThere,
  },
  { what: 'moto', packages: ['python3-venv'], fetch: fetchMoto, isThere: motoIsThere },
  {
    what: 'Vault',
    packages: [],
    fetch: buildVault,
    // No package of Debian 12 can build it: where there is no Go, it is no fault of the machine.
    isThere: () => vaultIsThere() || !canBuildVault(),
  },
  {
    what: 'Ceph',
    packages: ['ceph-mon', 'ceph-osd', 'radosgw', 'ceph-common'],
    isThere: () => cephIsMissing === false,
  },
];
