// Turns the CenterNet graph from TensorFlow (NHWC) into ONNX (NCHW), from the picture to its two heads.

import { type OnnxGraph, onnxGraph } from './onnx-graph.ts';
import type { TfjsModel, TfjsNode, TfjsWeight } from './tfjs-model.ts';

/** Raised whenever the file made from the same weights would differ. */
export const builderVersion = 1;

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
  graph.node('Identity', [convert(heatNode)], 'heat');
  graph.node('Identity', [convert(distancesNode)], 'distances');
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

/** Returns a function that adds a TensorFlow node, after all it needs, and names its ONNX value. */
function converter(graph: OnnxGraph, model: TfjsModel, classes: readonly number[], input: string) {
  const done = new Map<string, string>([[placeholder, input]]);
  const weight = (name: string | undefined): TfjsWeight => {
    const found = model.weights.get(name ?? '');
    if (found === undefined) throw new RangeError(`The model has no weights called ${name}.`);
    return found;
  };
  const convert = (name: string): string => {
    const known = done.get(name);
    if (known !== undefined) return known;
    const node = model.nodes.get(name);
    if (node === undefined) throw new RangeError(`The model has no node called ${name}.`);
    const result = layer(node);
    done.set(name, result);
    return result;
  };
  const value = (name: string): string => {
    const constant = model.weights.get(name);
    if (constant === undefined) return convert(name);
    // Only scalars are added and multiplied in this graph: their layout is the same in both worlds.
    if (constant.values.length !== 1) throw new RangeError(`The constant ${name} is not a scalar.`);
    return graph.constant(name, [], constant.values);
  };
  const unary = (operator: string, node: TfjsNode): string =>
    graph.node(operator, [value(first(node))], node.name);
  const layer = (node: TfjsNode): string => {
    switch (node.op) {
      case 'Conv2D':
      case '_FusedConv2D':
      case 'DepthwiseConv2dNative':
      case 'FusedDepthwiseConv2dNative': {
        const kept = node.name === classLayer ? classes : null;
        return convolution(graph, node, convert(first(node)), weight, kept);
      }
      case 'Add':
      case 'AddV2':
      case 'Mul':
        return graph.node(node.op === 'Mul' ? 'Mul' : 'Add', node.inputs.map(value), node.name);
      case 'Relu':
      case 'Sigmoid':
      case 'Identity':
        return unary(node.op, node);
      case 'Relu6': {
        const low = graph.constant('relu6/low', [], Float32Array.of(0));
        const high = graph.constant('relu6/high', [], Float32Array.of(6));
        return graph.node('Clip', [value(first(node)), low, high], node.name);
      }
      case 'Mean':
        if (weight(node.inputs[1]).values.join() !== '1,2' || node.flags.keep_dims !== true) {
          throw new RangeError(`${node.name} is not a mean over the picture.`);
        }
        return unary('GlobalAveragePool', node);
      case 'ConcatV2':
        if (weight(node.inputs.at(-1)).values[0] !== 3)
          throw new RangeError(`${node.name} joins no channels.`);
        return graph.node('Concat', node.inputs.slice(0, -1).map(value), node.name, { axis: 1 });
      case 'ResizeBilinear':
        return doubled(graph, node, convert(first(node)));
      default:
        throw new RangeError(`The builder does not know the layer kind ${node.op}.`);
    }
  };
  return convert;
}

function first(node: TfjsNode): string {
  const [input] = node.inputs;
  if (input === undefined) throw new RangeError(`${node.name} has no input.`);
  return input;
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

/** A convolution with the bias and activation that TensorFlow fused into it. `kept`: output channels to keep. */
function convolution(
  graph: OnnxGraph,
  node: TfjsNode,
  input: string,
  weight: (name: string | undefined) => TfjsWeight,
  kept: readonly number[] | null,
): string {
  const depthwise = node.op.includes('Depthwise');
  const filter = weight(node.inputs[1]);
  const [rows = 0, columns = 0, inChannels = 0, lastSize = 0] = filter.shape;
  if (depthwise && lastSize !== 1) throw new RangeError(`${node.name} multiplies channels.`);
  if (node.integers.dilations?.some((step) => step !== 1)) throw new RangeError(`${node.name} is dilated.`);
  const outChannels = depthwise ? inChannels : lastSize;
  const channels = kept ?? Array.from({ length: outChannels }, (_, index) => index);
  const planes = depthwise ? 1 : inChannels;
  const values = new Float32Array(channels.length * planes * rows * columns);
  let to = 0;
  // From height, width, in, out to out, in, height, width; a depth-wise filter keeps its out channel where
  // the others have in, and in × out is the same index for both.
  for (const out of channels) {
    for (let plane = 0; plane < planes; plane++) {
      for (let cell = 0; cell < rows * columns; cell++) {
        const from = depthwise ? cell * inChannels + out : (cell * inChannels + plane) * lastSize + out;
        values[to++] = filter.values[from] ?? 0;
      }
    }
  }
  const inputs = [
    input,
    graph.constant(`${node.name}/filter`, [channels.length, planes, rows, columns], values),
  ];
  const fused = node.texts.fused_ops ?? [];
  if (fused.includes('BiasAdd')) {
    const bias = weight(node.inputs[2]).values;
    const chosen = Float32Array.from(channels, (channel) => bias[channel] ?? 0);
    inputs.push(graph.constant(`${node.name}/bias`, [channels.length], chosen));
  }
  const output = graph.node('Conv', inputs, `${node.name}/convolution`, {
    kernel_shape: [rows, columns],
    strides: strides(node),
    group: depthwise ? channels.length : 1,
    ...(node.text.padding === 'SAME' ? { auto_pad: 'SAME_UPPER' } : { pads: [0, 0, 0, 0] }),
  });
  const activations = fused.filter((operation) => operation !== 'BiasAdd');
  if (activations.length === 0) return output;
  if (activations.join() !== 'Relu') throw new RangeError(`${node.name} ends in ${activations.join()}.`);
  return graph.node('Relu', [output], node.name);
}

function strides(node: TfjsNode): readonly number[] {
  const [, down = 1, across = 1] = node.integers.strides ?? [];
  return [down, across];
}
