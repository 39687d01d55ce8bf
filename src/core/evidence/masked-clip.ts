// A masked clip: the same footage with the privacy masks of today covered, decoded and encoded anew.

import type { CameraId, EpochMs } from '../brand.ts';
import type { Point } from '../detection/polygon.ts';
import { masksOf } from '../detection/zone.ts';
import { VedetteError } from '../errors.ts';
import { readFragment } from '../footage/cmaf.ts';
import { type PlayableFragment, playsOn } from '../footage/footage.ts';
import type { MaskedVideo } from '../ports/masker.ts';
import type { Packet } from '../ports/media.ts';
import type { Records } from '../ports/records.ts';
import { type Clip, type ClipDeps, clipFragments, clipHeader } from './clip.ts';
import { fragmentWriter } from './fragment-writer.ts';
import type { Masking } from './masking.ts';

export interface MaskedClipDeps extends ClipDeps {
  readonly masking: Masking;
}

export type Areas = readonly (readonly Point[])[];

/** Least and most that a masked clip is encoded with, in bits a second: a still night scene, and a noisy 4K one. */
const leastBitsPerSecond = 300_000;
const mostBitsPerSecond = 20_000_000;
/** Of what the original takes: the encoder may be two seconds ahead of its measure. */
const shareOfOriginal = 0.9;

/** The privacy masks of a camera as they are now: zones have no history. */
export async function masksOfCamera(
  { records }: { readonly records: Pick<Records, 'zones'> },
  cameraId: CameraId,
): Promise<Areas> {
  return masksOf((await records.zones.find(cameraId))?.zones ?? []);
}

/**
 * The bytes of a clip with `areas` covered, piece by piece: the header once the first fragment is done, then fragment by
 * fragment. Nothing is made ahead of who takes it, and a fragment that is begun ends with `signal`. What was skipped takes
 * no time in it. Errors: those of `clipBytes`, `encoder-missing`, `footage-damaged` (nothing of it can be decoded),
 * `signal.reason`.
 */
export async function* maskedClipBytes(
  deps: MaskedClipDeps,
  clip: Clip,
  areas: Areas,
  { now, signal }: { readonly now: EpochMs; readonly signal: AbortSignal },
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const { masker, inTurn } = deps.masking;
  const init = await clipHeader(deps, clip);
  const { bitsPerSecond, framesPerSecond } = paceOf(clip);
  const comment = commentOf(areas, now);
  const video = await masker.video({ init, areas, bitsPerSecond, framesPerSecond, comment });
  try {
    const write = fragmentWriter(() => video.init);
    const source = maskedPackets(deps, clip, { video, inTurn, signal });
    let endTicks = 0;
    for await (const { packets, endTicks: end } of source) {
      endTicks = end;
      yield* write.add(packets);
    }
    yield* write.end((endTicks * (video.init?.timescale ?? init.timescale)) / init.timescale);
    if (write.fragments === 0) {
      throw new VedetteError('footage-damaged', 'Nothing of this footage can be decoded.');
    }
  } finally {
    video.close();
  }
}

interface Work extends Pick<Masking, 'inTurn'> {
  readonly video: MaskedVideo;
  readonly signal: AbortSignal;
}

/** What comes out fragment by fragment, and where on the time line of the clip the footage so far ends. */
async function* maskedPackets(
  deps: MaskedClipDeps,
  clip: Clip,
  { video, inTurn, signal }: Work,
): AsyncGenerator<{ readonly packets: readonly Packet[]; readonly endTicks: number }, void> {
  let before: PlayableFragment | null = null;
  let endTicks = 0;
  for await (const { fragment, bytes } of clipFragments(deps, clip)) {
    signal.throwIfAborted();
    const isAfterGap = before !== null && !playsOn(before, fragment);
    const source = packetsOf(bytes, endTicks);
    before = fragment;
    const packets = await inTurn(async () => {
      // What the decoder still holds belongs before the gap, and what comes refers to nothing of it.
      const out = isAfterGap ? [...(await video.drain())] : [];
      for (const packet of source.packets) {
        signal.throwIfAborted();
        out.push(...(await video.mask(packet)));
      }
      return out;
    });
    endTicks = source.endTicks;
    yield { packets, endTicks };
  }
  yield { packets: await inTurn(() => video.drain()), endTicks };
}

/** The packets of a fragment on the time line of the clip. */
function packetsOf(bytes: Uint8Array, startTicks: number) {
  let at = startTicks;
  const packets = readFragment(bytes).samples.map((sample): Packet => {
    const dtsTicks = at;
    at += sample.durationTicks;
    const { data, durationTicks, keyFrame, compositionOffsetTicks } = sample;
    return { data, durationTicks, keyFrame, dtsTicks, ptsTicks: dtsTicks + compositionOffsetTicks };
  });
  return { packets, endTicks: at };
}

/** Hardly less than the original takes, so that progress can be told from its size, and a mail that holds one holds the other. */
function paceOf({ fragments }: Clip): { bitsPerSecond: number; framesPerSecond: number } {
  const sum = (of: (fragment: PlayableFragment) => number) =>
    fragments.reduce((total, fragment) => total + of(fragment), 0);
  const seconds = Math.max(0.001, sum(({ durationMs }) => durationMs) / 1000);
  const bits = (sum(({ sizeBytes }) => sizeBytes) * 8 * shareOfOriginal) / seconds;
  return {
    bitsPerSecond: Math.round(Math.min(mostBitsPerSecond, Math.max(leastBitsPerSecond, bits))),
    framesPerSecond: Math.min(240, Math.max(1, sum(({ frameCount }) => frameCount) / seconds)),
  };
}

/** What the header of the file says of it. */
function commentOf(areas: Areas, now: EpochMs): string {
  const count = areas.length === 1 ? '1 privacy mask is' : `${areas.length} privacy masks are`;
  return `Derived work: ${count} covered in every picture, and the pictures were encoded anew. Made by Vedette at ${new Date(now).toISOString()}. The original recording is not changed and stays with who made this file.`;
}
