// Aggregation packets: several NAL units in one packet, each after its length in two bytes.

import type { UnitWriter } from './access-units.ts';
import type { RtpPayload } from './rtp.ts';

/** Takes apart a STAP-A (RFC 6184, 5.7.1) or an AP without decoding order numbers (RFC 7798, 4.4.2). */
export function unpackAggregate(
  { bytes, start, end }: RtpPayload,
  headerBytes: number,
  to: UnitWriter,
): void {
  for (let at = start + headerBytes; at < end; ) {
    const size = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    at += 2;
    if (at + size > end) {
      to.damage();
      return;
    }
    if (size > 0) to.unit(bytes, at, at + size);
    at += size;
  }
}
