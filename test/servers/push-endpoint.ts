// A push service and a browser behind it: takes messages as RFC 8030 says, and reads them as RFC 8291 says.

import {
  createDecipheriv,
  createECDH,
  createHash,
  createHmac,
  createPublicKey,
  randomBytes,
  verify,
} from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** The keys of a browser: a P-256 pair and 16 bytes that only it and the server know. */
export interface BrowserKeys {
  readonly privateKey: Buffer;
  readonly publicKey: Buffer;
  readonly auth: Buffer;
}

export function newBrowserKeys(): BrowserKeys {
  const pair = createECDH('prime256v1');
  pair.generateKeys();
  return { privateKey: pair.getPrivateKey(), publicKey: pair.getPublicKey(), auth: randomBytes(16) };
}

/** HKDF of one block (RFC 5869 with SHA-256). */
function hkdf(salt: Buffer, secret: Buffer, info: Buffer, length: number): Buffer {
  const key = createHmac('sha256', salt).update(secret).digest();
  return createHmac('sha256', key).update(info).update(Buffer.of(1)).digest().subarray(0, length);
}

/** The text of a message of one record, encrypted for these keys (RFC 8291 §3.4, RFC 8188 §2). Throws where it is not. */
export function decryptPush(body: Buffer, { privateKey, publicKey, auth }: BrowserKeys): string {
  const salt = body.subarray(0, 16);
  const recordSize = body.readUInt32BE(16);
  const idLength = body.readUInt8(20);
  const sender = body.subarray(21, 21 + idLength);
  const record = body.subarray(21 + idLength);
  if (idLength !== 65 || record.length > recordSize)
    throw new Error('This is not one record for one browser.');
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(privateKey);
  const shared = pair.computeSecret(sender);
  const keyInfo = Buffer.concat([Buffer.from('WebPush: info\0'), publicKey, sender]);
  const secret = hkdf(auth, shared, keyInfo, 32);
  const key = hkdf(salt, secret, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
  const nonce = hkdf(salt, secret, Buffer.from('Content-Encoding: nonce\0'), 12);
  const decipher = createDecipheriv('aes-128-gcm', key, nonce);
  decipher.setAuthTag(record.subarray(-16));
  const padded = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
  const end = padded.lastIndexOf(2);
  if (end < 0 || padded.subarray(end + 1).some((byte) => byte !== 0))
    throw new Error('The padding is wrong.');
  return padded.subarray(0, end).toString();
}

/** Who sent a message, as RFC 8292 has it: the subject, where token and key fit; throws otherwise. */
export function checkVapid(headers: IncomingHttpHeaders, audience: string, nowMs = Date.now()): string {
  const match = /^vapid t=([\w-]+\.[\w-]+\.[\w-]+), ?k=([\w-]+)$/.exec(headers.authorization ?? '');
  const [, token = '', k = ''] = match ?? [];
  const [head = '', claims = '', signature = ''] = token.split('.');
  const point = Buffer.from(k, 'base64url');
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString('base64url'));
  if (x === undefined || y === undefined) throw new Error('There is no key.');
  const key = createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x, y } });
  const isGood = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    { key, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  const { aud, exp, sub } = JSON.parse(Buffer.from(claims, 'base64url').toString());
  if (!isGood) throw new Error('The signature is wrong.');
  if (aud !== audience) throw new Error(`The token is for ${aud}.`);
  // RFC 8292 §2: at most 24 hours from the time of the request.
  if (exp * 1000 < nowMs || exp * 1000 > nowMs + 86_400_000) throw new Error('The token has not this time.');
  return sub;
}

export interface PushArrival {
  /** Which browser it is for. */
  readonly browser: string;
  readonly headers: IncomingHttpHeaders;
  /** As the page's worker gets it. */
  readonly text: string;
  readonly subject: string;
  readonly at: number;
}

export interface PushEndpoint {
  /** Another browser that subscribed. */
  subscribe(): { endpoint: string; keys: { p256dh: string; auth: string } };
  readonly arrivals: readonly PushArrival[];
  /** What it answers from now on; 0 never answers, and a redirect leads to `location`. */
  answer(status: number, location?: string): void;
  /** Requests that could not be read, with the reason. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

/** Opens a push service on loopback. */
export async function openPushEndpoint(): Promise<PushEndpoint> {
  const browsers = new Map<string, BrowserKeys>();
  const arrivals: PushArrival[] = [];
  const faults: string[] = [];
  let status = 201;
  let location: string | undefined;
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    if (status === 0) return;
    const name = request.url?.slice(1) ?? '';
    const keys = browsers.get(name);
    if (status === 201 && keys !== undefined) {
      try {
        const text = decryptPush(body, keys);
        const subject = checkVapid(request.headers, origin());
        arrivals.push({ browser: name, headers: request.headers, text, subject, at: Date.now() });
      } catch (error) {
        faults.push(String(error));
        response.writeHead(400).end();
        return;
      }
    }
    response.writeHead(keys === undefined ? 404 : status, location === undefined ? {} : { location }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const origin = () =>
    `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  return {
    subscribe() {
      const keys = newBrowserKeys();
      const name = createHash('sha256').update(keys.publicKey).digest('base64url');
      browsers.set(name, keys);
      return {
        endpoint: `${origin()}/${name}`,
        keys: { p256dh: keys.publicKey.toString('base64url'), auth: keys.auth.toString('base64url') },
      };
    },
    arrivals,
    faults,
    answer(next, to) {
      status = next;
      location = to;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
