// A connection to a camera: requests and their answers, and frames, read in large pieces.

import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { VedetteError } from '../../../core/errors.ts';
import { permittedLookup } from '../permitted.ts';
import { deframer, type FrameSink } from './deframer.ts';
import { closed, connectionFault, late } from './faults.ts';
import { header, type Message, writeRequest } from './messages.ts';
import { pulse } from './rhythm.ts';
import type { Target } from './target.ts';

/** One read takes what a camera of 50 Mbit/s sends in 40 ms. */
const readBytes = 256 * 1024;
/**
 * After a read of this size the next follows at once: 64 KiB is what the kernel takes from a camera before it knows
 * how fast we read, so resting then would slow the camera down.
 */
const burstBytes = 64 * 1024;
/** How long a camera may take to answer our good-bye. */
const farewellMs = 250;

/**
 * One buffer for all connections: it is filled and emptied within one call of the event loop. A buffer for every
 * read would be 64 KiB of garbage twenty times a second and camera.
 */
const readBuffer = Buffer.allocUnsafeSlow(readBytes);

export interface ConnectionEvents {
  /** An interleaved frame, valid only during the call. What it throws ends the connection. */
  frame: FrameSink['frame'];
  /** Called once, when the connection ended for another reason than `close()`. */
  failed(error: VedetteError): void;
}

export interface Answer extends Message {
  readonly status: number;
}

export interface Connection {
  /** Sends a request; CSeq is added. Errors: `source-timeout`, and why the connection ended. */
  request(method: string, url: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Skips what lies between frames of `channel` from now on. */
  tolerate(channel: number): void;
  /** Lets the camera wait: nothing is read until `resume()`. */
  pause(): void;
  resume(): void;
  /** Ends with `reason`, given to the requests that wait. `failed` is not called. Idempotent. */
  close(reason: unknown): void;
}

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (reason: unknown) => void;
  readonly timer: NodeJS.Timeout;
}

/** Connects within `timeoutMs`. Errors: `source-unreachable`, `source-failed`, `source-timeout`; `signal.reason`
 * when aborted. */
export async function connect(
  target: Target,
  events: ConnectionEvents,
  signal: AbortSignal,
): Promise<Connection> {
  const { where, timeoutMs } = target;
  const waiting = new Map<number, Waiting>();
  const connected = Promise.withResolvers<void>();
  const beat = pulse();
  let sequence = 0;
  let ended = false;
  let paused = false;

  const frames = deframer(where, {
    frame: (channel, bytes, start, end) => {
      if (!ended) events.frame(channel, bytes, start, end);
    },
    message: receive,
  });
  const socket = openSocket(target, take);
  const timer = setTimeout(() => fail(late(where)), timeoutMs);
  const onAbort = () => close(signal.reason);

  /** Takes what was read; false makes the socket rest. */
  function take(length: number): boolean {
    if (ended) return true;
    try {
      frames.push(readBuffer, length);
    } catch (error) {
      fail(
        error instanceof VedetteError
          ? error
          : new VedetteError('internal-error', undefined, { cause: error }),
      );
      return false;
    }
    if (paused) return false;
    beat.count(length);
    // So much means that more is on its way. During the handshake every answer is waited for.
    if (length >= burstBytes || waiting.size > 0) return true;
    beat.rest(readOn);
    return false;
  }
  function readOn(): void {
    if (!paused && !socket.destroyed) socket.resume();
  }
  function receive(message: Message): void {
    const { status } = message;
    const number = Number(header(message, 'cseq') ?? Number.NaN);
    if (status === null) {
      // A camera may ask us something too; there is nothing that it could need to know.
      if (Number.isInteger(number)) socket.write(`RTSP/1.0 501 Not Implemented\r\nCSeq: ${number}\r\n\r\n`);
      return;
    }
    // Some cameras forget the number: answers come in the order of the requests.
    const [oldest] = waiting.keys();
    const key = waiting.has(number) ? number : Number.isNaN(number) ? oldest : undefined;
    const request = key === undefined ? undefined : waiting.get(key);
    if (key === undefined || request === undefined || (status >= 100 && status < 200)) return;
    waiting.delete(key);
    clearTimeout(request.timer);
    request.resolve({ ...message, status });
  }
  function end(reason: unknown): boolean {
    if (ended) return false;
    ended = true;
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    connected.reject(reason);
    for (const request of waiting.values()) {
      clearTimeout(request.timer);
      request.reject(reason);
    }
    waiting.clear();
    socket.destroy();
    return true;
  }
  function fail(error: VedetteError): void {
    if (end(error)) events.failed(error);
  }
  function close(reason: unknown): void {
    end(reason);
  }

  socket.once(target.secure ? 'secureConnect' : 'connect', () => connected.resolve());
  socket.on('error', (error) => fail(connectionFault(where, error)));
  socket.on('close', () => fail(closed(where)));
  signal.addEventListener('abort', onAbort, { once: true });
  await connected.promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', onAbort);

  return {
    request(method, url, headers = {}) {
      if (ended) return Promise.reject(closed(where));
      sequence += 1;
      const number = sequence;
      const { promise, resolve, reject } = Promise.withResolvers<Answer>();
      const limitMs = method === 'TEARDOWN' ? Math.min(farewellMs, timeoutMs) : timeoutMs;
      const limit = setTimeout(() => {
        waiting.delete(number);
        reject(late(where));
      }, limitMs);
      waiting.set(number, { resolve, reject, timer: limit });
      socket.write(
        writeRequest({ method, url, headers: { CSeq: String(number), 'User-Agent': 'Vedette', ...headers } }),
      );
      return promise;
    },
    tolerate: (channel) => frames.tolerate(channel),
    pause() {
      paused = true;
    },
    resume() {
      if (!paused) return;
      paused = false;
      readOn();
    },
    close,
  };
}

function openSocket({ host, port, secure, policy }: Target, take: (length: number) => boolean): Socket {
  const onread = { buffer: readBuffer, callback: take };
  const lookup = permittedLookup(policy);
  if (!secure) return connectTcp({ host, port, onread, lookup, noDelay: true });
  // Cameras sign their certificates themselves and change them at every reset, so there is nobody to ask about
  // them. Checking would only make people go back to rtsp://. What TLS brings here is that nobody who merely
  // listens sees the picture or the password; someone who can redirect the connection could, as with rtsp://.
  const servername = isIP(host) === 0 ? { servername: host } : {};
  const options = { host, port, onread, lookup, rejectUnauthorized: false, ...servername };
  const socket = connectTls(options);
  socket.setNoDelay(true);
  return socket;
}
