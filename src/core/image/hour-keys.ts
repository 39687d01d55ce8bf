// Keys of an hour: one data key an organization, way, stage and hour, so that a thousand images wrap one key.

import type { OrganizationId } from '../brand.ts';
import type { Clock } from '../ports/clock.ts';
import type { Keys, WrappedKey } from '../ports/keys.ts';
import type { Way } from './pushed-image.ts';
import { type Seal, sealUnder } from './sealing.ts';

/** `inbox`: accepted and not yet looked at; `stored`: what is shown; `quarantine`: what was put aside. */
export type Stage = 'inbox' | 'stored' | 'quarantine';

export interface KeyPlace {
  readonly stage: Stage;
  readonly way: Way;
  readonly organizationId: OrganizationId;
}

export interface HourKey {
  readonly hour: number;
  readonly wrapped: WrappedKey;
  /** AES-256-GCM. Encrypts and decrypts, and cannot be taken out. */
  readonly key: CryptoKey;
  /** Seals under it, as `sealUnder` does. */
  readonly seal: (plain: Bytes, context: string) => Bytes | Promise<Bytes>;
}

export interface HourKeys {
  /** The key to seal with now. Errors: those of `Keys.wrap`. */
  current(place: KeyPlace): Promise<HourKey>;
  /** A key that was wrapped before. Errors: `key-destroyed`, `key-unavailable` (another stage, way or organization). */
  open(place: KeyPlace, wrapped: { hour: number; wrappedHourKey: WrappedKey }): Promise<CryptoKey>;
}

type Bytes = Uint8Array<ArrayBuffer>;

const hourMs = 3_600_000;
/** So much is sealed in the thread that asks: waking another costs more than 0.2 ms of sealing. */
const maxAtOnceBytes = 256 * 1024;
/** Keys kept in memory: an hour of 100 organizations, on both ways and in each stage; 100 bytes each. */
const maxKept = 600;

/** The context that a key is wrapped in: one of another stage, way, organization or hour does not open with it. */
export function hourKeyContext({ stage, way, organizationId }: KeyPlace, hour: number): string {
  return `images/${way}/${stage}/${organizationId}/${hour}`;
}

/** Keys made by this process live for their hour and are never written but wrapped. */
export function hourKeys({
  keys,
  clock,
  sealer = null,
}: {
  keys: Pick<Keys, 'wrap' | 'unwrap'>;
  clock: Pick<Clock, 'now'>;
  /** Seals small bodies at once; without it each is sealed in a thread of its own. */
  sealer?: ((key: Uint8Array) => Seal) | null;
}): HourKeys {
  const own = new Map<string, Promise<HourKey>>();
  const opened = new Map<string, Promise<CryptoKey>>();

  async function sealing(raw: Uint8Array): Promise<Pick<HourKey, 'key' | 'seal'>> {
    const key = await imported(raw);
    const atOnce = sealer?.(raw) ?? null;
    const seal: HourKey['seal'] = (plain, context) =>
      atOnce !== null && plain.byteLength <= maxAtOnceBytes
        ? atOnce(plain, context)
        : sealUnder(key, plain, context);
    return { key, seal };
  }

  return {
    current(place) {
      const hour = Math.floor(clock.now() / hourMs);
      const context = hourKeyContext(place, hour);
      return remembered(own, context, async () => {
        const raw = crypto.getRandomValues(new Uint8Array(32));
        const wrapped = await keys.wrap(raw, context);
        return { hour, wrapped, ...(await sealing(raw)) };
      });
    },
    open(place, { hour, wrappedHourKey }) {
      const context = hourKeyContext(place, hour);
      const name = `${context}/${wrappedHourKey.epoch}/${wrappedHourKey.ciphertext}`;
      return remembered(opened, name, async () => imported(await keys.unwrap(wrappedHourKey, context)));
    },
  };
}

/** What fails is asked again; the oldest is forgotten first. */
function remembered<T>(map: Map<string, Promise<T>>, name: string, make: () => Promise<T>): Promise<T> {
  const known = map.get(name);
  if (known !== undefined) return known;
  const made = make();
  map.set(name, made);
  made.catch(() => map.delete(name));
  const [oldest] = map.keys();
  if (map.size > maxKept && oldest !== undefined) map.delete(oldest);
  return made;
}

function imported(raw: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', new Uint8Array(raw), 'AES-GCM', false, ['encrypt', 'decrypt']);
}
