// The side of a recorder: its open footage, told to the other processes of the installation.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { branded, type CameraId, type RecordingId } from '../../core/brand.ts';
import { errorCode, VedetteError } from '../../core/errors.ts';
import type { Cache } from '../../core/ports/cache.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { OpenFootage } from '../../core/ports/open-footage.ts';
import type { Secret } from '../../core/secret.ts';
import { atHeader, isSigned, signatureHeader } from './signature.ts';
import { cameraPlaceKey, growthHeader, recordingPlaceKey, writtenRecordings } from './wire.ts';

/** Who waits for a camera to grow asks again after this. */
const longestWaitMs = 15_000;
/** A recorder that says nothing any more is forgotten after this: a recording is open for a minute at most. */
const placeTtlMs = 90_000;
/** Requests at a time: one for each page that watches, of all the others together. */
const maxConnections = 2_000;
const requestTimeoutMs = 30_000;
/** Calls that are refused are told of so often at most. */
const sayEveryMs = 60_000;

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
  const { cache, log, openFootage } = deps;
  const growth = new Map<string, number>();
  const stopping = new AbortController();
  const refused = refusals(deps);
  const server = createServer((request, response) => {
    answer({ ...deps, growth, refused }, request, response, stopping.signal).catch((error: unknown) => {
      const isMissing = errorCode(error) === 'not-found';
      if (!isMissing) log.warn('Another process could not be told of open footage', { error });
      if (!response.headersSent) response.writeHead(isMissing ? 404 : 500);
      response.end();
    });
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
};

/** Says so at most once a minute: who calls a thousand times must not fill the log. */
function refusals({ clock, log }: Pick<FootagePeerDeps, 'clock' | 'log'>): (address: string) => void {
  let saidMs = Number.NEGATIVE_INFINITY;
  let unsaid = 0;
  return (address) => {
    unsaid += 1;
    const nowMs = clock.monotonicMs();
    if (nowMs - saidMs < sayEveryMs) return;
    log.warn('Calls from outside of the installation were refused', { address, calls: unsaid });
    saidMs = nowMs;
    unsaid = 0;
  };
}

async function answer(
  deps: AnswerDeps,
  request: IncomingMessage,
  response: ServerResponse,
  stopping: AbortSignal,
): Promise<void> {
  const path = request.url ?? '';
  const headers = { at: header(request, atHeader), signature: header(request, signatureHeader) };
  if (request.method !== 'GET' || !isSigned(deps, path, headers)) {
    deps.refused(request.socket.remoteAddress ?? 'unknown');
    response.writeHead(403).end();
    return;
  }
  const url = new URL(path, 'http://recorder');
  const [, kind = '', id = '', part = ''] = footagePath.exec(url.pathname) ?? [];
  const found = { kind, id, part };
  if (kind === 'cameras' && part === 'grown') await untilGrown(deps, url, id, { stopping, response });
  const body = kind === 'cameras' ? await listed(deps, found, response) : await stored(deps, found);
  response.writeHead(200, { 'content-length': Buffer.byteLength(body) }).end(body);
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

async function listed(
  { openFootage, growth }: AnswerDeps,
  { id, part }: Asked,
  response: ServerResponse,
): Promise<string> {
  // Read before the list: what grows between the two is asked for once more, and not missed.
  response.setHeader(growthHeader, growth.get(id) ?? 0);
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
