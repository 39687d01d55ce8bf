// Notifications of this browser: whether it can, whether it may, and its subscription.

export type PushSupport =
  /** This browser has no push messages; or it has, once the page is on the home screen (iPhone, iPad). */
  | 'unsupported'
  | 'needs-home-screen'
  /** Push messages are for https and localhost. */
  | 'insecure'
  | 'denied'
  | 'ready';

const workerPath = '/push-worker.js';

/** What this browser can do. */
export function pushSupport(): PushSupport {
  if (!window.isSecureContext) return 'insecure';
  if (!('serviceWorker' in navigator) || !('PushManager' in window) || !('Notification' in window)) {
    return isAppleTouch() ? 'needs-home-screen' : 'unsupported';
  }
  return Notification.permission === 'denied' ? 'denied' : 'ready';
}

function isAppleTouch(): boolean {
  return /iPhone|iPad/.test(navigator.userAgent);
}

export interface BrowserSubscription {
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

/** The address of this browser's subscription; null where it has none. */
export async function currentEndpoint(): Promise<string | null> {
  if (pushSupport() !== 'ready') return null;
  const registration = await navigator.serviceWorker.getRegistration(workerPath);
  return (await registration?.pushManager.getSubscription())?.endpoint ?? null;
}

/**
 * Asks the person, and subscribes this browser under the server's key. Null where they said no. Throws where the browser
 * fails, in its own words.
 */
export async function subscribe(serverKey: string): Promise<BrowserSubscription | null> {
  if ((await Notification.requestPermission()) !== 'granted') return null;
  const registration = await navigator.serviceWorker.register(workerPath, { scope: '/' });
  await navigator.serviceWorker.ready;
  const key = Uint8Array.from(
    atob(serverKey.replaceAll('-', '+').replaceAll('_', '/')),
    (character) => character.codePointAt(0) ?? 0,
  );
  const known = await registration.pushManager.getSubscription();
  // One under another key is of no use: this installation was set up anew.
  if (known !== null && !isSameKey(known.options.applicationServerKey, key)) await known.unsubscribe();
  const made = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const { endpoint, keys } = made.toJSON();
  const { p256dh, auth } = keys ?? {};
  if (endpoint === undefined || p256dh === undefined || auth === undefined) return null;
  return { endpoint, keys: { p256dh, auth } };
}

/** Ends this browser's subscription, whatever the server knows of it. */
export async function unsubscribe(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration(workerPath);
  await (await registration?.pushManager.getSubscription())?.unsubscribe();
}

/**
 * Leaves nothing of who was signed in: what is shown is taken away, and nothing more will be. Without its worker a browser
 * has no subscription (Push API, "unregister"), also where its push service cannot be reached to end it.
 */
export async function leaveBrowser(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration(workerPath);
  if (registration === undefined) return;
  for (const notification of await registration.getNotifications()) notification.close();
  await registration.unregister();
}

function isSameKey(one: ArrayBuffer | null, other: Uint8Array): boolean {
  if (one === null || one.byteLength !== other.byteLength) return false;
  return new Uint8Array(one).every((byte, index) => byte === other[index]);
}
