// The address of a file as FFmpeg wants it, with the options that keep it from opening anything else.

import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { VedetteError } from '../../core/errors.ts';
import { shown } from '../../core/shown.ts';

export interface Address {
  readonly path: string;
  readonly url: string;
  readonly options: Readonly<Record<string, string>>;
  /** Names the source to a person. */
  readonly where: string;
  readonly timeoutMs: number;
}

/** A disk or network share that does not answer for this long has failed. */
const fileTimeoutMs = 15_000;

/** No file system has longer names; a path that names no file may. */
const maxNameLength = 255;

/** Containers that hold nothing but media: a playlist could make the library open other addresses. */
const fileFormats = 'mov,matroska,webm,mpegts,mpeg,avi,flv,h264,hevc';

/** `name` is what a person knows the file by. Errors: `source-not-found`, `source-not-video`. */
export async function address(path: string, name = path): Promise<Address> {
  const where = shown(basename(name), maxNameLength);
  const status = await stat(path).catch((cause: unknown) => {
    throw new VedetteError('source-not-found', `${where}: there is no video file at this path.`, { cause });
  });
  if (status.isDirectory()) {
    throw new VedetteError('source-not-found', `${where}: this is a folder, not a video file.`);
  }
  if (!status.isFile() || status.size === 0) {
    throw new VedetteError('source-not-video', `${where}: the file is empty or not a regular file.`);
  }
  return {
    path,
    url: `file:${path}`,
    options: { protocol_whitelist: 'file', format_whitelist: fileFormats },
    where,
    timeoutMs: fileTimeoutMs,
  };
}
