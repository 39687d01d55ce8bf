// Which parts of the settings nobody may be told.

import type { Secret } from '../../core/secret.ts';
import type { Settings } from '../settings.ts';

/** Shorter ones would black out half of every sentence, and protect nothing. */
const shortest = 4;

/** Every secret, and the passwords inside of addresses as they are written and as they are meant; longest first. */
export function secretsIn(settings: Settings): readonly string[] {
  const found = new Set<string>();
  for (const value of Object.values(settings)) {
    if (!isSecret(value)) continue;
    const text = value.reveal();
    found.add(text);
    for (const part of passwordsIn(text)) {
      found.add(part);
      found.add(decoded(part));
    }
  }
  return [...found].filter((text) => text.length >= shortest).toSorted((a, b) => b.length - a.length);
}

/** What stands between ":" and "@" before the host. Addresses of several hosts are none that URL could read. */
function passwordsIn(address: string): readonly string[] {
  const [, password = ''] = /^[a-z0-9+.-]+:\/\/[^:/?#@]*:([^@]*)@/.exec(address) ?? [];
  return password === '' ? [] : [password];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function isSecret(value: unknown): value is Secret {
  return typeof value === 'object' && value !== null && 'reveal' in value;
}
