// An endless source made of a file: it is played over and over, and its time goes on.

import { VedetteError } from '../../core/errors.ts';
import type { MediaInput, Packet } from '../../core/ports/media.ts';

/** Plays an input over and over: each time its timestamps go on where they ended. */
export function loop(first: MediaInput, openAgain: () => Promise<MediaInput>): MediaInput {
  const { init, framesPerSecond } = first;
  const usualTicks = Math.max(1, Math.round(init.timescale / (framesPerSecond || 25)));
  let input = first;
  let closed = false;
  let shiftTicks: number | null = 0;
  let nextTicks = 0;
  let isEmpty = true;
  let damagedBefore = 0;

  async function again(): Promise<void> {
    await input.close();
    const next = await openAgain();
    damagedBefore += input.damaged ?? 0;
    input = next;
    if (closed) await input.close();
    if (input.init.sha256 !== init.sha256) {
      throw new VedetteError('source-corrupt', 'The file was replaced by another one; opening it again.');
    }
    isEmpty = true;
    shiftTicks = null;
  }

  function shifted(packet: Packet): Packet {
    shiftTicks ??= nextTicks - packet.dtsTicks;
    const dtsTicks = packet.dtsTicks + shiftTicks;
    nextTicks = dtsTicks + (packet.durationTicks || usualTicks);
    return shiftTicks === 0 ? packet : { ...packet, dtsTicks, ptsTicks: packet.ptsTicks + shiftTicks };
  }

  return {
    init,
    framesPerSecond,
    get damaged() {
      return damagedBefore + (input.damaged ?? 0);
    },
    async read() {
      for (;;) {
        const packet = await input.read();
        if (packet !== null) {
          isEmpty = false;
          return shifted(packet);
        }
        if (closed || isEmpty) return null;
        await again();
      }
    },
    decoder: (options) => first.decoder(options),
    async close() {
      closed = true;
      await input.close();
    },
  };
}
