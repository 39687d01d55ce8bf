// RTP and RTCP packets (RFC 3550): what is in them, and whether one is missing.

export interface RtpSink {
  /** A packet's payload, valid only during the call. */
  payload(packet: RtpPayload): void;
  /** Packets are missing before the next one. */
  lost(): void;
}

/** One object for all packets: a camera sends hundreds a second. */
export interface RtpPayload {
  bytes: Buffer;
  start: number;
  end: number;
  /** 32 bits, in ticks of the clock rate. */
  timestamp: number;
  /** The last packet of a picture. */
  marker: boolean;
}

/** Takes the packets of one payload type; others are passed over. */
export function rtpReceiver(payloadType: number, sink: RtpSink) {
  const packet: RtpPayload = { bytes: Buffer.alloc(0), start: 0, end: 0, timestamp: 0, marker: false };
  let next = -1;

  return (bytes: Buffer, start: number, end: number): void => {
    const flags = bytes[start] ?? 0;
    const second = bytes[start + 1] ?? 0;
    const payloadStart = start + 12 + (flags & 0x0f) * 4 + extensionBytes(bytes, start, flags);
    const payloadEnd = end - ((flags & 0x20) === 0 ? 0 : (bytes[end - 1] ?? 0));
    // Not RTP version 2, or shorter than its own header: the gap in the numbers will show what is missing.
    if (flags >> 6 !== 2 || (second & 0x7f) !== payloadType || payloadStart > payloadEnd) return;
    const sequence = ((bytes[start + 2] ?? 0) << 8) | (bytes[start + 3] ?? 0);
    if (sequence !== next && next >= 0) sink.lost();
    next = (sequence + 1) & 0xffff;
    packet.bytes = bytes;
    packet.start = payloadStart;
    packet.end = payloadEnd;
    packet.timestamp = bytes.readUInt32BE(start + 4);
    packet.marker = (second & 0x80) !== 0;
    sink.payload(packet);
  };
}

function extensionBytes(bytes: Buffer, start: number, flags: number): number {
  if ((flags & 0x10) === 0) return 0;
  const at = start + 12 + (flags & 0x0f) * 4;
  return 4 + 4 * (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
}

const goodByeType = 203;

/** Whether a compound RTCP packet says that the sender has nothing more to send (BYE). */
export function saysGoodBye(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at + 4 <= end && (bytes[at] ?? 0) >> 6 === 2; ) {
    if (bytes[at + 1] === goodByeType) return true;
    at += 4 + 4 * (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
  }
  return false;
}
