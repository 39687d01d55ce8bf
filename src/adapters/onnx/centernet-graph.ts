// Turns the CenterNet graph from TensorFlow (NHWC) into ONNX (NCHW), from the picture to its two heads.

import { convolution, plain, type Scaled, unscaled } from './convolution.ts';
import { type OnnxGraph, onnxGraph } from './onnx-graph.ts';
import type { TfjsModel, TfjsNode, TfjsWeight } from './tfjs-model.ts';

/** Raised whenever the file made from the same weights would differ. */
export const builderVersion = 2;

/** Pixels of the input per cell of the output. */
export const centernetStride = 4;

export interface CenternetGraphOptions {
  /** Of the pictures; multiples of 32, so that every halving on the way is exact. */
  readonly width: number;
  readonly height: number;
  /** Which of the model's 80 classes get a heat map, in this order. Each that is left out saves time. */
  readonly classes: readonly number[];
}

const placeholder = 'tower_0/images';
const heatNode = 'tower_0/keypoints';
const distancesNode = 'tower_0/wh';
/** The last layer of the heat map: its output channels are the classes. */
const classLayer = 'tower_0/CenternetHead/centernet_cls_output/BiasAdd';

/**
 * The ONNX file: input `picture` uint8 [1, height, width, 3] RGB; outputs `heat` [1, classes, height/4, width/4]
 * after the sigmoid, and `distances` [1, 4, height/4, width/4]: from a cell's centre to the left, top, right and
 * bottom edge of its box, in input pixels.
 */
export function centernetOnnx(model: TfjsModel, options: CenternetGraphOptions): Uint8Array {
  const { width, height, classes } = options;
  if (width % 32 !== 0 || height % 32 !== 0)
    throw new RangeError('The picture size must be multiples of 32.');
  const graph = onnxGraph();
  // Transposed while still bytes: a quarter of the memory traffic.
  graph.node('Transpose', ['picture'], 'picture/planes', { perm: [0, 3, 1, 2] });
  const input = graph.node('Cast', ['picture/planes'], 'picture/float', { to: 1 });
  const convert = converter(graph, model, classes, input);
  graph.node('Identity', [plain(graph, convert(heatNode))], 'heat');
  graph.node('Identity', [plain(graph, convert(distancesNode))], 'distances');
  const cells = [height / centernetStride, width / centernetStride];
  return graph.finish({
    name: 'centernet',
    inputs: [{ name: 'picture', type: 'uint8', shape: [1, height, width, 3] }],
    outputs: [
      { name: 'heat', type: 'float32', shape: [1, classes.length, ...cells] },
      { name: 'distances', type: 'float32', shape: [1, 4, ...cells] },
    ],
  });
}

/**
 * Returns a function that adds a TensorFlow node, after all it needs. Multiplying by a number is put off until the
 * next convolution, which has it in its weights for nothing: that makes the hard swish, x · relu6(x + 3) / 6, of
 * which there are 20, two passes over memory instead of four.
 */
function converter(graph: OnnxGraph, model: TfjsModel, classes: readonly number[], input: string) {
  const done = new Map<string, Scaled>([[placeholder, unscaled(input)]]);
  const weight = (name: string | undefined): TfjsWeight => {
    const found = model.weights.get(name ?? '');
    if (found === undefined) throw new RangeError(`The model has no weights called ${name}.`);
    return found;
  };
  /** Only scalars are added and multiplied in this graph: their layout is the same in both worlds. */
  const scalar = (name: string): number | null => {
    const constant = model.weights.get(name);
    if (constant === undefined) return null;
    const [value] = constant.values;
    if (value === undefined || constant.values.length !== 1) {
      throw new RangeError(`The constant ${name} is not a scalar.`);
    }
    return value;
  };
  const convert = (name: string): Scaled => {
    const known = done.get(name);
    if (known !== undefined) return known;
    const node = model.nodes.get(name);
    if (node === undefined) throw new RangeError(`The model has no node called ${name}.`);
    const result = layer(node);
    done.set(name, result);
    return result;
  };
  const plainly = (name: string): string => plain(graph, convert(name));
  const layer = (node: TfjsNode): Scaled => {
    const [first = '', second = ''] = node.inputs;
    switch (node.op) {
      case 'Conv2D':
      case '_FusedConv2D':
      case 'DepthwiseConv2dNative':
      case 'FusedDepthwiseConv2dNative': {
        const kept = node.name === classLayer ? classes : null;
        return unscaled(convolution(graph, node, convert(first), weight, kept));
      }
      case 'Add':
        return unscaled(graph.node('Add', [plainly(first), plainly(second)], node.name));
      case 'Mul':
        return product(node);
      case 'Relu':
      case 'Sigmoid':
        return unscaled(graph.node(node.op, [plainly(first)], node.name));
      case 'Identity':
        return convert(first);
      case 'Relu6':
        return shiftedRelu6(node);
      case 'Mean': {
        if (weight(second).values.join() !== '1,2' || node.flags.keep_dims !== true) {
          throw new RangeError(`${node.name} is not a mean over the picture.`);
        }
        const { name, scale } = convert(first);
        return { name: graph.node('GlobalAveragePool', [name], node.name), scale };
      }
      case 'ConcatV2':
        if (weight(node.inputs.at(-1)).values[0] !== 3) {
          throw new RangeError(`${node.name} joins no channels.`);
        }
        return unscaled(graph.node('Concat', node.inputs.slice(0, -1).map(plainly), node.name, { axis: 1 }));
      case 'ResizeBilinear':
        return unscaled(doubled(graph, node, plainly(first)));
      default:
        throw new RangeError(`The builder does not know the layer kind ${node.op}.`);
    }
  };
  const product = (node: TfjsNode): Scaled => {
    const [first = '', second = ''] = node.inputs;
    const factor = scalar(first) ?? scalar(second);
    if (factor !== null) {
      const { name, scale } = convert(scalar(first) === null ? first : second);
      return { name, scale: scale * factor };
    }
    const [one, other] = [convert(first), convert(second)];
    return { name: graph.node('Mul', [one.name, other.name], node.name), scale: one.scale * other.scale };
  };
  /** relu6(x + b) = 6 · hardSigmoid(x; 1/6, b/6). */
  const shiftedRelu6 = (node: TfjsNode): Scaled => {
    const sum = model.nodes.get(node.inputs[0] ?? '');
    const [first = '', second = ''] = sum?.inputs ?? [];
    const shift = scalar(second);
    if (sum?.op !== 'Add' || shift === null) throw new RangeError(`${node.name} limits something else.`);
    const { name, scale } = convert(first);
    const limited = graph.node('HardSigmoid', [name], node.name, {
      alpha: { float: scale / 6 },
      beta: { float: shift / 6 },
    });
    return { name: limited, scale: 6 };
  };
  return convert;
}

/** Every resize of this model doubles; the sizes in its constants belong to 512×512 pictures and are not used. */
function doubled(graph: OnnxGraph, node: TfjsNode, input: string): string {
  if (node.flags.align_corners === true || node.flags.half_pixel_centers === true) {
    throw new RangeError(`${node.name} resizes by another rule.`);
  }
  const scales = graph.constant('resize/scales', [4], Float32Array.of(1, 1, 2, 2));
  return graph.node('Resize', [input, '', scales], node.name, {
    mode: 'linear',
    coordinate_transformation_mode: 'asymmetric',
  });
}
