// The process that pushes: see push-load.ts. It sends what is due over whichever connection is free, and never waits in between.

import { setTimeout as pause } from 'node:timers/promises';
import { percentiles } from '../src/app/replay/report.ts';
import { randomFrom } from '../test/chaos/random.ts';
import { type Connection, openConnection } from './push-connection.ts';
import { ownBytes, pushPictures, pushed } from './push-pictures.ts';
import type { Pushed, PushLoad } from './push-load.ts';
import { pushPlan } from './push-plan.ts';

/** What is not answered so long after the last was due never is, in ms. */
const patienceMs = 60_000;

const load: PushLoad = JSON.parse(process.argv[2] ?? '');
const pictures = await pushPictures();
const { dueMs, ramped } = pushPlan(load, randomFrom(load.perSecond));
const free: Connection[] = load.ports.flatMap((port) =>
  Array.from({ length: load.connectionsADoor }, () => openConnection(port)),
);
const all = [...free];
const ids: string[] = [];
const tookMs: number[] = [];
const refused: Record<string, number> = {};
let [accepted, acceptedInTime, answered, next] = [0, 0, 0, 0];

const cpuBefore = process.cpuUsage();
const startedAt = performance.now();
const now = () => performance.now() - startedAt;
const lastMs = (load.rampSeconds + load.seconds) * 1000;
let isRamped = false;
while (answered < dueMs.length && now() < lastMs + patienceMs) {
  if (!isRamped && now() >= load.rampSeconds * 1000) {
    isRamped = true;
    process.send?.('ramped');
  }
  sendDue();
  await pause(1);
}
for (const connection of all) connection.close();
if (answered < dueMs.length) refused.silence = dueMs.length - answered;
const { user, system } = process.cpuUsage(cpuBefore);
const said: Pushed = {
  ...{ accepted, ids, acceptedInTime, due: dueMs.length - ramped, refused },
  tookMs: figures(),
  cpuMs: (user + system) / 1000,
};
process.stdout.write(JSON.stringify(said), () => process.exit(0));

function sendDue(): void {
  while (next < dueMs.length && (dueMs[next] ?? 0) <= now()) {
    const connection = free.pop();
    if (connection === undefined) return;
    void push(connection, next++);
  }
}

async function push(connection: Connection, index: number): Promise<void> {
  const picture = pictures[index % pictures.length] ?? new Uint8Array();
  const own = Buffer.alloc(ownBytes.length);
  own.writeDoubleBE(index + Math.random());
  const key = load.keys[index % load.keys.length] ?? '';
  const head =
    `POST ${load.path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key}\r\n` +
    `Content-Type: image/jpeg\r\nContent-Length: ${pushed.bytes}\r\n\r\n`;
  const { from, length } = ownBytes;
  try {
    const answer = await connection.post(head, [
      picture.subarray(0, from),
      own,
      picture.subarray(from + length),
    ]);
    note(index, answer.status, /"id":"([^"]+)"/.exec(answer.body)?.[1]);
  } catch {
    note(index, 'cut', undefined);
  }
  free.unshift(connection);
  sendDue();
}

/** Time counts from when it was due, not from when a connection was free for it. */
function note(index: number, status: number | 'cut', id: string | undefined): void {
  answered += 1;
  const at = now();
  if (status !== 202) refused[status] = (refused[status] ?? 0) + 1;
  else {
    accepted += 1;
    if (id !== undefined) ids.push(id);
    if (index >= ramped && at <= lastMs) acceptedInTime += 1;
  }
  if (index >= ramped) tookMs.push(at - (dueMs[index] ?? 0));
}

function figures(): Pushed['tookMs'] {
  const ranks = percentiles(tookMs);
  const sorted = tookMs.toSorted((a, b) => a - b);
  const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? 0;
  return { p50: ranks?.p50 ?? 0, p95: ranks?.p95 ?? 0, p99, max: sorted.at(-1) ?? 0 };
}
