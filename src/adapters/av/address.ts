// The address of a source as FFmpeg wants it, with the options that keep it from doing anything else.

import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { VedetteError } from '../../core/errors.ts';
import type { MediaLocation } from '../../core/ports/media.ts';
import { shown } from '../../core/shown.ts';

export interface Address {
  readonly kind: MediaLocation['kind'];
  /** With credentials: for the one call that needs it, never for a message or the log. */
  url(): string;
  readonly options: Readonly<Record<string, string>>;
  /** Names the source to a person, without credentials. */
  readonly where: string;
  readonly timeoutMs: number;
}

/** A disk or network share that does not answer for this long has failed. */
const fileTimeoutMs = 15_000;

/** No file system has longer names; a path that names no file may. */
const maxNameLength = 255;

/** How much of a live stream is looked at before it is recorded: the default would take 3 s. */
const probeBytes = 500_000;
const probeMicroseconds = 300_000;

/** Containers that hold nothing but media: a playlist could make the library open other addresses. */
const fileFormats = 'mov,matroska,webm,mpegts,mpeg,avi,flv,h264,hevc';

/** Errors: `source-not-found`, `source-not-video`, `source-unreachable` (the address is none). */
export async function address(location: MediaLocation): Promise<Address> {
  return location.kind === 'file' ? fileAddress(location.path) : rtspAddress(location);
}

async function fileAddress(path: string): Promise<Address> {
  const where = shown(basename(path), maxNameLength);
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
    kind: 'file',
    url: () => `file:${path}`,
    options: { protocol_whitelist: 'file', format_whitelist: fileFormats },
    where,
    timeoutMs: fileTimeoutMs,
  };
}

function rtspAddress(location: Extract<MediaLocation, { kind: 'rtsp' }>): Address {
  const url = URL.parse(location.url);
  if (url === null || url.hostname === '' || !/^rtsps?:$/.test(url.protocol)) {
    throw new VedetteError('source-unreachable', 'The camera address must look like rtsp://host:554/path.');
  }
  return {
    kind: 'rtsp',
    url: () => withCredentials(url, location),
    options: {
      // Only cameras that refuse TCP are left to the library.
      rtsp_transport: 'udp',
      allowed_media_types: 'video',
      timeout: String(location.timeoutMs * 1000),
      probesize: String(probeBytes),
      analyzeduration: String(probeMicroseconds),
      protocol_whitelist: 'rtsp,rtsps,rtp,rtcp,udp,tcp,tls',
    },
    where: url.host,
    timeoutMs: location.timeoutMs,
  };
}

function withCredentials(url: URL, location: Extract<MediaLocation, { kind: 'rtsp' }>): string {
  if (location.username === null) return url.href;
  const complete = new URL(url);
  complete.username = encodeURIComponent(location.username);
  complete.password = encodeURIComponent(location.password?.reveal() ?? '');
  return complete.href;
}
