// Secrets that come in a link's fragment: taken out of the address bar at once, kept in this tab until they are used.

/** Where a reload finds them again; another tab does not. */
const storageKey = (page: string) => `vedette-link ${page}`;

/** Where storage is switched off, and while the page stays open. */
const taken = new Map<string, string>();

/** The token after "#" of the page at `page`, or the one that was taken before; "" where there is none. */
export function takeLinkToken(page: string): string {
  const token = decoded(window.location.hash.slice(1));
  if (token !== '') {
    window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search);
    taken.set(page, token);
    tryStorage((storage) => storage.setItem(storageKey(page), token));
    return token;
  }
  return taken.get(page) ?? tryStorage((storage) => storage.getItem(storageKey(page))) ?? '';
}

/** It was used, or is worth nothing. */
export function forgetLinkToken(page: string): void {
  taken.delete(page);
  tryStorage((storage) => storage.removeItem(storageKey(page)));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

function tryStorage<T>(use: (storage: Storage) => T): T | null {
  try {
    return use(window.sessionStorage);
  } catch {
    return null;
  }
}
