// npm run bench [-- NAME… --json]: each benchmark in a process of its own, one table at the end.

import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { markdownTable, type Row } from './row.ts';

/** Every benchmark by name; its file beside this one exports `measure(): Promise<Row[]>`. */
const names = [
  'recording',
  'detection',
  'memory',
  'crash',
  'access',
  'incidents',
  'alerts',
  'endurance',
  'distributed',
] as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
});
const unknown = positionals.filter((name) => !names.some((known) => known === name));
if (unknown.length > 0) {
  process.stderr.write(`There is no benchmark ${unknown.join(', ')}. There are: ${names.join(', ')}.\n`);
  process.exit(2);
}
const rows: Row[] = [];
for (const name of positionals.length > 0 ? positionals : names) {
  process.stderr.write(`${name} …\n`);
  rows.push(...(await measureApart(name)));
}
process.stdout.write(values.json ? `${JSON.stringify(rows)}\n` : `${markdownTable(rows)}\n`);

/** Runs one benchmark in a fresh process, so that none warms or fills the memory of another. */
async function measureApart(name: string): Promise<Row[]> {
  const child = spawn(process.execPath, ['--expose-gc', new URL('one.ts', import.meta.url).pathname, name], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, UV_THREADPOOL_SIZE: '160' },
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`The benchmark ${name} failed with exit code ${code}.`);
  return JSON.parse(output);
}
