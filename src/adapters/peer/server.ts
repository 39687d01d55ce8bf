// The side of a recorder: its open footage, told to the other processes of the installation.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { branded, type CameraId, type RecordingId } from '../../core/brand.ts';
import { errorCode, VedetteError } from '../../core/errors.ts';
import type { Cache } from '../../core/ports/cache.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { OpenFootage } from '../../core/ports/open-footage.ts';
import type { Secret } from '../../core/secret.ts';
import {
  answerHeaders,
  atHeader,
  callOf,
  signatureHeader,
  skewSentence,
  toldSkewMs,
  validMs,
} from './signature.ts';
import { sparingly } from './sparingly.ts';
import { cameraPlaceKey, growthHeader, recordingPlaceKey, writtenRecordings } from './wire.ts';

/** Who waits for a camera to grow asks again after this. */
const longestWaitMs = 15_000;
/** A recorder that says nothing any more is forgotten after this: a recording is open for a minute at most. */
const placeTtlMs = 90_000;
/** Requests at a time: one for each page that watches, of all the others together. */
const maxConnections = 2_000;
const requestTimeoutMs = 30_000;

export interface FootagePeerDeps {
  readonly openFootage: OpenFootage;
  readonly cache: Cache;
  readonly clock: Clock;
  readonly log: Log;
  /** Known to the processes of this installation only. */
  readonly secret: Secret;
}

export interface FootagePeer {
  /** Where it is told of: for the others to ask. */
  readonly url: string;
  /** Tells the others where the camera's footage is; to be called whenever it grew. */
  announce(cameraId: CameraId): void;
  stop(): Promise<void>;
}

/**
 * Listens on `port` (0 takes a free one) of `host` for the other processes, which reach it at `publicUrl`, by default
 * where it listens. Errors: `settings-invalid` (host, port).
 */
export async function openFootagePeer(
  deps: FootagePeerDeps,
  options: {
    readonly host: string;
    readonly port: number;
    /** How others call the machine; where it listens everywhere, `host` is no address to call. */
    readonly toldHost?: string;
    readonly publicUrl?: string;
  },
): Promise<FootagePeer> {
  const { cache, clock, log, openFootage } = deps;
  const growth = new Map<string, number>();
  const stopping = new AbortController();
  const refused = sparingly(clock, (calls, address: string) =>
    log.warn('Calls from outside of the installation were refused', { address, calls }),
  );
  const skewed = sparingly(clock, (calls, address: string, aheadMs: number) =>
    log.warn(skewSentence(address, aheadMs), { aheadMs, calls }),
  );
  const server = createServer((request, response) => {
    answer({ ...deps, growth, refused, skewed }, request, response, stopping.signal).catch(
      (error: unknown) => {
        const isMissing = errorCode(error) === 'not-found';
        if (!isMissing) log.warn('Another process could not be told of open footage', { error });
        if (response.headersSent) response.end();
        else refuse(response, isMissing ? 404 : 500);
      },
    );
  });
  server.maxConnections = maxConnections;
  server.requestTimeout = requestTimeoutMs;
  await listening(server, options);
  server.on('error', (error) => log.warn('The port for the other processes failed', { error }));
  const url = options.publicUrl ?? urlOf(server, options.toldHost ?? options.host);
  const place = new TextEncoder().encode(url);
  return {
    url,
    announce(cameraId) {
      growth.set(cameraId, (growth.get(cameraId) ?? 0) + 1);
      const told = openFootage.of(cameraId).then(async (recordings) => {
        await cache.set(cameraPlaceKey(cameraId), place, placeTtlMs);
        for (const { id } of recordings) await cache.set(recordingPlaceKey(id), place, placeTtlMs);
      });
      told.catch((error: unknown) =>
        log.debug('Where open footage is could not be told', { cameraId, error }),
      );
    },
    async stop() {
      stopping.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

type AnswerDeps = FootagePeerDeps & {
  readonly growth: ReadonlyMap<string, number>;
  /** Called for each call that is not from one of us. */
  readonly refused: (address: string) => void;
  /** Called for each call from one whose clock differs. */
  readonly skewed: (address: string, aheadMs: number) => void;
};

async function answer(
  deps: AnswerDeps,
  request: IncomingMessage,
  response: ServerResponse,
  stopping: AbortSignal,
): Promise<void> {
  const path = request.url ?? '';
  const headers = { at: header(request, atHeader), signature: header(request, signatureHeader) };
  const call = request.method === 'GET' ? callOf(deps, path, headers) : null;
  const address = request.socket.remoteAddress ?? 'unknown';
  if (call === null) {
    deps.refused(address);
    return refuse(response, 403);
  }
  const aheadMs = Math.abs(call.aheadMs);
  if (aheadMs > toldSkewMs) deps.skewed(address, call.aheadMs);
  const say = sayer(deps, response, { at: headers.at ?? '', path });
  // The date of the answer says to the other side what is wrong.
  if (aheadMs > validMs) return say(403, '');
  const url = new URL(path, 'http://recorder');
  const [, kind = '', id = '', part = ''] = footagePath.exec(url.pathname) ?? [];
  const found = { kind, id, part };
  if (kind === 'cameras' && part === 'grown') await untilGrown(deps, url, id, { stopping, response });
  // Read before the list: what grows between the two is asked for once more, and not missed.
  const growth = kind === 'cameras' ? String(deps.growth.get(id) ?? 0) : null;
  say(200, kind === 'cameras' ? await listed(deps, found) : await stored(deps, found), growth);
}

/** Ends `response` without a word; with its length, so that whoever asked reads why. */
function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-length': 0 }).end();
}

/** Ends `response` with a signed answer to `call`. */
function sayer(deps: AnswerDeps, response: ServerResponse, call: { at: string; path: string }) {
  return (status: number, body: Uint8Array | string, growth: string | null = null): void => {
    const signed = answerHeaders(deps, { call, status, growth, body });
    const about = growth === null ? {} : { [growthHeader]: growth };
    const length = { 'content-length': Buffer.byteLength(body) };
    response.writeHead(status, { ...length, ...about, ...signed }).end(body);
  };
}

const footagePath = /^\/open-footage\/(cameras|recordings)\/([^/?]{1,64})(?:\/(grown|\d{1,6}))?$/;

interface Asked {
  readonly id: string;
  readonly part: string;
}

/** Waits until the camera's footage is more than what the other side has, or for a while. */
async function untilGrown(
  { openFootage, clock, growth }: AnswerDeps,
  url: URL,
  id: string,
  { stopping, response }: { stopping: AbortSignal; response: ServerResponse },
): Promise<void> {
  const has = url.searchParams.get('after');
  if (has !== null && has !== String(growth.get(id) ?? 0)) return;
  const over = new AbortController();
  response.once('close', () => over.abort());
  const patience = AbortSignal.any([stopping, over.signal]);
  await Promise.race([
    openFootage.grown(branded<CameraId>(id), patience),
    clock.sleep(longestWaitMs, patience).catch(() => {}),
  ]);
  over.abort();
}

async function listed({ openFootage }: AnswerDeps, { id, part }: Asked): Promise<string> {
  return part === 'grown' ? '[]' : writtenRecordings(await openFootage.of(branded<CameraId>(id)));
}

/** Errors: `not-found`. */
async function stored({ openFootage }: AnswerDeps, { id, part }: Asked): Promise<string | Uint8Array> {
  const recordingId = branded<RecordingId>(id);
  if (part !== '') return openFootage.read(recordingId, Number(part));
  const found = await openFootage.find(recordingId);
  if (found === null) throw new VedetteError('not-found');
  return writtenRecordings([found]);
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

function listening(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (cause: Error) =>
      reject(
        new VedetteError(
          'settings-invalid',
          `A recorder cannot listen on ${host}, port ${port}, for the other processes (${cause.message}). Check VEDETTE_PEER_HOST and VEDETTE_PEER_PORT.`,
          { cause },
        ),
      );
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      resolve();
    });
  });
}

function urlOf(server: Server, host: string): string {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
