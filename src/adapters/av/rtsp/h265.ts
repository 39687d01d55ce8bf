// H.265 over RTP (RFC 7798): single NAL units, aggregated ones (AP), and fragments (FU).

import type { UnitFormat, UnitKind, UnitWriter } from './access-units.ts';
import { unpackAggregate } from './aggregate.ts';
import type { RtpPayload } from './rtp.ts';

const aggregate = 48;
const fragment = 49;

export const h265: UnitFormat = {
  headerBytes: 2,
  kind,
  // The sequence parameter set always says how many pictures are shown out of order, so nobody needs to ask.
  isBidirectional: () => false,
  unpack(packet, to) {
    const type = ((packet.bytes[packet.start] ?? 0) >> 1) & 0x3f;
    if (type === fragment) unpackFragment(packet, to);
    else if (type === aggregate) unpackAggregate(packet, 2, to);
    else if (type < aggregate) to.unit(packet.bytes, packet.start, packet.end);
  },
};

/** Table 7-1 of H.265. A key frame is an IRAP picture: BLA, IDR or CRA. */
function kind(header: number): UnitKind {
  const type = (header >> 1) & 0x3f;
  if (type >= 16 && type <= 21) return 'key';
  if (type <= 9) return 'slice';
  if (type >= 32 && type <= 34) return 'parameter-set';
  return type >= 35 && type <= 38 ? 'useless' : 'other';
}

function unpackFragment({ bytes, start, end }: RtpPayload, to: UnitWriter): void {
  if (end - start < 3) {
    to.damage();
    return;
  }
  const header = bytes[start + 2] ?? 0;
  if ((header & 0x80) !== 0) {
    to.begin();
    to.byte(((bytes[start] ?? 0) & 0x81) | ((header & 0x3f) << 1));
    to.byte(bytes[start + 1] ?? 0);
  } else if (!to.isOpen) {
    to.damage();
    return;
  }
  to.append(bytes, start + 3, end);
  if ((header & 0x40) !== 0) to.end();
}
