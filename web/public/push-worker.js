// The worker behind notifications: shows what the server pushes, also while no page is open.

/** How long an answer is waited for when an incident is acknowledged from the notification, in ms. */
const answerMs = 20_000;

self.addEventListener('install', (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('push', (event) => event.waitUntil(show(event.data)));

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const { url, incidentId } = event.notification.data ?? {};
  if (event.action === 'acknowledge' && typeof incidentId === 'string') {
    event.waitUntil(acknowledge(incidentId, url));
    return;
  }
  event.waitUntil(open(typeof url === 'string' ? url : '/'));
});

// The browser gave itself another address: without telling the server, nothing would arrive any more.
self.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(renew(event)));

/** A push that shows nothing is punished by browsers: whatever arrives becomes a notification. */
async function show(data) {
  const message = read(data);
  const shown = await self.registration.getNotifications({ tag: message.tag });
  // The same message a second time: the server was not sure that the first had arrived.
  const isRepeat = shown.some((each) => each.data?.id === message.id);
  const isIncident = message.incidentId !== null;
  await self.registration.showNotification(message.title, {
    body: message.text,
    tag: message.tag,
    icon: '/icon.png',
    badge: '/icon.png',
    ...(message.picture === null ? {} : { image: message.picture }),
    renotify: !isRepeat,
    silent: isRepeat,
    requireInteraction: isIncident,
    timestamp: Date.now(),
    data: { id: message.id, url: message.url, incidentId: message.incidentId },
    actions: isIncident
      ? [
          { action: 'open', title: 'Open' },
          { action: 'acknowledge', title: 'Acknowledge' },
        ]
      : [],
  });
}

function read(data) {
  const text = (value, otherwise) => (typeof value === 'string' && value !== '' ? value : otherwise);
  let given = {};
  try {
    given = data?.json() ?? {};
  } catch {
    // Not ours, or damaged: the notification says that there is something.
  }
  return {
    id: text(given.id, ''),
    title: text(given.title, 'Vedette'),
    text: text(given.text, 'Open Vedette to see what is happening.'),
    // Only our own pages: an address of elsewhere would be opened with our name on it.
    url: /^\/(?!\/)/.test(given.url) ? given.url : '/',
    tag: text(given.tag, 'vedette'),
    incidentId: text(given.incidentId, null),
    picture: /^\/api\//.test(given.picture) ? given.picture : null,
  };
}

/** Brings an open page to the front and leads it there, or opens one. */
async function open(url) {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const there = pages.find((page) => new URL(page.url).pathname === url) ?? pages[0];
  if (there === undefined) return void (await self.clients.openWindow(url));
  await there.focus();
  if (new URL(there.url).pathname !== url) {
    // A page that this worker does not control cannot be led anywhere.
    await there.navigate(url).catch(() => self.clients.openWindow(url));
  }
}

async function acknowledge(incidentId, url) {
  try {
    const response = await fetch(`/api/v1/incidents/${encodeURIComponent(incidentId)}/acknowledge`, {
      method: 'POST',
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(answerMs),
    });
    if (response.ok) return;
    const { detail } = await response.json().catch(() => ({}));
    await say(detail ?? 'It could not be acknowledged.', url, incidentId);
  } catch {
    await say('Vedette does not answer, so it is not acknowledged. Open it to try again.', url, incidentId);
  }
}

async function say(text, url, incidentId) {
  await self.registration.showNotification('Not acknowledged', {
    body: text,
    tag: incidentId,
    icon: '/icon.png',
    renotify: true,
    requireInteraction: true,
    data: { id: '', url, incidentId: null },
  });
}

async function renew(event) {
  const before = event.oldSubscription ?? null;
  const subscription =
    event.newSubscription ??
    (await self.registration.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: before?.options.applicationServerKey ?? (await serverKey()),
    }));
  const { endpoint, keys } = subscription.toJSON();
  const headers = { 'content-type': 'application/json' };
  const devices = await fetch('/api/v1/my-alerts/devices').then((response) => response.json());
  const old = devices.find((device) => device.endpoint === before?.endpoint);
  await fetch('/api/v1/my-alerts/devices', {
    method: 'POST',
    headers,
    body: JSON.stringify({ endpoint, keys, ...(old === undefined ? {} : { name: old.name }) }),
  });
  if (old !== undefined && old.endpoint !== endpoint) {
    await fetch(`/api/v1/my-alerts/devices/${old.id}`, { method: 'DELETE' });
  }
}

async function serverKey() {
  const { pushKey } = await fetch('/api/v1/my-alerts').then((response) => response.json());
  return pushKey;
}
