// What moto leaves out of KMS, in front of it: keys that are disabled or to be deleted refuse, Ed25519, and any refusal that
// a test wants, in the shape that AWS documents. Everything else goes to moto as it came.

import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

export interface KmsFront extends AsyncDisposable {
  readonly url: string;
  /** The next `times` calls of `operation` are refused, such as `('Decrypt', 'ThrottlingException', 2)`. */
  refuse(operation: string, type: string, times: number, message?: string): void;
  /** The next `times` calls of `operation` are done, and their answers lost. */
  loseAnswers(operation: string, times: number): void;
  /** How often each operation was asked for. */
  readonly asked: Map<string, number>;
}

const bodySchema = z.looseObject({
  KeyId: z.string().optional(),
  KeySpec: z.string().optional(),
  Message: z.string().optional(),
});
const keySchema = z.object({ KeyMetadata: z.looseObject({ KeyId: z.string(), KeyState: z.string() }) });

/** Operations that a key refuses that is not enabled. */
const needEnabled = new Set(['Encrypt', 'Decrypt', 'Sign', 'GetPublicKey']);

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** In front of the moto at `moto`; on a free port of 127.0.0.1. */
export async function startKmsFront(moto: string): Promise<KmsFront> {
  const asked = new Map<string, number>();
  const refusals = new Map<string, { type: string; message: string; times: number }>();
  const lost = new Map<string, number>();
  const ed25519 = new Map<string, { readonly publicKey: KeyObject; readonly privateKey: KeyObject }>();

  async function ask(request: IncomingMessage, operation: string, body: string): Promise<Answer> {
    const answer = await fetch(moto, {
      method: 'POST',
      headers: {
        authorization: request.headers.authorization ?? '',
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `TrentService.${operation}`,
      },
      body,
    });
    return { status: answer.status, body: await answer.text() };
  }

  async function answerTo(request: IncomingMessage, operation: string, body: string): Promise<Answer> {
    const refusal = refusals.get(operation);
    if (refusal !== undefined && refusal.times > 0) {
      refusal.times -= 1;
      return refused(refusal.type, refusal.message);
    }
    const asks = bodySchema.parse(JSON.parse(body));
    if (operation === 'CreateKey' && asks.KeySpec === 'ECC_NIST_EDWARDS25519') {
      const made = await ask(request, operation, JSON.stringify({ ...asks, KeySpec: 'ECC_NIST_P256' }));
      ed25519.set(keySchema.parse(JSON.parse(made.body)).KeyMetadata.KeyId, generateKeyPairSync('ed25519'));
      return described(made);
    }
    if (operation === 'DescribeKey') return described(await ask(request, operation, body));
    if (!needEnabled.has(operation)) return ask(request, operation, body);
    const found = await ask(request, 'DescribeKey', JSON.stringify({ KeyId: asks.KeyId }));
    if (found.status !== 200) return found;
    const { KeyId: id, KeyState: state } = keySchema.parse(JSON.parse(found.body)).KeyMetadata;
    if (state === 'Disabled') return refused('DisabledException', `${id} is disabled.`);
    if (state === 'PendingDeletion') return refused('KMSInvalidStateException', `${id} is pending deletion.`);
    const pair = ed25519.get(id);
    return pair === undefined ? ask(request, operation, body) : ofPair(pair, operation, asks.Message ?? '');
  }

  function described(answer: Answer): Answer {
    if (answer.status !== 200) return answer;
    const { KeyMetadata: key } = keySchema.parse(JSON.parse(answer.body));
    const spec = ed25519.has(key.KeyId) ? { KeySpec: 'ECC_NIST_EDWARDS25519' } : {};
    return { status: 200, body: JSON.stringify({ KeyMetadata: { ...key, ...spec } }) };
  }

  const server = createServer(async (request, response) => {
    const operation = String(request.headers['x-amz-target']).replace('TrentService.', '');
    asked.set(operation, (asked.get(operation) ?? 0) + 1);
    const answer = await answerTo(request, operation, await text(request)).catch((error: unknown) =>
      refused('KMSInternalException', String(error), 500),
    );
    const losing = lost.get(operation) ?? 0;
    if (losing > 0) {
      lost.set(operation, losing - 1);
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(answer.body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    refuse: (operation, type, times, message = 'No.') =>
      void refusals.set(operation, { type, message, times }),
    loseAnswers: (operation, times) => void lost.set(operation, times),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function ofPair(
  { publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject },
  operation: string,
  message: string,
): Answer {
  if (operation === 'Sign') {
    const signature = sign(null, Buffer.from(message, 'base64'), privateKey).toString('base64');
    return { status: 200, body: JSON.stringify({ Signature: signature }) };
  }
  const der = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  return { status: 200, body: JSON.stringify({ PublicKey: der }) };
}

function refused(type: string, message: string, status = 400): Answer {
  return { status, body: JSON.stringify({ __type: type, message }) };
}
