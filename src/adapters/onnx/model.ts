// A loaded model: a picture in, detections out, whatever its layout.

import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Detection } from '../../core/detection/detection.ts';
import type { RgbPicture } from '../../core/ports/detector.ts';
import { reportedClasses, reportedKinds } from './classes.ts';
import {
  type Channel,
  decodeCenternet,
  decodeYolo,
  decodeYolox,
  type ModelLayout,
  type PictureSize,
  type Values,
} from './decode.ts';
import type { WorkerSettings } from './messages.ts';

/** What a model that takes any size is given; both are multiples of 32. */
const anySizeInput: PictureSize = { width: 640, height: 384 };
/** ONNX Runtime's levels: 0 verbose … 3 error, 4 fatal. Its warnings are about optimisations it skipped. */
const logErrorsOnly = 3;

export interface Model {
  readonly input: PictureSize;
  detect(picture: RgbPicture): Promise<Detection[]>;
  close(): Promise<void>;
}

/** Loads a model file. Throws what ONNX Runtime says, or what is wrong with the model's inputs or outputs. */
export async function loadModel({ path, layout, threads }: WorkerSettings): Promise<Model> {
  const session = await InferenceSession.create(path, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: logErrorsOnly,
  });
  const [inputName] = session.inputNames;
  const outputNames = session.outputNames;
  if (inputName === undefined) throw new Error('The model has no input.');
  const input = pictureSize(session, layout);
  return {
    input,
    async detect(picture) {
      const result = await session.run({ [inputName]: tensor(picture, layout) });
      const outputs = outputNames.map((name) => values(result[name]));
      return decode(layout, outputs, input);
    },
    close: () => session.release(),
  };
}

function pictureSize(session: InferenceSession, layout: ModelLayout): PictureSize {
  const [metadata] = session.inputMetadata;
  if (metadata?.isTensor !== true || metadata.shape.length !== 4) {
    throw new Error('The model does not take pictures.');
  }
  const [, second, third, fourth] = metadata.shape;
  const [height, width] = layout === 'centernet' ? [second, third] : [third, fourth];
  if (typeof width === 'number' && typeof height === 'number' && width > 0 && height > 0) {
    return { width, height };
  }
  return anySizeInput;
}

/** The picture as the layout wants it: bytes as they are; planes BGR 0–255 (YOLOX); planes RGB 0–1 (YOLO). */
function tensor(picture: RgbPicture, layout: ModelLayout): Tensor {
  const { width, height, data } = picture;
  if (layout === 'centernet') return new Tensor('uint8', data, [1, height, width, 3]);
  const pixels = width * height;
  const planes = new Float32Array(pixels * 3);
  const order = layout === 'yolox' ? [2, 1, 0] : [0, 1, 2];
  const scale = layout === 'yolox' ? 1 : 1 / 255;
  order.forEach((channel, plane) => {
    for (let pixel = 0; pixel < pixels; pixel++) {
      planes[plane * pixels + pixel] = (data[pixel * 3 + channel] ?? 0) * scale;
    }
  });
  return new Tensor('float32', planes, [1, 3, height, width]);
}

function values(output: unknown): Values {
  if (output instanceof Tensor && output.data instanceof Float32Array) {
    return { data: output.data, shape: output.dims };
  }
  throw new Error('The model puts out something other than 32-bit floats.');
}

/** Where a model has all 80 classes, a class is its own channel. */
const allClasses: readonly Channel[] = reportedKinds.map((kind, index) => ({
  channel: reportedClasses[index] ?? 0,
  kind,
}));
/** The built-in model has the reported classes only. */
const builtInClasses: readonly Channel[] = reportedKinds.map((kind, channel) => ({ channel, kind }));

function decode(layout: ModelLayout, outputs: readonly Values[], picture: PictureSize): Detection[] {
  const [first, second] = outputs;
  if (first === undefined) throw new Error('The model puts out nothing.');
  if (layout === 'yolox') return decodeYolox(first, allClasses, picture);
  if (layout === 'yolo') return decodeYolo(first, allClasses, picture);
  if (second === undefined) throw new Error('The model puts out no box distances.');
  const channels = first.shape[1] === builtInClasses.length ? builtInClasses : allClasses;
  return decodeCenternet(first, second, channels, picture);
}
