// Protocol Buffers, the few encodings that an ONNX file needs (protobuf.dev/programming-guides/encoding).

/** One message being written; fields appear in the order of the calls. */
export interface MessageWriter {
  /** `int64`, `int32` or `enum`; not negative. */
  integer(field: number, value: number): void;
  float(field: number, value: number): void;
  text(field: number, value: string): void;
  bytes(field: number, value: Uint8Array): void;
  message(field: number, write: (message: MessageWriter) => void): void;
  finish(): Uint8Array;
}

const wireVarint = 0;
const wireLengthDelimited = 2;
const wireFixed32 = 5;
const encoder = new TextEncoder();

export function messageWriter(): MessageWriter {
  const chunks: Uint8Array[] = [];
  const key = (field: number, wire: number): void => {
    chunks.push(varint(field * 8 + wire));
  };
  const bytes = (field: number, value: Uint8Array): void => {
    key(field, wireLengthDelimited);
    chunks.push(varint(value.length), value);
  };
  return {
    integer(field, value) {
      key(field, wireVarint);
      chunks.push(varint(value));
    },
    float(field, value) {
      key(field, wireFixed32);
      const encoded = new Uint8Array(4);
      new DataView(encoded.buffer).setFloat32(0, value, true);
      chunks.push(encoded);
    },
    text: (field, value) => bytes(field, encoder.encode(value)),
    bytes,
    message(field, write) {
      const inner = messageWriter();
      write(inner);
      bytes(field, inner.finish());
    },
    finish: () => Buffer.concat(chunks),
  };
}

/** Base 128, least significant group first. `value` is a whole number up to 2^53 − 1. */
function varint(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`No varint can be made of ${value}.`);
  const out: number[] = [];
  let rest = value;
  while (rest >= 128) {
    out.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  out.push(rest);
  return Uint8Array.from(out);
}
