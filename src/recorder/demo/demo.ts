// The demo camera: draws the scene and encodes it in real time, so that Vedette can be tried without a camera.

import type { Clock } from '../../core/ports/clock.ts';
import type { Media, MediaInput, Packet, VideoEncoder, YuvPicture } from '../../core/ports/media.ts';
import { sceneHeight, sceneWidth } from './backdrop.ts';
import { drawScene, prepareScene } from './scene.ts';

/** Enough for the eye and for detection (which looks twice a second), at half the cost of 20. */
const framesPerSecond = 10;
const bitsPerSecond = 1_500_000;
/** A machine that was asleep or busy for longer leaves pictures out, as a camera would. */
const maxLateMs = 1_000;

/** Opens the demo camera: 1280×720, a key frame a second, paced by `clock`. Never ends; `close()` ends it. */
export async function openDemo(tools: {
  media: Media;
  clock: Clock;
  signal: AbortSignal;
}): Promise<MediaInput> {
  const { media, clock, signal } = tools;
  signal.throwIfAborted();
  await prepareScene();
  signal.throwIfAborted();
  const encoder = await media.encoder({
    width: sceneWidth,
    height: sceneHeight,
    framesPerSecond,
    framesPerKeyFrame: framesPerSecond,
    bitsPerSecond,
  });
  const closing = new AbortController();
  const next = demoPackets(encoder, clock, closing.signal);
  let reading: Promise<Packet | null> = Promise.resolve(null);
  return {
    init: encoder.init,
    framesPerSecond,
    read() {
      reading = reading.then(next);
      return reading;
    },
    decoder: (options) => encoder.decoder(options),
    async close() {
      closing.abort();
      await reading.catch(() => null);
      encoder.close();
    },
  };
}

/** Gives one packet a call, when its time has come; null once `closed` is aborted. */
function demoPackets(encoder: VideoEncoder, clock: Clock, closed: AbortSignal): () => Promise<Packet | null> {
  const picture = blankPicture();
  const frameMs = 1000 / framesPerSecond;
  const frameTicks = encoder.init.timescale / framesPerSecond;
  let startMs = 0;
  const ready: Packet[] = [];
  let frame = 0;
  let leftOut = 0;

  async function nextFrame(): Promise<void> {
    const lateMs = frame === 0 ? 0 : clock.monotonicMs() - startMs - frame * frameMs;
    if (lateMs > maxLateMs) {
      const count = Math.floor(lateMs / frameMs);
      frame += count;
      leftOut += count;
    } else if (lateMs < 0) {
      await clock.sleep(-lateMs, closed);
    }
    drawScene(frame / framesPerSecond, picture);
    const packets = await encoder.encode(picture);
    // The first picture takes far longer: time counts from when it is there, or the others would come too early.
    if (frame === 0) startMs = clock.monotonicMs();
    frame += 1;
    for (const packet of packets) {
      ready.push({
        ...packet,
        ptsTicks: packet.ptsTicks + leftOut * frameTicks,
        dtsTicks: packet.dtsTicks + leftOut * frameTicks,
      });
    }
  }
  return async () => {
    while (ready.length === 0 && !closed.aborted) {
      await nextFrame().catch((error: unknown) => {
        if (!closed.aborted) throw error;
      });
    }
    return closed.aborted ? null : (ready.shift() ?? null);
  };
}

function blankPicture(): YuvPicture {
  const pixels = sceneWidth * sceneHeight;
  return {
    width: sceneWidth,
    height: sceneHeight,
    y: new Uint8Array(pixels),
    u: new Uint8Array(pixels / 4),
    v: new Uint8Array(pixels / 4),
  };
}
