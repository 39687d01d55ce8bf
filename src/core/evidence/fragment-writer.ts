// Writing packets as the fragments of one file: a header, then a fragment for each group of pictures.

import { type Sample, trackIdOf, writeFragment } from '../footage/cmaf.ts';
import type { InitSegment } from '../footage/recording.ts';
import type { Packet } from '../ports/media.ts';

export interface FragmentWriter {
  /** Fragments written so far. */
  readonly fragments: number;
  /** The pieces of the file that became whole: a group is, once the next one begins. */
  add(packets: readonly Packet[]): Generator<Uint8Array<ArrayBuffer>, void>;
  /** The last piece; its last picture is shown until `endTicks`. */
  end(endTicks: number): Generator<Uint8Array<ArrayBuffer>, void>;
}

/** Of packets without B-frames, whose header `init` gives from the first one on. */
export function fragmentWriter(init: () => InitSegment | null): FragmentWriter {
  let group: Packet[] = [];
  let fragments = 0;

  function* written(endTicks: number): Generator<Uint8Array<ArrayBuffer>, void> {
    const [first] = group;
    const header = init();
    if (first === undefined || header === null) return;
    if (fragments === 0) yield new Uint8Array(header.bytes);
    fragments += 1;
    yield writeFragment({
      trackId: trackIdOf(header.bytes),
      sequence: fragments,
      decodeTimeTicks: first.dtsTicks,
      samples: samplesOf(group, endTicks),
    });
    group = [];
  }
  return {
    get fragments() {
      return fragments;
    },
    *add(packets) {
      for (const packet of packets) {
        if (packet.keyFrame) yield* written(packet.dtsTicks);
        group.push(packet);
      }
    },
    end: written,
  };
}

/** Each picture is shown until the next: where one could not be decoded, the one before it stays. */
function samplesOf(group: readonly Packet[], endTicks: number): readonly Sample[] {
  return group.map(({ data, keyFrame, ptsTicks, dtsTicks }, index) => ({
    data,
    keyFrame,
    durationTicks: Math.max(1, Math.round((group[index + 1]?.dtsTicks ?? endTicks) - dtsTicks)),
    compositionOffsetTicks: ptsTicks - dtsTicks,
  }));
}
