// The demo camera keeps time like a camera.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { avMedia } from '../../adapters/av/media.ts';
import { type ManualClock, manualClock } from '../../adapters/memory/clock.ts';
import { silentLog } from '../../core/ports/log.ts';
import type { MediaInput, Packet } from '../../core/ports/media.ts';
import { openDemo } from './demo.ts';

const media = avMedia({ log: silentLog });
const open = (clock: ManualClock) => openDemo({ media, clock, signal: new AbortController().signal });

/** Reads one packet, letting time pass only when the camera waits for it; says how much passed. */
async function readOne(input: MediaInput, clock: ManualClock): Promise<{ packet: Packet; waitedMs: number }> {
  const from = clock.monotonicMs();
  let packet: Packet | null | undefined;
  const reading = input.read().then((read) => {
    packet = read;
  });
  while (packet === undefined) {
    if (clock.sleepers > 0) await clock.advance(10);
    else await setImmediate();
  }
  await reading;
  assert.ok(packet);
  return { packet, waitedMs: clock.monotonicMs() - from };
}

test('ten pictures a second, each at its time, a key frame every second', async () => {
  const clock = manualClock();
  const input = await open(clock);
  assert.deepEqual([input.init.width, input.init.height, input.framesPerSecond], [1280, 720, 10]);
  for (let index = 0; index < 25; index += 1) {
    const { packet, waitedMs } = await readOne(input, clock);
    assert.equal(packet.keyFrame, index % 10 === 0);
    assert.equal(packet.ptsTicks / input.init.timescale, index / 10);
    assert.equal(waitedMs, index === 0 ? 0 : 100);
  }
  await input.close();
});

test('after a pause of the machine it goes on with the present, not with what was missed', async () => {
  const clock = manualClock();
  const input = await open(clock);
  await readOne(input, clock);
  await clock.advance(60_000);
  const { packet } = await readOne(input, clock);
  assert.equal(packet.ptsTicks / input.init.timescale, 60);
  const { packet: next, waitedMs } = await readOne(input, clock);
  assert.equal(next.ptsTicks / input.init.timescale, 60.1);
  assert.equal(waitedMs, 100);
  await input.close();
});

test('closing ends a read that waits', async () => {
  const input = await open(manualClock());
  await input.read();
  const waiting = input.read();
  await input.close();
  assert.equal(await waiting, null);
  assert.equal(await input.read(), null);
});

test('its pictures can be decoded', async () => {
  const clock = manualClock();
  const input = await open(clock);
  const decoder = await input.decoder({ keyFramesOnly: true });
  const { packet } = await readOne(input, clock);
  const [picture] = await decoder.decode(packet);
  assert.deepEqual([picture?.width, picture?.height], [1280, 720]);
  picture?.release();
  decoder.close();
  await input.close();
});
