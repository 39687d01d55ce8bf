// Roles in processes of their own, on real servers.

import { cpuRows } from './distributed-cpu.ts';
import { imageRows } from './distributed-images.ts';
import { killRows } from './distributed-kills.ts';
import type { Row } from './row.ts';

const parts = { images: imageRows, kills: killRows, cpu: cpuRows } as const;

/** BENCH_DISTRIBUTED=images,cpu measures some parts alone. */
export async function measure(): Promise<Row[]> {
  const wanted = process.env.BENCH_DISTRIBUTED?.split(',');
  const rows: Row[] = [];
  for (const [name, part] of Object.entries(parts)) {
    if (wanted === undefined || wanted.includes(name)) rows.push(...(await part()));
  }
  return rows;
}
