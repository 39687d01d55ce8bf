// The real servers that the suites of test:servers run on.

import { existsSync } from 'node:fs';
import type { Need } from '../needs.ts';
import { cephIsMissing } from './ceph.ts';
import { fetchKafka, kafkaIsThere } from './kafka-jars.ts';

export const serverNeeds: readonly Need[] = [
  {
    what: 'PostgreSQL',
    packages: ['postgresql'],
    isThere: () => existsSync('/usr/lib/postgresql/15/bin/postgres'),
  },
  { what: 'Redis', packages: ['redis-server'], isThere: () => existsSync('/usr/bin/redis-server') },
  {
    what: 'Apache Kafka',
    packages: ['openjdk-17-jre-headless', 'maven'],
    fetch: fetchKafka,
    isThere: kafkaIsThere,
  },
  {
    what: 'Ceph',
    packages: ['ceph-mon', 'ceph-osd', 'radosgw', 'ceph-common'],
    isThere: () => cephIsMissing === false,
  },
];
