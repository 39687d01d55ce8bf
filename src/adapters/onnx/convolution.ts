// Convolutions from TensorFlow's layout to ONNX's, and numbers that wait to be multiplied into one.

import type { OnnxGraph } from './onnx-graph.ts';
import type { TfjsNode, TfjsWeight } from './tfjs-model.ts';

/** What `name` holds, times `scale`. */
export interface Scaled {
  readonly name: string;
  readonly scale: number;
}

export function unscaled(name: string): Scaled {
  return { name, scale: 1 };
}

/** The name of the value itself, multiplied where that has not happened. */
export function plain(graph: OnnxGraph, { name, scale }: Scaled): string {
  if (scale === 1) return name;
  const factor = graph.constant(`factor/${scale}`, [], Float32Array.of(scale));
  return graph.node('Mul', [name, factor], `${name}/scaled`);
}

/** A convolution with the bias and activation that TensorFlow fused into it. `kept`: output channels to keep. */
export function convolution(
  graph: OnnxGraph,
  node: TfjsNode,
  input: Scaled,
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
        values[to++] = (filter.values[from] ?? 0) * input.scale;
      }
    }
  }
  const inputs = [
    input.name,
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
