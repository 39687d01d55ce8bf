// Whether somebody was made to wait, told from a machine that is busy: beside an answer that waits for nothing.

import assert from 'node:assert/strict';
import type { Client } from './vedette.ts';

/** What an answer may take longer than ten that wait for nothing, in ms: the shortest limit of a service is four times that. */
const spareMs = 500;

/** What came of `work`, and after how long in ms. */
export async function timed<T>(work: Promise<T>): Promise<{ readonly value: T; readonly ms: number }> {
  const beganAt = performance.now();
  const value = await work;
  return { value, ms: performance.now() - beganAt };
}

/** How long an answer of `client` may take now that waits for no service, in ms; asked beside what is measured. */
export async function promptMs(client: Client): Promise<number> {
  const { ms } = await timed(client.fetch('/healthz').then((answer) => answer.text()));
  return spareMs + 10 * ms;
}

/** What `ask` answers. It waits for no service, or the test fails. */
export async function promptly(client: Client, ask: () => Promise<Response>): Promise<Response> {
  const [{ value: answer, ms }, mostMs] = await Promise.all([timed(ask()), promptMs(client)]);
  assert.ok(ms < mostMs, `${answer.url} took ${ms} ms, where ${mostMs} are prompt`);
  return answer;
}
