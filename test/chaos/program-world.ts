// What the program talks to while it is killed again and again: a webhook, sirens and a mail server, each of which fails
// now and then, and all of which write down what reached them.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { signWebhook } from '../../src/adapters/webhook/signature.ts';
import { secret } from '../../src/core/secret.ts';
import { header, type Mail, openMailServer } from '../servers/mail.ts';

/** How long a slow receiver takes, in ms: below what the program waits, so that kills come in between. */
const slowMs = 1_200;

/** An alert that reached the webhook. */
export interface Arrival {
  /** Its idempotency key. */
  readonly key: string;
  readonly incidentId: string;
  readonly occasion: string;
}

/** What a siren did at a command. */
export interface Turned {
  readonly turn: 'on' | 'off';
  /** When, in ms since the epoch. */
  readonly at: number;
  readonly durationSeconds: number;
}

export interface World extends AsyncDisposable {
  readonly url: string;
  readonly mailPort: number;
  readonly arrivals: readonly Arrival[];
  /** By name. */
  readonly sirens: ReadonlyMap<string, readonly Turned[]>;
  readonly mails: readonly Mail[];
  /** What was not as it should be: a signature that does not fit, say. */
  readonly faults: readonly string[];
  /** The secret that calls of `who` ("alerts", or a siren) are signed with. */
  trust(who: string, signingSecret: string): void;
  /** Resolves when the next call or mail comes in, before it is answered. */
  nextCall(): Promise<void>;
  /** From now on everything answers at once. */
  calm(): void;
}

/** How a call is answered. `deaf`: nothing is done; `mute`: it is done, and the answer never comes. */
type Manner = 'good' | 'slow' | 'deaf' | 'mute';

/** `failing` is the share of calls, from 0 to 1, that do not get their answer at once. */
export async function openWorld(random: () => number, failing: number): Promise<World> {
  let isCalm = false;
  let called = Promise.withResolvers<void>();
  const ring = () => {
    called.resolve();
    called = Promise.withResolvers<void>();
  };
  const arrivals: Arrival[] = [];
  const sirens = new Map<string, Turned[]>();
  const secrets = new Map<string, string>();
  const faults: string[] = [];
  const manner = (): Manner => {
    if (isCalm || random() >= failing) return 'good';
    return (['slow', 'deaf', 'mute'] as const)[Math.floor(random() * 3)] ?? 'good';
  };

  function take(who: string, key: string, body: string): void {
    const { data } = JSON.parse(body);
    if (who === 'alerts') {
      const { incidentId, occasion } = data;
      return void arrivals.push({ key, incidentId, occasion });
    }
    const { turn, durationSeconds } = data;
    sirens.set(who, [...(sirens.get(who) ?? []), { turn, durationSeconds, at: Date.now() }]);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const who = new URL(request.url ?? '/', 'http://world').pathname.slice(1);
    const body = await text(request);
    const fault = faultOf(request, body, secrets.get(who));
    if (fault !== null) faults.push(`${who}: ${fault}`);
    ring();
    const how = manner();
    if (how === 'deaf') return void response.writeHead(503).end();
    take(who, String(request.headers['webhook-id']), body);
    if (how === 'mute') return void request.socket.destroy();
    if (how === 'slow') await pause(slowMs);
    response.writeHead(204).end();
  }

  const server = createServer((request, response) => {
    // A request that was killed half way was none.
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const refuse = () => {
    ring();
    return manner() === 'deaf' ? 451 : null;
  };
  const mail = await openMailServer({ refuse });
  return {
    url: `http://127.0.0.1:${port}`,
    mailPort: mail.port,
    mails: mail.mails,
    ...{ arrivals, sirens, faults },
    trust: (who, signingSecret) => void secrets.set(who, signingSecret),
    nextCall: () => called.promise,
    calm() {
      isCalm = true;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await mail.close();
    },
  };
}

/** What is wrong with a call; null where it is signed with the secret of whom it is for, and names one key. */
function faultOf(request: IncomingMessage, body: string, signingSecret: string | undefined): string | null {
  const id = request.headers['webhook-id'];
  const timestamp = request.headers['webhook-timestamp'];
  if (signingSecret === undefined) return 'nobody expected it';
  if (typeof id !== 'string' || typeof timestamp !== 'string') return 'its headers are missing';
  const expected = signWebhook(secret(signingSecret), { id, timestamp: Number(timestamp), body });
  if (request.headers['webhook-signature'] !== expected) return 'its signature does not fit';
  const { alertId } = JSON.parse(body).data;
  return alertId === undefined || alertId === id ? null : 'its key is not that of its alert';
}

/** The ids that mails were sent under, one for each time. */
export function mailIds(mails: readonly Mail[]): readonly string[] {
  return mails.map(({ raw }) => /^<([^@]+)@/.exec(header(raw, 'message-id'))?.[1] ?? '');
}
