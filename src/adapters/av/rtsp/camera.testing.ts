// For tests: cameras that behave as a test wants them to, and what the tests of the RTSP client share.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { type ErrorCode, VedetteError } from '../../../core/errors.ts';
import type { MediaInput, Packet } from '../../../core/ports/media.ts';
import { openRtsp } from './input.ts';
import { interleaved, packetize } from './packetizer.testing.ts';
import type { RtspLocation } from './target.ts';

/** 320×180 at 10 pictures a second without B-frames, as OpenH264 writes it. */
export const h264Sets = [
  Buffer.from('Z0LADdoFBn55qBAQMgAAAwACAAADACkeKFVA', 'base64'),
  Buffer.from('aM48gA==', 'base64'),
];

export const h264Sdp = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=camera',
  'a=control:*',
  'm=video 0 RTP/AVP 96',
  'a=rtpmap:96 H264/90000',
  `a=fmtp:96 packetization-mode=1;sprop-parameter-sets=${h264Sets.map((set) => set.toString('base64')).join(',')}`,
  'a=control:track1',
  '',
].join('\r\n');

export interface CameraRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: ReadonlyMap<string, string>;
}

export interface CameraAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface TestCamera extends AsyncDisposable {
  readonly location: RtspLocation;
  readonly requests: readonly CameraRequest[];
}

export interface TestCameraOptions {
  /** What differs from a camera that does everything right; null answers nothing. */
  answer?(request: CameraRequest, socket: Socket): CameraAnswer | null | undefined;
  /** Called once it plays. */
  play?(socket: Socket): void;
  readonly sdp?: string;
}

/** A camera on a free port of 127.0.0.1. */
export async function testCamera(options: TestCameraOptions = {}): Promise<TestCamera> {
  const requests: CameraRequest[] = [];
  const server = createServer((socket) => serve(socket, requests, options));
  const port = await listen(server);
  return {
    location: {
      kind: 'rtsp',
      url: `rtsp://127.0.0.1:${port}/stream`,
      username: null,
      password: null,
      timeoutMs: 3000,
    },
    requests,
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const socket of sockets.get(server) ?? []) socket.destroy();
    },
  };
}

const sockets = new WeakMap<Server, Socket[]>();

async function listen(server: Server): Promise<number> {
  const open: Socket[] = [];
  sockets.set(server, open);
  server.on('connection', (socket) => open.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return address !== null && typeof address === 'object' ? address.port : 0;
}

function serve(socket: Socket, requests: CameraRequest[], options: TestCameraOptions): void {
  let text = '';
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
      const [first = '', ...lines] = text.slice(0, end).split('\r\n');
      text = text.slice(end + 4);
      const [method = '', url = ''] = first.split(' ');
      if (method.startsWith('RTSP/')) continue;
      const headers = new Map(
        lines.map((line) => {
          const colon = line.indexOf(':');
          return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
        }),
      );
      const request = { method, url, headers };
      requests.push(request);
      const special = options.answer?.(request, socket);
      if (special === null) continue;
      socket.write(written(special ?? usual(request, options), headers.get('cseq') ?? '0'));
      if (method === 'PLAY' && (special?.status ?? 200) === 200) options.play?.(socket);
    }
  });
}

function usual({ method, url, headers }: CameraRequest, { sdp = h264Sdp }: TestCameraOptions): CameraAnswer {
  if (method === 'OPTIONS') return { headers: { Public: 'OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN' } };
  if (method === 'DESCRIBE') return { headers: { 'Content-Base': `${url}/` }, body: sdp };
  if (method === 'SETUP') return { headers: { Transport: headers.get('transport') ?? '', Session: '7' } };
  return {};
}

function written({ status = 200, headers = {}, body = '' }: CameraAnswer, sequence: string): string {
  const all = { CSeq: sequence, ...headers, 'Content-Length': String(Buffer.byteLength(body)) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return `RTSP/1.0 ${status} Said\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}

export const open = (location: RtspLocation, signal = new AbortController().signal) =>
  openRtsp(location, signal);

/** Checks that `work` fails with `code`, in the sentence `words`, and without a word of the password. */
export async function fails(work: Promise<unknown>, code: ErrorCode, words = /./): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof VedetteError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, words);
    assert.doesNotMatch(`${error.stack}${String(error.cause)}`, /hunter2/);
    return true;
  });
}

/** A picture that a test camera sends. */
export interface Picture {
  readonly key?: boolean;
  readonly sets?: readonly Buffer[];
  readonly bytes?: number;
}

const keySlice = [0x65, 0x88];
const slice = [0x41, 0x9a];

/** Sends pictures 40 ms apart on the time line, at once on the clock; `drop` leaves out packets by number. */
export function sender(socket: Socket, channel = 0) {
  let sequence = 65_530;
  let frame = 0;
  return (pictures: readonly Picture[], drop: readonly number[] = []) => {
    let number = 0;
    for (const { key = false, sets = [], bytes = 400 } of pictures) {
      const units = [...sets, Buffer.concat([Buffer.from(key ? keySlice : slice), Buffer.alloc(bytes, 7)])];
      const options = { codec: 'h264', timestamp: frame * 3600, firstSequence: sequence } as const;
      const packets = packetize(units, { ...options, maxPayloadBytes: 1400 });
      sequence += packets.length;
      frame += 1;
      for (const packet of packets) {
        if (!drop.includes(number)) socket.write(interleaved(channel, packet));
        number += 1;
      }
    }
  };
}

/** Reads `count` packets; all of them must come. */
export async function read(input: MediaInput, count: number): Promise<Packet[]> {
  const packets: Packet[] = [];
  while (packets.length < count) {
    const packet = await input.read();
    assert.ok(packet);
    packets.push(packet);
  }
  return packets;
}

/** A camera's `play` that sends `pictures` at once. */
export const playing = (pictures: readonly Picture[], drop: readonly number[] = []) => {
  return (socket: Socket) => sender(socket)(pictures, drop);
};
/** A key frame with its parameter sets, and `length - 1` pictures that need it. */
export const group = (length: number): Picture[] =>
  Array.from({ length }, (_, index) => (index === 0 ? { key: true, sets: h264Sets } : {}));
