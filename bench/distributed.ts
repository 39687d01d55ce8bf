// Roles in processes of their own, on real servers.

import { imageRows } from './distributed-images.ts';
import type { Row } from './row.ts';

const parts = { images: imageRows } as const;

/** BENCH_DISTRIBUTED=images measures one part alone. */
export async function measure(): Promise<Row[]> {
  const wanted = process.env.BENCH_DISTRIBUTED?.split(',');
  const rows: Row[] = [];
  for (const [name, part] of Object.entries(parts)) {
    if (wanted === undefined || wanted.includes(name)) rows.push(...(await part()));
  }
  return rows;
}
