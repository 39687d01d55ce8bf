// H.264 over RTP (RFC 6184): single NAL units, aggregated ones (STAP-A), and fragments (FU-A).

import { VedetteError } from '../../../core/errors.ts';
import type { UnitFormat, UnitKind, UnitWriter } from './access-units.ts';
import { unpackAggregate } from './aggregate.ts';
import { bitReader } from './bits.ts';
import type { RtpPayload } from './rtp.ts';

const stapA = 24;
const fuA = 28;
/** STAP-B, MTAP16, MTAP24 and FU-B: only in interleaved mode, which no camera offers. */
const interleavedTypes = [25, 26, 27, 29];
const bSlice = 1;

export const h264: UnitFormat = {
  headerBytes: 1,
  kind,
  isBidirectional(bytes, start, end) {
    // Far enough for two numbers, also where the first is a large picture's last macroblock.
    const reader = bitReader(bytes, start + 1, Math.min(end, start + 16));
    try {
      reader.unsigned();
      return reader.unsigned() % 5 === bSlice;
    } catch {
      return false;
    }
  },
  unpack(packet, to, where) {
    const { bytes, start, end } = packet;
    const type = (bytes[start] ?? 0) & 0x1f;
    if (type === fuA) unpackFragment(packet, to);
    else if (type === stapA) unpackAggregate(packet, 1, to);
    else if (type >= 1 && type < stapA) to.unit(bytes, start, end);
    else if (interleavedTypes.includes(type)) {
      throw new VedetteError(
        'source-not-video',
        `${where}: the camera sends its video interleaved, which cannot be recorded. Turn that off in the camera.`,
      );
    }
  },
};

/** Table 7-1 of H.264. A key frame is an IDR picture: one with a recovery point needs pictures before it. */
function kind(header: number): UnitKind {
  const type = header & 0x1f;
  if (type === 5) return 'key';
  if (type >= 1 && type <= 4) return 'slice';
  if (type === 7 || type === 8) return 'parameter-set';
  // Delimiters, ends and fillers say nothing that a sample does not say.
  return type >= 9 && type <= 12 ? 'useless' : 'other';
}

function unpackFragment({ bytes, start, end }: RtpPayload, to: UnitWriter): void {
  if (end - start < 2) {
    to.damage();
    return;
  }
  const header = bytes[start + 1] ?? 0;
  if ((header & 0x80) !== 0) {
    to.begin();
    to.byte(((bytes[start] ?? 0) & 0xe0) | (header & 0x1f));
  } else if (!to.isOpen) {
    to.damage();
    return;
  }
  to.append(bytes, start + 2, end);
  if ((header & 0x40) !== 0) to.end();
}
