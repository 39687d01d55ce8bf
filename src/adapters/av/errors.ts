// Errors of the media library, said in the words of the closed table. No message holds a URL or a password.

import { constants } from 'node:os';
import { AVERROR_EOF, AVERROR_EXIT, AVERROR_INVALIDDATA } from 'node-av/constants';
import { FFmpegError } from 'node-av/lib';
import { type ErrorCode, VedetteError } from '../../core/errors.ts';

/** What the library was doing when it failed: the same number means different things to a person. */
export type MediaStep = 'opening' | 'reading';

/** FFmpeg gives errno values negated (AVERROR in libavutil/error.h). */
const errno = (name: keyof typeof constants.errno): number => -constants.errno[name];

const codes: ReadonlyMap<number, ErrorCode> = new Map<number, ErrorCode>([
  [errno('ENOENT'), 'source-not-found'],
  [errno('EISDIR'), 'source-not-found'],
  [errno('ENOTDIR'), 'source-not-found'],
  [errno('ETIMEDOUT'), 'source-timeout'],
  [errno('EAGAIN'), 'source-timeout'],
  [AVERROR_EXIT, 'source-timeout'],
]);

/** The error a person sees for FFmpeg's error number `code`; `where` names the file. */
export function mediaError(code: number, step: MediaStep, where: string): VedetteError {
  const cause = new Error(`FFmpeg, ${step}: ${FFmpegError.strerror(code)} (${code})`);
  const kind = kindOf(code, step);
  return new VedetteError(kind, `${where}: ${sentences[kind] ?? sentences['source-corrupt']}`, { cause });
}

/** What has no meaning of its own is told by what was being done. */
function kindOf(code: number, step: MediaStep): ErrorCode {
  const otherwise = step === 'opening' ? 'source-not-video' : 'source-corrupt';
  if (code === AVERROR_INVALIDDATA || code === AVERROR_EOF) return otherwise;
  return codes.get(code) ?? otherwise;
}

const sentences: Readonly<Partial<Record<ErrorCode, string>>> = {
  'source-not-found': 'there is no video file at this path.',
  'source-timeout': 'the disk or network share of the file does not answer in time.',
  'source-not-video': 'this is not a video file that can be read.',
  'source-corrupt': 'the video is damaged and cannot be read further.',
};

/** Throws what `code` means where it is an error (negative). */
export function check(code: number, step: MediaStep, where: string): void {
  if (code < 0) throw mediaError(code, step, where);
}

/** For calls whose failure is ours, not the source's: encoding, scaling, allocating. */
export function mustWork(code: number, what: string): number {
  if (code < 0) {
    const cause = new Error(`FFmpeg, ${what}: ${FFmpegError.strerror(code)} (${code})`);
    throw new VedetteError('internal-error', `Video could not be processed (${what}).`, { cause });
  }
  return code;
}
