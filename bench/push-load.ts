// Pushes images at doors of the program as integrators do, in a process of its own, and counts what came of each.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import type { PushRate } from './push-plan.ts';

export interface PushLoad extends PushRate {
  /** Where the doors are, on 127.0.0.1. */
  readonly ports: readonly number[];
  readonly connectionsADoor: number;
  /** With its query. */
  readonly path: string;
  /** Sent as Authorization, in turn. */
  readonly keys: readonly string[];
}

const Figures = z.object({ p50: z.number(), p95: z.number(), p99: z.number(), max: z.number() });
const Pushed = z.object({
  /** Images that were answered with 202, and their ids where the answer has one. */
  accepted: z.int(),
  ids: z.array(z.string()),
  /** Of those that were due after the ramp: how many, and how many were accepted while the load lasted. */
  due: z.int(),
  acceptedInTime: z.int(),
  /** From when each was due to its answer, in ms, after the ramp. */
  tookMs: Figures,
  /** Other answers by status, and ends of connections ("cut") and what was never answered ("silence"). */
  refused: z.record(z.string(), z.int()),
  /** CPU that sending took, in ms. */
  cpuMs: z.number(),
});
/** What came of a load. */
export type Pushed = z.infer<typeof Pushed>;

const program = new URL('push-load-child.ts', import.meta.url).pathname;

/** `onRamped` is called when the rate is reached. Errors: the load could not be made. */
export async function pushLoad(load: PushLoad, onRamped: () => void = () => {}): Promise<Pushed> {
  const child = spawn(process.execPath, [program, JSON.stringify(load)], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  child.on('message', onRamped);
  const closed = once(child, 'close');
  const said: unknown = child.stdout === null ? null : await json(child.stdout).catch(() => null);
  await closed;
  if (said === null) throw new Error('The load could not be made.');
  return Pushed.parse(said);
}
