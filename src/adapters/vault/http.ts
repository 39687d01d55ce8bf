// One request to Vault and its answer, over connections that are kept.

import { Agent as PlainAgent, type IncomingMessage, request as plainRequest } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { z } from 'zod';

/** An answer that takes longer is none: Vault's take milliseconds. */
const timeoutMs = 5_000;
/** The longest answer, a policy's list of a thousand key versions, has 100 kB. */
const maxAnswerBytes = 1024 * 1024;
/** As many at a time as a process wants keys; more wait for one of them. */
const maxConnections = 32;

export interface VaultRequest {
  readonly method: 'GET' | 'POST';
  /** Below /v1/, such as `auth/token/lookup-self`. */
  readonly path: string;
  readonly body?: unknown;
  readonly token?: string;
}

export interface VaultAnswer {
  readonly status: number;
  readonly data: unknown;
  readonly auth: unknown;
  /** Vault's own sentences about what is wrong. */
  readonly errors: readonly string[];
  /** Of Vault itself, where it says so. */
  readonly version: string | null;
  /** Where another node is told to do it. */
  readonly location: string | null;
  /** Nothing that Vault says: a page of a proxy, or of another server. */
  readonly isForeign: boolean;
}

export interface VaultHttp {
  /** Errors: those of the socket. Any status is an answer. */
  send(origin: string, request: VaultRequest): Promise<VaultAnswer>;
  close(): void;
}

const answerSchema = z.looseObject({
  data: z.unknown().optional(),
  auth: z.unknown().optional(),
  errors: z.array(z.string()).nullish(),
  version: z.string().optional(),
});

export function vaultHttp(options: {
  readonly namespace: string | null;
  readonly ca: string | null;
}): VaultHttp {
  const kept = { keepAlive: true, maxSockets: maxConnections, timeout: 60_000 };
  const plain = new PlainAgent(kept);
  const tls = new TlsAgent({ ...kept, ...(options.ca === null ? {} : { ca: options.ca }) });
  return {
    async send(origin, request) {
      const body = request.body === undefined ? '' : JSON.stringify(request.body);
      const how = {
        method: request.method,
        headers: {
          'X-Vault-Request': 'true',
          ...(options.namespace === null ? {} : { 'X-Vault-Namespace': options.namespace }),
          ...(request.token === undefined ? {} : { 'X-Vault-Token': request.token }),
          ...(body === ''
            ? {}
            : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }),
        },
        signal: AbortSignal.timeout(timeoutMs),
      };
      const url = new URL(`/v1/${request.path}`, origin);
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        const sent =
          url.protocol === 'https:'
            ? tlsRequest(url, { ...how, agent: tls }, resolve)
            : plainRequest(url, { ...how, agent: plain }, resolve);
        sent.once('error', reject);
        sent.end(body);
      });
      return answerOf(response, await textOf(response));
    },
    close() {
      plain.destroy();
      tls.destroy();
    },
  };
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) continue;
    sizeBytes += chunk.length;
    if (sizeBytes > maxAnswerBytes) throw new Error('Vault answers with more than it should.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** One of these is in all that Vault says, the look at its health last. */
const vaultsOwn = ['data', 'auth', 'errors', 'request_id', 'sealed'];
/** No content, and the way to another node: there Vault says nothing more. */
const mute = [204, 307];

function answerOf(response: IncomingMessage, text: string): VaultAnswer {
  const said = answerSchema.safeParse(jsonOf(text));
  const parsed = said.data ?? {};
  const status = response.statusCode ?? 0;
  return {
    status,
    isForeign: !mute.includes(status) && !vaultsOwn.some((name) => Object.hasOwn(parsed, name)),
    data: parsed.data ?? null,
    auth: parsed.auth ?? null,
    errors: parsed.errors ?? [],
    version: parsed.version ?? null,
    location: response.headers.location ?? null,
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy between us and Vault answers with pages.
    return null;
  }
}
