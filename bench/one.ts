// One benchmark in this process; its rows go to standard output as JSON.

import type { Row } from './row.ts';

const name = process.argv[2] ?? '';
const benchmark: { measure(): Promise<Row[]> } = await import(`./${name}.ts`);
process.stdout.write(JSON.stringify(await benchmark.measure()));
process.exit(0);
