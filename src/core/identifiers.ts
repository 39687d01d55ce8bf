// New identifiers: UUID version 7, so that rows made later sort later.

import { type Brand, branded, type EpochMs } from './brand.ts';
import type { Clock } from './ports/clock.ts';

const idBytes = 16;
/** Random bytes are drawn for 256 identifiers at a time: drawing them costs more than the rest. */
const pool = new Uint8Array(256 * idBytes);
let drawn = pool.byteLength;

function randomBytes(): Uint8Array<ArrayBuffer> {
  if (drawn === pool.byteLength) {
    crypto.getRandomValues(pool);
    drawn = 0;
  }
  const bytes = pool.slice(drawn, drawn + idBytes);
  drawn += idBytes;
  return bytes;
}

/** A fresh UUIDv7 (RFC 9562 §5.7): 48 bits of time, 74 random bits. */
export function newId<B extends Brand<string, string>>(clock: Clock): B {
  const bytes = randomBytes();
  new DataView(bytes.buffer).setBigUint64(
    0,
    (BigInt(clock.now()) << 16n) | BigInt(((bytes[6] ?? 0) << 8) | (bytes[7] ?? 0)),
  );
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toHex();
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return branded<Brand<string, string>>(parts.join('-')) as B;
}

/** When an identifier was made; null where it is none of version 7. */
export function madeAt(id: string): EpochMs | null {
  const [, high, low] =
    /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.exec(id) ?? [];
  return high === undefined || low === undefined ? null : branded<EpochMs>(Number.parseInt(high + low, 16));
}
