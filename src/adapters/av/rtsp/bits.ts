// Reading the bits of a NAL unit (ITU-T H.264 and H.265, clauses 7.2 and 9.1/9.2).

export const startCode = Buffer.from([0, 0, 1]);

/** Reads past the end as a RangeError. */
export interface BitReader {
  bits(count: number): number;
  flag(): boolean;
  /** Exp-Golomb coded, ue(v). */
  unsigned(): number;
  /** Exp-Golomb coded, se(v). */
  signed(): number;
  skip(count: number): void;
}

/** Reads `bytes` from `start` to `end`, leaving out emulation prevention bytes (00 00 03). */
export function bitReader(bytes: Uint8Array, start = 0, end = bytes.length): BitReader {
  let at = start;
  let zeros = 0;
  let current = 0;
  let left = 0;

  function nextByte(): number {
    if (at < end && zeros >= 2 && bytes[at] === 3) {
      at += 1;
      zeros = 0;
    }
    const byte = at < end ? bytes[at] : undefined;
    if (byte === undefined) throw new RangeError('The bits of a NAL unit end too early.');
    at += 1;
    zeros = byte === 0 ? zeros + 1 : 0;
    return byte;
  }
  function bit(): number {
    if (left === 0) {
      current = nextByte();
      left = 8;
    }
    left -= 1;
    return (current >> left) & 1;
  }
  function bits(count: number): number {
    let value = 0;
    for (let index = 0; index < count; index += 1) value = value * 2 + bit();
    return value;
  }
  function unsigned(): number {
    let zeroBits = 0;
    while (bit() === 0) {
      zeroBits += 1;
      if (zeroBits > 32) throw new RangeError('A number in a NAL unit is too long.');
    }
    return 2 ** zeroBits - 1 + bits(zeroBits);
  }
  return {
    bits,
    flag: () => bit() === 1,
    unsigned,
    signed() {
      const code = unsigned();
      return code % 2 === 0 ? -code / 2 : (code + 1) / 2;
    },
    skip(count) {
      for (let index = 0; index < count; index += 1) bit();
    },
  };
}
