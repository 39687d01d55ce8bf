// The conversation with a camera up to the moving picture (RFC 2326): describe, set up, play, keep alive, tear down.

import { randomBytes } from 'node:crypto';
import { VedetteError } from '../../../core/errors.ts';
import { authorization, type Challenge, parseChallenges, strongest } from './auth.ts';
import { type Answer, type Connection, type ConnectionEvents, connect } from './connection.ts';
import { errorAnswer, onlyUdp, refused } from './faults.ts';
import { header } from './messages.ts';
import { describedVideo, type VideoDescription } from './sdp.ts';
import { redirected, type Target } from './target.ts';

const maxRedirects = 3;
/** RFC 2326, 12.37. */
const defaultSessionSeconds = 60;
/** Half of what the camera says, but not without end on either side. */
const keepAliveSeconds = { least: 1, most: 60 } as const;

export interface SessionEvents {
  /** The video that is about to play; it also tells where its frames go. */
  describe(video: VideoDescription): FrameHandler;
  failed: ConnectionEvents['failed'];
}

export interface FrameHandler {
  rtp(bytes: Buffer, start: number, end: number): void;
  rtcp(bytes: Buffer, start: number, end: number): void;
}

export interface Session {
  readonly video: VideoDescription;
  readonly connection: Pick<Connection, 'pause' | 'resume'>;
  /** Says good-bye, waiting a little for the answer. Idempotent. */
  close(): Promise<void>;
}

interface Conversation {
  readonly target: Target;
  readonly connection: Connection;
  ask(method: string, url: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

/** Opens the camera and makes it play. Errors: those of `Media.open`; `signal.reason`. */
export async function openSession(
  first: Target,
  events: SessionEvents,
  signal: AbortSignal,
): Promise<Session> {
  let target = first;
  for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
    const outcome = await openOnce(target, events, signal);
    if ('session' in outcome) return outcome.session;
    target = redirected(target, outcome.sentTo);
  }
  throw new VedetteError(
    'source-unreachable',
    `${first.where}: the camera sends us on without end. Enter the address that it ends at.`,
  );
}

async function openOnce(
  target: Target,
  events: SessionEvents,
  signal: AbortSignal,
): Promise<{ session: Session } | { sentTo: string | null }> {
  let handler: FrameHandler | null = null;
  let channels = { rtp: 0, rtcp: 1 };
  const connection = await connect(
    target,
    {
      frame(channel, bytes, start, end) {
        if (channel === channels.rtp) handler?.rtp(bytes, start, end);
        else if (channel === channels.rtcp) handler?.rtcp(bytes, start, end);
      },
      failed: events.failed,
    },
    signal,
  );
  const onAbort = () => connection.close(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    signal.throwIfAborted();
    const talk = { target, connection, ask: asker(target, connection) };
    const keepAliveMethod = await options(talk);
    const described = await describe(talk);
    if ('sentTo' in described) {
      connection.close(new Error('redirected'));
      return described;
    }
    const { video } = described;
    const { session, timeoutSeconds, ...chosen } = await setUp(talk, video.controlUrl);
    channels = chosen;
    handler = events.describe(video);
    const sessionHeaders: Record<string, string> = session === null ? {} : { Session: session };
    connection.tolerate(channels.rtp);
    const played = await talk.ask('PLAY', video.sessionUrl, { ...sessionHeaders, Range: 'npt=0.000-' });
    expectOk(played, target);
    return {
      session: playing(talk, { video, keepAliveMethod, timeoutSeconds, sessionHeaders }),
    };
  } catch (error) {
    connection.close(error);
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Asks with the password once the camera wants it, and again where its question has become old. */
function asker({ where, credentials }: Target, connection: Connection): Conversation['ask'] {
  let challenge: Challenge | null = null;
  let count = 0;
  const send = (method: string, url: string, headers: Readonly<Record<string, string>>) => {
    const known = credentials();
    if (challenge === null || known === null) return connection.request(method, url, headers);
    count += 1;
    const clientNonce = randomBytes(16).toString('hex');
    const value = authorization(challenge, { ...known, method, uri: url, clientNonce, count });
    return connection.request(method, url, { ...headers, Authorization: value });
  };
  return async (method, url, headers = {}) => {
    const hadAnswered = challenge !== null;
    const answer = await send(method, url, headers);
    if (answer.status !== 401) return answer;
    const next = strongest(parseChallenges(answer.headers.get('www-authenticate') ?? []));
    const isStale = next?.parameters.get('stale')?.toLowerCase() === 'true';
    // An old question answered rightly is not a wrong password; nor is a new one that comes without saying so,
    // as many cameras send it in long sessions.
    const isNew = next?.parameters.get('nonce') !== challenge?.parameters.get('nonce');
    if (next === null || credentials() === null || (hadAnswered && !isStale && !isNew))
      throw refused(where, credentials() !== null);
    challenge = next;
    count = 0;
    const again = await send(method, url, headers);
    if (again.status === 401) throw refused(where, true);
    return again;
  };
}

/** Which request keeps the session alive. What the answer is otherwise does not matter: many cameras get it wrong. */
async function options({ target, ask }: Conversation): Promise<string> {
  const answer = await ask('OPTIONS', target.url);
  const methods = (header(answer, 'public') ?? '').split(',').map((method) => method.trim().toUpperCase());
  return methods.includes('GET_PARAMETER') ? 'GET_PARAMETER' : 'OPTIONS';
}

async function describe({
  target,
  ask,
}: Conversation): Promise<{ sentTo: string | null } | { video: VideoDescription }> {
  const answer = await ask('DESCRIBE', target.url, { Accept: 'application/sdp' });
  if (answer.status === 301 || answer.status === 302) return { sentTo: header(answer, 'location') };
  expectOk(answer, target);
  const bases = [header(answer, 'content-base'), header(answer, 'content-location')];
  const base = bases.find((one) => one !== null && /^rtsps?:\/\//i.test(one)) ?? target.url;
  return { video: describedVideo(answer.body, base, target.where) };
}

async function setUp({ target, ask }: Conversation, url: string) {
  const answer = await ask('SETUP', url, { Transport: 'RTP/AVP/TCP;unicast;interleaved=0-1' });
  const transport = header(answer, 'transport') ?? '';
  const byUdp = answer.status === 200 && /^RTP\/AVPF?(\/UDP)?;/i.test(transport);
  if (answer.status === 461 || byUdp) throw onlyUdp(target.where);
  expectOk(answer, target);
  const [, rtp = '0', rtcp] = /interleaved=\s*(\d{1,3})(?:-(\d{1,3}))?/i.exec(transport) ?? [];
  const [session = '', ...parameters] = (header(answer, 'session') ?? '').split(';');
  const timeout = parameters.map((one) => /^\s*timeout\s*=\s*(\d+)/i.exec(one)?.[1]).find(Boolean);
  return {
    rtp: Number(rtp),
    rtcp: Number(rtcp ?? Number(rtp) + 1),
    session: session.trim() === '' ? null : session.trim(),
    timeoutSeconds: Number(timeout ?? defaultSessionSeconds),
  };
}

interface Play {
  readonly video: VideoDescription;
  readonly keepAliveMethod: string;
  readonly timeoutSeconds: number;
  readonly sessionHeaders: Readonly<Record<string, string>>;
}

function playing({ connection, ask }: Conversation, play: Play): Session {
  const { video, sessionHeaders } = play;
  const { least, most } = keepAliveSeconds;
  const seconds = Math.min(most, Math.max(least, play.timeoutSeconds / 2));
  let closing: Promise<void> | null = null;
  const timer = setInterval(() => {
    // Whether the camera liked it is seen by whether it goes on sending.
    ask(play.keepAliveMethod, video.sessionUrl, sessionHeaders).catch(() => {});
  }, seconds * 1000);
  async function goodBye(): Promise<void> {
    clearInterval(timer);
    connection.resume();
    await ask('TEARDOWN', video.sessionUrl, sessionHeaders).catch(() => {});
    connection.close(new Error('closed'));
  }
  return {
    video,
    connection,
    close() {
      closing ??= goodBye();
      return closing;
    },
  };
}

function expectOk({ status }: Answer, { where, credentials }: Target): void {
  if (status < 200 || status >= 300) throw errorAnswer(where, status, credentials() !== null);
}
