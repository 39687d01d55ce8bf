// What the file system says, in our words; and what the recorder asks of it beyond reading and writing.

import { open } from 'node:fs/promises';
import { type ErrorCode, VedetteError } from '../../core/errors.ts';

const codes: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'data-full',
  EDQUOT: 'data-full',
  EROFS: 'data-read-only',
  EACCES: 'data-read-only',
  EPERM: 'data-read-only',
};

/** `error` as one of ours; what is not about space or permission is a damaged data folder. */
export function diskError(error: unknown): VedetteError {
  if (error instanceof VedetteError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return new VedetteError(codes[code] ?? 'data-damaged', undefined, { cause: error });
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** Makes the names in a folder durable (a new file is lost at a power cut until then). */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open folders, and its file systems order names by themselves.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
