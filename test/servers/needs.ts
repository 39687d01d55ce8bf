// The real servers that the suites of test:servers run on.

import { existsSync } from 'node:fs';
import type { Need } from '../needs.ts';

export const serverNeeds: readonly Need[] = [
  {
    what: 'PostgreSQL',
    packages: ['postgresql'],
    isThere: () => existsSync('/usr/lib/postgresql/15/bin/postgres'),
  },
  { what: 'Redis', packages: ['redis-server'], isThere: () => existsSync('/usr/bin/redis-server') },
];
