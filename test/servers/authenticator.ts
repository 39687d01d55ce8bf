// An authenticator with its browser, in software: ES256 passkeys, "none" attestation (WebAuthn Level 3 §6).

import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Authenticator, Misconduct } from '../../src/core/ports/passkeys.contract.ts';

const creationOptions = z.object({
  challenge: z.string(),
  rp: z.object({ id: z.string() }),
  user: z.object({ id: z.string() }),
  pubKeyCredParams: z.array(z.object({ alg: z.number() })),
  authenticatorSelection: z.object({
    residentKey: z.literal('required'),
    userVerification: z.literal('required'),
  }),
});
const requestOptions = z.object({
  challenge: z.string(),
  rpId: z.string(),
  userVerification: z.literal('required'),
});

/** COSE's number for ECDSA with SHA-256 on P-256. */
const es256 = -7;

interface Credential {
  readonly id: Buffer;
  readonly privateKey: KeyObject;
  readonly userHandle: string;
  counter: number;
}

const base64url = (bytes: Buffer) => bytes.toString('base64url');
const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest();

/** A device whose browser shows the page at `origin`. It keeps one passkey, and counts its uses. */
export function softAuthenticator(origin: string): Authenticator {
  let kept: Credential | null = null;

  function clientData(
    type: string,
    challenge: string,
    { origin: other, challenge: replayed }: Misconduct,
  ): Buffer {
    return Buffer.from(
      JSON.stringify({ type, challenge: replayed ?? challenge, origin: other ?? origin, crossOrigin: false }),
    );
  }

  return {
    create(given, misconduct = {}) {
      const options = creationOptions.parse(given);
      if (!options.pubKeyCredParams.some(({ alg }) => alg === es256))
        throw new Error('ES256 was not offered.');
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      kept = { id: randomBytes(16), privateKey, userHandle: options.user.id, counter: 0 };
      const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
      const coseKey = cbor(
        new Map<number, number | Buffer>([
          [1, 2],
          [3, es256],
          [-1, 1],
          [-2, Buffer.from(x, 'base64url')],
          [-3, Buffer.from(y, 'base64url')],
        ]),
      );
      const length = Buffer.alloc(2);
      length.writeUInt16BE(kept.id.length);
      const attested = Buffer.concat([Buffer.alloc(16), length, kept.id, coseKey]);
      const authData = authenticatorData(options.rp.id, 0, misconduct, attested);
      const attestationObject = cbor(
        new Map<string, Cbor>([
          ['fmt', 'none'],
          ['attStmt', new Map()],
          ['authData', authData],
        ]),
      );
      const clientDataJSON = base64url(clientData('webauthn.create', options.challenge, misconduct));
      return {
        ...named(kept),
        response: {
          clientDataJSON,
          attestationObject: base64url(attestationObject),
          transports: ['internal'],
        },
      };
    },
    get(given, misconduct = {}) {
      const options = requestOptions.parse(given);
      if (kept === null) throw new Error('There is no passkey on this device.');
      kept.counter = misconduct.counter ?? kept.counter + 1;
      const authData = authenticatorData(options.rpId, kept.counter, misconduct);
      const client = clientData('webauthn.get', options.challenge, misconduct);
      const signature = createSign('sha256').update(authData).update(sha256(client)).sign(kept.privateKey);
      return {
        ...named(kept),
        response: {
          clientDataJSON: base64url(client),
          authenticatorData: base64url(authData),
          signature: base64url(signature),
          userHandle: misconduct.userHandle ?? kept.userHandle,
        },
      };
    },
  };
}

function named({ id }: Credential) {
  return {
    id: base64url(id),
    rawId: base64url(id),
    type: 'public-key',
    clientExtensionResults: {},
    authenticatorAttachment: 'platform',
  };
}

/** §6.1: whose site, present and verified, the counter, and at a registration the credential. */
function authenticatorData(
  rpId: string,
  counter: number,
  { rpId: other, isUserVerified = true }: Misconduct,
  attested?: Buffer,
): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(0x01 | (isUserVerified ? 0x04 : 0) | (attested === undefined ? 0 : 0x40));
  head.writeUInt32BE(counter, 1);
  return Buffer.concat([sha256(other ?? rpId), head, attested ?? Buffer.alloc(0)]);
}

type Cbor = number | string | Buffer | ReadonlyMap<string | number, Cbor>;

/** As much of CBOR (RFC 8949 §3) as an attestation needs: integers, byte and text strings, maps. */
function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? cborHead(1, -1 - value) : cborHead(0, value);
  if (typeof value === 'string')
    return Buffer.concat([cborHead(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([cborHead(2, value.length), value]);
  const pairs = [...value].flatMap(([key, item]) => [cbor(key), cbor(item)]);
  return Buffer.concat([cborHead(5, value.size), ...pairs]);
}

function cborHead(major: number, argument: number): Buffer {
  if (argument < 24) return Buffer.from([(major << 5) | argument]);
  if (argument < 256) return Buffer.from([(major << 5) | 24, argument]);
  return Buffer.from([(major << 5) | 25, argument >> 8, argument & 0xff]);
}
