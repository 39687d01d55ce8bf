// Splits what a camera sends over TCP into interleaved frames (RFC 2326, 10.12) and messages, in place.

import { VedetteError } from '../../../core/errors.ts';
import { notRtsp } from './faults.ts';
import { header, type Message, parseHead } from './messages.ts';

/** A camera's answers have a few hundred bytes of headers. */
export const maxHeadBytes = 16 * 1024;
/** A description of one camera's streams has one or two kilobytes. */
export const maxBodyBytes = 64 * 1024;
/** Bytes between two frames that are no frame, skipped before the stream is given up. */
export const maxGarbageBytes = 256 * 1024;

/** The word that a message begins with is shorter, even where a camera invents one. */
const maxWordBytes = 64;

const dollar = 0x24;
const frameHeaderBytes = 4;

export interface FrameSink {
  /** An interleaved frame: `bytes` from `start` to `end`, valid only during the call. */
  frame(channel: number, bytes: Buffer, start: number, end: number): void;
  message(message: Message): void;
}

export interface Deframer {
  /** Takes the first `length` bytes of `bytes`, which may be used again afterwards. Errors: `source-not-video`. */
  push(bytes: Buffer, length: number): void;
  /** Makes it look for the next frame of `channel` where something else comes, instead of giving up. */
  tolerate(channel: number): void;
}

export function deframer(where: string, sink: FrameSink): Deframer {
  /** The beginning of a frame or message whose rest has not come yet. */
  let carry = Buffer.allocUnsafeSlow(4096);
  let carried = 0;
  let frameStart: Buffer | null = null;
  let garbageBytes = 0;

  function keep(bytes: Buffer, start: number, end: number): void {
    if (carried + end - start > carry.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(carry.length * 2, carried + end - start));
      carry.copy(larger, 0, 0, carried);
      carry = larger;
    }
    bytes.copy(carry, carried, start, end);
    carried += end - start;
  }

  /** Handles all that is complete from `start`; where what is left begins. */
  function handle(bytes: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end) {
      if (bytes[at] !== dollar) {
        const next = text(bytes, at, end);
        if (next === at) return at;
        at = next;
        continue;
      }
      if (end - at < frameHeaderBytes) return at;
      const frameEnd = at + frameHeaderBytes + (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
      if (frameEnd > end) return at;
      sink.frame(bytes[at + 1] ?? 0, bytes, at + frameHeaderBytes, frameEnd);
      garbageBytes = 0;
      at = frameEnd;
    }
    return at;
  }

  /** Handles a message at `at`; returns where it ends, or `at` where it is not complete. */
  function text(bytes: Buffer, at: number, end: number): number {
    if (!looksLikeText(bytes, at, end)) return skipGarbage(bytes, at, end);
    const head = endOfHead(bytes, at, end);
    if (head === null) {
      if (end - at > maxHeadBytes) throw notRtsp(where, 'sends headers without end');
      return at;
    }
    if (head.end - at > maxHeadBytes) throw notRtsp(where, 'sends headers without end');
    const parsed = parseHead(bytes.toString('latin1', at, head.end));
    if (parsed === null) return skipGarbage(bytes, at, end);
    const bodyBytes = Number(header(parsed, 'content-length') ?? 0);
    if (!Number.isInteger(bodyBytes) || bodyBytes < 0 || bodyBytes > maxBodyBytes) {
      throw notRtsp(where, 'sends a description that is too long');
    }
    const bodyStart = head.end + head.separatorBytes;
    if (bodyStart + bodyBytes > end) return at;
    sink.message({ ...parsed, body: bytes.toString('utf8', bodyStart, bodyStart + bodyBytes) });
    return bodyStart + bodyBytes;
  }

  /** Where the next frame begins, or the end: some cameras put bytes of their own between frames. */
  function skipGarbage(bytes: Buffer, at: number, end: number): number {
    // Line ends between messages are harmless (RFC 2326 takes over RFC 2068, 4.1).
    if (bytes[at] === 0x0d || bytes[at] === 0x0a) return at + 1;
    if (frameStart === null) throw notRtsp(where, 'does not speak RTSP');
    const found = bytes.subarray(0, end).indexOf(frameStart, at + 1);
    const next = found >= 0 ? found : bytes[end - 1] === dollar && end - 1 > at ? end - 1 : end;
    garbageBytes += next - at;
    if (garbageBytes > maxGarbageBytes) {
      throw new VedetteError(
        'source-corrupt',
        `${where}: the stream is damaged and cannot be read further. Check the network of the camera.`,
      );
    }
    return next;
  }

  /** Copies what completes the carried frame, so that one frame at most is copied; where the rest begins. */
  function complete(bytes: Buffer, length: number): number {
    let at = 0;
    for (const wanted of [frameHeaderBytes, 0]) {
      const needed = wanted || frameHeaderBytes + (((carry[2] ?? 0) << 8) | (carry[3] ?? 0));
      const take = Math.min(length - at, Math.max(0, needed - carried));
      keep(bytes, at, at + take);
      at += take;
      if (carried < needed) return at;
    }
    const whole = carried;
    carried = 0;
    handle(carry, 0, whole);
    return at;
  }

  return {
    push(bytes, length) {
      let at = 0;
      if (carried > 0 && carry[0] === dollar) {
        at = complete(bytes, length);
      } else if (carried > 0) {
        keep(bytes, 0, length);
        const [whole, wholeBytes] = [carry, carried];
        // What is left is kept in a buffer of its own: `whole` is still being read.
        carry = Buffer.allocUnsafeSlow(4096);
        carried = 0;
        keep(whole, handle(whole, 0, wholeBytes), wholeBytes);
        return;
      }
      if (carried === 0) keep(bytes, handle(bytes, at, length), length);
    },
    tolerate(channel) {
      frameStart = Buffer.from([dollar, channel]);
    },
  };
}

/** Whether it may be the beginning of an answer ("RTSP/1.0 200") or of a request ("OPTIONS rtsp://"). */
function looksLikeText(bytes: Buffer, at: number, end: number): boolean {
  for (let index = at; index < Math.min(end, at + maxWordBytes); index += 1) {
    const byte = bytes[index] ?? 0;
    if (index > at && (byte === 0x2f || byte === 0x20)) return true;
    const isLetter = (byte >= 0x41 && byte <= 0x5a) || byte === 0x5f;
    if (!isLetter) return false;
  }
  return end - at < maxWordBytes;
}

/** Where the head ends, and how long the empty line is. Some cameras end lines with a line feed alone. */
function endOfHead(bytes: Buffer, at: number, end: number): { end: number; separatorBytes: number } | null {
  const part = bytes.subarray(at, Math.min(end, at + maxHeadBytes + 4));
  const crlf = part.indexOf('\r\n\r\n', 0, 'latin1');
  const lf = part.indexOf('\n\n', 0, 'latin1');
  if (crlf >= 0 && (lf < 0 || crlf < lf)) return { end: at + crlf, separatorBytes: 4 };
  return lf >= 0 ? { end: at + lf, separatorBytes: 2 } : null;
}
