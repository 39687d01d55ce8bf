// Reads a TensorFlow.js graph model: its nodes, and its weights as 32-bit floats.

import { z } from 'zod';

const attributeSchema = z.object({
  s: z.string().optional(),
  b: z.boolean().optional(),
  list: z
    .object({ s: z.array(z.string()).optional(), i: z.array(z.union([z.string(), z.number()])).optional() })
    .optional(),
});

const fileSchema = z.object({
  modelTopology: z.object({
    node: z.array(
      z.object({
        name: z.string(),
        op: z.string(),
        input: z.array(z.string()).default([]),
        attr: z.record(z.string(), attributeSchema).default({}),
      }),
    ),
  }),
  weightsManifest: z.array(
    z.object({
      weights: z.array(
        z.object({
          name: z.string(),
          shape: z.array(z.number().int().nonnegative()),
          dtype: z.enum(['float32', 'int32', 'bool']),
          quantization: z
            .object({
              dtype: z.enum(['uint8', 'uint16', 'float16']),
              min: z.number().optional(),
              scale: z.number().optional(),
            })
            .optional(),
        }),
      ),
    }),
  ),
});

type ManifestWeight = z.infer<typeof fileSchema>['weightsManifest'][number]['weights'][number];

export interface TfjsNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  /** Text attributes, decoded: `padding` → "SAME". */
  readonly text: Readonly<Record<string, string>>;
  readonly texts: Readonly<Record<string, readonly string[]>>;
  readonly integers: Readonly<Record<string, readonly number[]>>;
  readonly flags: Readonly<Record<string, boolean>>;
}

export interface TfjsWeight {
  /** As TensorFlow has it: filters are height, width, in, out. */
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface TfjsModel {
  readonly nodes: ReadonlyMap<string, TfjsNode>;
  readonly weights: ReadonlyMap<string, TfjsWeight>;
}

/** Reads a model from the text of its .json and the bytes of its one .bin file. */
export function readTfjsModel(json: string, bytes: Uint8Array): TfjsModel {
  const file = fileSchema.parse(JSON.parse(json));
  const nodes = new Map<string, TfjsNode>();
  for (const { name, op, input, attr } of file.modelTopology.node) {
    nodes.set(name, { name, op, inputs: input.map(withoutPort), ...attributes(attr) });
  }
  return {
    nodes,
    weights: readWeights(
      file.weightsManifest.flatMap((group) => group.weights),
      bytes,
    ),
  };
}

/** "name:0" is the first output of `name`: the same as "name". */
function withoutPort(input: string): string {
  return input.endsWith(':0') ? input.slice(0, -2) : input;
}

function attributes(attr: Readonly<Record<string, z.infer<typeof attributeSchema>>>) {
  const text: Record<string, string> = {};
  const texts: Record<string, string[]> = {};
  const integers: Record<string, number[]> = {};
  const flags: Record<string, boolean> = {};
  for (const [name, value] of Object.entries(attr)) {
    if (value.s !== undefined) text[name] = fromBase64(value.s);
    if (value.b !== undefined) flags[name] = value.b;
    if (value.list?.s !== undefined) texts[name] = value.list.s.map(fromBase64);
    if (value.list?.i !== undefined) integers[name] = value.list.i.map(Number);
  }
  return { text, texts, integers, flags };
}

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8');
}

function readWeights(manifest: readonly ManifestWeight[], bytes: Uint8Array): Map<string, TfjsWeight> {
  const weights = new Map<string, TfjsWeight>();
  let offset = 0;
  for (const weight of manifest) {
    const count = weight.shape.reduce((product, size) => product * size, 1);
    const size = count * bytesPerValue(weight);
    if (offset + size > bytes.length) throw new RangeError(`The weights end before ${weight.name}.`);
    // A copy, because typed arrays want aligned offsets.
    const buffer = new Uint8Array(bytes.subarray(offset, offset + size)).buffer;
    weights.set(weight.name, { shape: weight.shape, values: dequantize(weight, buffer) });
    offset += size;
  }
  if (offset !== bytes.length) throw new RangeError('The weights are longer than their manifest says.');
  return weights;
}

function bytesPerValue(weight: ManifestWeight): number {
  const type = weight.quantization?.dtype ?? weight.dtype;
  return { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 }[type];
}

/** Linear quantization: `value × scale + min`, as tfjs-converter's `write_weights` made it. */
function dequantize(weight: ManifestWeight, buffer: ArrayBuffer): Float32Array {
  const { quantization } = weight;
  if (quantization === undefined) {
    if (weight.dtype === 'int32') return Float32Array.from(new Int32Array(buffer));
    if (weight.dtype === 'bool') return Float32Array.from(new Uint8Array(buffer));
    return new Float32Array(buffer);
  }
  if (quantization.dtype === 'float16') return Float32Array.from(new Float16Array(buffer));
  const raw = quantization.dtype === 'uint8' ? new Uint8Array(buffer) : new Uint16Array(buffer);
  const { scale = 1, min = 0 } = quantization;
  return Float32Array.from(raw, (value) => value * scale + min);
}
