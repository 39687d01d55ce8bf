// The push notifier: messages for browsers, encrypted for each (RFC 8291) and signed by this installation (RFC 8292).

import webpush from 'web-push';
import { failed, type PosterOptions, poster } from '../../core/alert/poster.ts';
import type { Notifier, OutgoingAlert } from '../../core/ports/notifier.ts';
import type { PushKeys } from '../../core/ports/records-alerts.ts';

/** How long a push service keeps a message for a browser that is away, in seconds: who comes back later finds the page. */
const lifeSeconds = 3_600;
/** Largest payload that every push service takes, in bytes (RFC 8030 §7.2), less what encryption adds. */
export const maxPushPayloadBytes = 3_800;
/** Longest sentences of a notification, in characters: no system shows more. */
const maxTextLength = 600;

export interface PushOptions extends PosterOptions {
  /** Asked once: the keys are made when the first message or page needs them. */
  readonly keys: () => Promise<PushKeys>;
  /** Whom a push service can ask about this installation: an https: or mailto: URL (RFC 8292 §2.1). */
  readonly contact: string;
  /** Whether push services without TLS may be used: those of tests. */
  readonly allowPlain: boolean;
}

/**
 * Hands an alert to the push service of a browser. The topic is the alert's key, so that one that is sent twice replaces
 * itself while it waits there (RFC 8030 §5.4); the page's worker shows each key once. Pictures are not in it: the
 * notification names where it is, which needs the session.
 */
export function pushNotifier(options: PushOptions): Notifier {
  const post = poster(options, { thing: 'push service', permission: 'VEDETTE_ALLOW_PRIVATE_PUSH' });
  const refusalOf = (address: string): string | null => {
    const found = post.check(address);
    if ('refusal' in found) return found.refusal;
    if (found.url.protocol === 'https:' || options.allowPlain) return null;
    return 'A push service is called over https:// only.';
  };
  return {
    kind: 'push',
    refusal: (target) => (target.kind === 'push' ? refusalOf(target.endpoint) : notBrowser),
    async send(alert, target, signal) {
      if (target.kind !== 'push') return failed(false, notBrowser);
      const refusal = refusalOf(target.endpoint);
      if (refusal !== null) return failed(false, refusal);
      if (signal.aborted) return failed(true, 'Sending was given up.');
      let message: ReturnType<typeof encrypted>;
      try {
        message = encrypted(alert, target, await options.keys(), options.contact);
      } catch (error) {
        options.log.debug('A push message could not be encrypted.', { error });
        return {
          ...failed(false, 'What the browser gave to encrypt for it is damaged. Add it anew.'),
          gone: true,
        };
      }
      return post.post(target.endpoint, message, signal, judge);
    },
    async close() {
      post.close();
    },
  };
}

const notBrowser = 'This is not a browser that takes push messages.';

/** What the page's worker makes a notification of. */
export function pushPayload(alert: OutgoingAlert): string {
  const { pathname } = new URL(alert.url);
  const isIncident = pathname.startsWith('/incidents/');
  const payload = {
    id: alert.idempotencyKey,
    title: alert.title,
    text: alert.text.slice(0, maxTextLength),
    url: pathname,
    tag: alert.subject,
    incidentId: isIncident ? alert.subject : null,
    // Where there is none the page's worker shows the notification without it.
    picture: isIncident && alert.snapshot !== null ? `/api/v1/incidents/${alert.subject}/snapshot.jpg` : null,
  };
  const text = JSON.stringify(payload);
  if (Buffer.byteLength(text) <= maxPushPayloadBytes) return text;
  return JSON.stringify({ ...payload, title: payload.title.slice(0, 120), text: payload.text.slice(0, 200) });
}

function encrypted(
  alert: OutgoingAlert,
  { endpoint, p256dh, auth }: { endpoint: string; p256dh: string; auth: { reveal(): string } },
  { publicKey, privateKey }: PushKeys,
  contact: string,
): { headers: Record<string, string>; body: Uint8Array } {
  const details = webpush.generateRequestDetails(
    { endpoint, keys: { p256dh, auth: auth.reveal() } },
    pushPayload(alert),
    {
      vapidDetails: { subject: contact, publicKey, privateKey: privateKey.reveal() },
      TTL: lifeSeconds,
      urgency: 'high',
      topic: topicOf(alert.idempotencyKey),
      contentEncoding: 'aes128gcm',
    },
  );
  const named = Object.entries(details.headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return { headers: Object.fromEntries(named), body: new Uint8Array(details.body ?? []) };
}

/** At most 32 characters of base64url (RFC 8030 §5.4): a UUID without its dashes. */
function topicOf(key: string): string {
  return key.replaceAll(/[^A-Za-z0-9_]/g, '').slice(-32);
}

function judge(status: number, host: string) {
  if (status === 404 || status === 410) {
    return { ...failed(false, `${host} does not know this browser any more.`), gone: true } as const;
  }
  if (status === 413) return failed(false, `${host} finds the message too large (413).`);
  if (status === 401 || status === 403) {
    return failed(
      false,
      `${host} does not accept who we say we are (${status}). Check VEDETTE_PUSH_CONTACT and the server's clock.`,
    );
  }
  return null;
}
