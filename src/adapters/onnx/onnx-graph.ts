// An ONNX graph under construction, and its file (github.com/onnx/onnx: onnx.proto, IR version 8, operator set 17).

import { type MessageWriter, messageWriter } from './protobuf.ts';

export type Attribute = number | string | readonly number[] | { readonly float: number };

export interface ValueShape {
  readonly name: string;
  readonly type: 'float32' | 'uint8';
  readonly shape: readonly number[];
}

export interface OnnxGraph {
  /** Adds a constant and returns its name. `values.length` is the product of `shape`. */
  constant(name: string, shape: readonly number[], values: Float32Array): string;
  /** Adds an operator with one output and returns that output's name. */
  node(
    operator: string,
    inputs: readonly string[],
    output: string,
    attributes?: Readonly<Record<string, Attribute>>,
  ): string;
  /** The whole file. */
  finish(about: { name: string; inputs: readonly ValueShape[]; outputs: readonly ValueShape[] }): Uint8Array;
}

const irVersion = 8;
const operatorSet = 17;
const elementType = { float32: 1, uint8: 2 } as const;
/** Field numbers of the messages of onnx.proto. */
const model = { irVersion: 1, producer: 2, graph: 7, operatorSet: 8 } as const;
const graphField = { node: 1, name: 2, constant: 5, input: 11, output: 12 } as const;
const nodeField = { input: 1, output: 2, name: 3, operator: 4, attribute: 5 } as const;
const tensorField = { dimension: 1, type: 2, name: 8, raw: 9 } as const;
const attributeField = { name: 1, float: 2, integer: 3, text: 4, floats: 7, integers: 8, type: 20 } as const;
const attributeType = { float: 1, integer: 2, text: 3, integers: 7 } as const;

export function onnxGraph(): OnnxGraph {
  const graph = messageWriter();
  const named = new Set<string>();
  return {
    constant(name, shape, values) {
      if (named.has(name)) return name;
      named.add(name);
      graph.message(graphField.constant, (tensor) => {
        for (const dimension of shape) tensor.integer(tensorField.dimension, dimension);
        tensor.integer(tensorField.type, elementType.float32);
        tensor.text(tensorField.name, name);
        tensor.bytes(tensorField.raw, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
      });
      return name;
    },
    node(operator, inputs, output, attributes = {}) {
      graph.message(graphField.node, (node) => {
        for (const input of inputs) node.text(nodeField.input, input);
        node.text(nodeField.output, output);
        node.text(nodeField.name, output);
        node.text(nodeField.operator, operator);
        for (const [name, value] of Object.entries(attributes)) {
          node.message(nodeField.attribute, (attribute) => writeAttribute(attribute, name, value));
        }
      });
      return output;
    },
    finish(about) {
      graph.text(graphField.name, about.name);
      for (const input of about.inputs) graph.message(graphField.input, (value) => writeValue(value, input));
      for (const output of about.outputs) {
        graph.message(graphField.output, (value) => writeValue(value, output));
      }
      const file = messageWriter();
      file.integer(model.irVersion, irVersion);
      file.text(model.producer, 'vedette');
      file.bytes(model.graph, graph.finish());
      file.message(model.operatorSet, (set) => {
        set.text(1, '');
        set.integer(2, operatorSet);
      });
      return file.finish();
    },
  };
}

function writeAttribute(attribute: MessageWriter, name: string, value: Attribute): void {
  attribute.text(attributeField.name, name);
  if (typeof value === 'number') {
    attribute.integer(attributeField.integer, value);
    attribute.integer(attributeField.type, attributeType.integer);
  } else if (typeof value === 'string') {
    attribute.text(attributeField.text, value);
    attribute.integer(attributeField.type, attributeType.text);
  } else if ('float' in value) {
    attribute.float(attributeField.float, value.float);
    attribute.integer(attributeField.type, attributeType.float);
  } else {
    for (const item of value) attribute.integer(attributeField.integers, item);
    attribute.integer(attributeField.type, attributeType.integers);
  }
}

/** ValueInfoProto: name = 1, type = 2 { tensor = 1 { element = 1, shape = 2 { dimension = 1 { value = 1 } } } }. */
function writeValue(value: MessageWriter, about: ValueShape): void {
  value.text(1, about.name);
  value.message(2, (type) =>
    type.message(1, (tensor) => {
      tensor.integer(1, elementType[about.type]);
      tensor.message(2, (shape) => {
        for (const size of about.shape) shape.message(1, (dimension) => dimension.integer(1, size));
      });
    }),
  );
}
