// Errors of the media library, said in the words of the closed table. No message holds a URL or a password.

import { constants } from 'node:os';
import {
  AVERROR_EOF,
  AVERROR_EXIT,
  AVERROR_HTTP_FORBIDDEN,
  AVERROR_HTTP_NOT_FOUND,
  AVERROR_HTTP_SERVER_ERROR,
  AVERROR_HTTP_UNAUTHORIZED,
  AVERROR_INVALIDDATA,
} from 'node-av/constants';
import { FFmpegError } from 'node-av/lib';
import { type ErrorCode, VedetteError } from '../../core/errors.ts';

/** What the library was doing when it failed: the same number means different things to a person. */
export type MediaStep = 'opening-file' | 'opening-rtsp' | 'reading-file' | 'reading-rtsp';

/** FFmpeg gives errno values negated (AVERROR in libavutil/error.h). */
const errno = (name: keyof typeof constants.errno): number => -constants.errno[name];

const codes: ReadonlyMap<number, ErrorCode> = new Map<number, ErrorCode>([
  [AVERROR_HTTP_UNAUTHORIZED, 'source-credentials'],
  [AVERROR_HTTP_FORBIDDEN, 'source-credentials'],
  [AVERROR_HTTP_NOT_FOUND, 'source-not-found'],
  [AVERROR_HTTP_SERVER_ERROR, 'source-failed'],
  [errno('ENOENT'), 'source-not-found'],
  [errno('EISDIR'), 'source-not-found'],
  [errno('ENOTDIR'), 'source-not-found'],
  [errno('ETIMEDOUT'), 'source-timeout'],
  [errno('EAGAIN'), 'source-timeout'],
  [errno('ECONNREFUSED'), 'source-unreachable'],
  [errno('ECONNRESET'), 'source-failed'],
  [errno('EHOSTUNREACH'), 'source-unreachable'],
  [errno('ENETUNREACH'), 'source-unreachable'],
  [errno('EPIPE'), 'source-failed'],
  [AVERROR_EXIT, 'source-timeout'],
]);

/** What is left: numbers that say nothing by themselves, by what was being done. */
const otherwise: Record<MediaStep, ErrorCode> = {
  'opening-file': 'source-not-video',
  'opening-rtsp': 'source-unreachable',
  'reading-file': 'source-corrupt',
  'reading-rtsp': 'source-failed',
};

/** The error a person sees for FFmpeg's error number `code`; `where` names the source without credentials. */
export function mediaError(code: number, step: MediaStep, where: string): VedetteError {
  const cause = new Error(`FFmpeg, ${step}: ${FFmpegError.strerror(code)} (${code})`);
  const kind = kindOf(code, step);
  return new VedetteError(kind, `${where}: ${sentence(kind, step)}`, { cause });
}

function kindOf(code: number, step: MediaStep): ErrorCode {
  if (code === AVERROR_INVALIDDATA) {
    return step.startsWith('opening') ? 'source-not-video' : 'source-corrupt';
  }
  if (code === AVERROR_EOF && step === 'opening-file') return 'source-not-video';
  return codes.get(code) ?? otherwise[step];
}

function sentence(kind: ErrorCode, step: MediaStep): string {
  switch (kind) {
    case 'source-credentials':
      return 'the camera refuses the user name or password. Enter them again in the settings of this camera.';
    case 'source-not-found':
      return step.endsWith('rtsp')
        ? "the camera has no stream at this path. Look the path up in the camera's manual or settings."
        : 'there is no video file at this path.';
    case 'source-failed':
      return 'the camera broke off or answers with an error. Restart it, or close other viewers of it.';
    case 'source-timeout':
      return step.startsWith('opening')
        ? 'the camera does not answer in time. Check its network, and restart it if this goes on.'
        : 'the camera stopped sending. Check its power and network.';
    case 'source-not-video':
      return step.endsWith('rtsp')
        ? 'what answers there does not speak RTSP or sends no video. Check the port and the path of the address.'
        : 'this is not a video file that can be read.';
    case 'source-corrupt':
      return 'the video is damaged and cannot be read further.';
    default:
      return 'the camera does not answer. Check its address, power and network.';
  }
}

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
