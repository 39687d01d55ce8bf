// The description of a camera's streams (SDP, RFC 8866): finds the video and how to ask for it.

import { VedetteError } from '../../../core/errors.ts';
import type { VideoCodec } from '../stream.ts';

export interface VideoDescription {
  readonly codec: VideoCodec;
  readonly payloadType: number;
  /** RTP timestamps a second; 90 000 for all video of RFC 6184 and RFC 7798. */
  readonly clockRate: number;
  /** Where it says so, else 0. */
  readonly framesPerSecond: number;
  /** Parameter sets given outside the stream, as NAL units; may be empty. */
  readonly parameterSets: readonly Buffer[];
  /** URL for SETUP. */
  readonly controlUrl: string;
  /** URL for PLAY and all that concerns the session. */
  readonly sessionUrl: string;
}

interface Media {
  readonly kind: string;
  readonly profile: string;
  readonly payloadTypes: readonly number[];
  readonly attributes: readonly string[];
}

/** RFC 3551, table 5: what needs no rtpmap. */
const staticNames: ReadonlyMap<number, string> = new Map([
  [26, 'JPEG'],
  [31, 'H261'],
  [32, 'MPEG'],
  [33, 'MPEG-TS'],
  [34, 'H263'],
]);

const codecs: ReadonlyMap<string, VideoCodec> = new Map([
  ['H264', 'h264'],
  ['H265', 'h265'],
  ['HEVC', 'h265'],
]);

/**
 * The first video in H.264 or H.265. `baseUrl` is Content-Base, Content-Location or the URL that was asked for.
 * Errors: `source-not-video` with what there is instead.
 */
export function describedVideo(sdp: string, baseUrl: string, where: string): VideoDescription {
  const { session, media } = split(sdp);
  for (const one of media.filter(({ kind }) => kind === 'video')) {
    for (const payloadType of one.payloadTypes) {
      const [name, clock] = encoding(one, payloadType);
      const codec = codecs.get(name);
      if (codec === undefined || !/^RTP\/AVPF?(\/|$)/i.test(one.profile)) continue;
      const format = formatParameters(one, payloadType);
      refuseInterleaving(codec, format, where);
      return {
        codec,
        payloadType,
        clockRate: Number(clock) > 0 ? Number(clock) : 90_000,
        framesPerSecond: frameRate(one.attributes) || frameRate(session),
        parameterSets: parameterSets(codec, format),
        ...controlUrls(value(session, 'control'), value(one.attributes, 'control'), baseUrl),
      };
    }
  }
  throw new VedetteError('source-not-video', `${where}: ${whatElse(media)}`);
}

function split(sdp: string): { session: string[]; media: Media[] } {
  const session: string[] = [];
  const media: (Media & { attributes: string[] })[] = [];
  for (const line of sdp.replaceAll('\0', '').split(/\r\n|\n|\r/)) {
    if (line.startsWith('m=')) {
      const [kind = '', , profile = '', ...types] = line.slice(2).trim().split(/\s+/);
      media.push({ kind, profile, payloadTypes: types.map(Number), attributes: [] });
    } else if (line.startsWith('a=')) {
      (media.at(-1)?.attributes ?? session).push(line.slice(2).trim());
    }
  }
  return { session, media };
}

function value(attributes: readonly string[], name: string): string | null {
  const found = attributes.find((attribute) => attribute.startsWith(`${name}:`));
  return found === undefined ? null : found.slice(name.length + 1).trim();
}

/** Name in upper case and clock rate of a payload type. */
function encoding(media: Media, payloadType: number): [string, string] {
  for (const attribute of media.attributes) {
    const [, type, name, clock] = /^rtpmap:\s*(\d+)\s+([^/\s]+)(?:\/(\d+))?/.exec(attribute) ?? [];
    if (Number(type) === payloadType) return [(name ?? '').toUpperCase(), clock ?? ''];
  }
  return [staticNames.get(payloadType) ?? '', ''];
}

function formatParameters(media: Media, payloadType: number): ReadonlyMap<string, string> {
  const found = media.attributes
    .map((attribute) => /^fmtp:\s*(\d+)\s+(.*)$/.exec(attribute))
    .find((match) => Number(match?.[1]) === payloadType);
  return new Map(
    (found?.[2] ?? '').split(';').map((part) => {
      const equals = part.indexOf('=');
      return equals < 0
        ? [part.trim().toLowerCase(), '']
        : [part.slice(0, equals).trim().toLowerCase(), part.slice(equals + 1).trim()];
    }),
  );
}

/** Pictures sent in another order than they are decoded in (RFC 6184, 6.4; RFC 7798, 4.5): no camera does. */
function refuseInterleaving(codec: VideoCodec, format: ReadonlyMap<string, string>, where: string): void {
  const interleaved =
    codec === 'h264'
      ? format.get('packetization-mode') === '2'
      : Number(format.get('sprop-max-don-diff')) > 0;
  if (!interleaved) return;
  throw new VedetteError(
    'source-not-video',
    `${where}: the camera sends its video interleaved, which cannot be recorded. Turn that off in the camera.`,
  );
}

function parameterSets(codec: VideoCodec, format: ReadonlyMap<string, string>): Buffer[] {
  const names = codec === 'h264' ? ['sprop-parameter-sets'] : ['sprop-vps', 'sprop-sps', 'sprop-pps'];
  return names
    .flatMap((name) => (format.get(name) ?? '').replaceAll('"', '').split(','))
    .map((text) => withoutStartCode(Buffer.from(text.trim(), 'base64')))
    .filter((set) => set.length > 2);
}

/** Some cameras describe their parameter sets with the start code of a byte stream before them. */
function withoutStartCode(set: Buffer): Buffer {
  const zeros = set[0] === 0 && set[1] === 0 ? (set[2] === 1 ? 3 : set[2] === 0 && set[3] === 1 ? 4 : 0) : 0;
  return set.subarray(zeros);
}

function frameRate(attributes: readonly string[]): number {
  const framesPerSecond = Number(value(attributes, 'framerate') ?? value(attributes, 'x-framerate'));
  return framesPerSecond > 0 && framesPerSecond <= 240 ? framesPerSecond : 0;
}

/**
 * What cameras understand is not what RFC 2326, C.1.1 says: the control text is written behind the base, even
 * behind its query.
 */
function controlUrls(session: string | null, media: string | null, baseUrl: string) {
  const isUrl = (text: string | null) => text !== null && /^rtsps?:\/\//i.test(text);
  const sessionUrl = session !== null && isUrl(session) ? session : baseUrl;
  if (media === null || media === '' || media === '*') return { sessionUrl, controlUrl: sessionUrl };
  if (isUrl(media)) return { sessionUrl, controlUrl: media };
  const joined = sessionUrl.endsWith('/') || /^[/?]/.test(media);
  return { sessionUrl, controlUrl: `${sessionUrl}${joined ? '' : '/'}${media}` };
}

function whatElse(media: readonly Media[]): string {
  const videos = media.filter(({ kind }) => kind === 'video');
  if (media.length === 0) return 'the camera describes no stream at all. Check the path of its address.';
  if (videos.length === 0) return 'there is no video in this stream. Check the path of its address.';
  const encrypted = videos.some((one) => /^RTP\/SAVP/i.test(one.profile));
  if (encrypted) return 'the camera encrypts its video (SRTP). Turn that off, or use an rtsps:// address.';
  const names = videos.flatMap((one) => one.payloadTypes.map((type) => encoding(one, type)[0]));
  const name = names.find((one) => /^[A-Z0-9.+_-]{1,20}$/.test(one)) ?? 'an unknown format';
  return `the camera sends ${name}, which cannot be recorded. Set it to H.264 or H.265.`;
}
