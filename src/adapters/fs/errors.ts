// What the file system's errors mean to a person.

import { VedetteError } from '../../core/errors.ts';

/** The code Node gives a failed system call, or null. */
export function systemCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** `error` as one of ours, with itself as the cause; errors that no person can cause stay as they are. */
export function translated(error: unknown): unknown {
  switch (systemCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new VedetteError('data-full', undefined, { cause: error });
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return new VedetteError('data-read-only', undefined, { cause: error });
    case 'EEXIST':
    case 'ENOTDIR':
      return new VedetteError(
        'data-read-only',
        'There is a file where the data folder or a part of it should be.',
        {
          cause: error,
        },
      );
    case 'EIO':
    case 'EUCLEAN':
      return new VedetteError(
        'data-damaged',
        'The disk of the data folder reports errors. Check the disk, then run vedette check.',
        { cause: error },
      );
    default:
      return error;
  }
}

/** Runs `work`; its file system errors come out translated. */
export async function translating<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translated(error);
  }
}
