// The keys of an installation that moves: the same file elsewhere, or everything wrapped anew by another keeper.

import { prepareIdentityTables, resealedSecondFactor } from '../../adapters/better-auth/move.ts';
import { copyKeyFile } from '../../adapters/keyfile/copy.ts';
import { keyFile } from '../../adapters/keyfile/keys.ts';
import { systemClock } from '../../adapters/system/clock.ts';
import type { Conversion } from '../../adapters/sql/move/copy.ts';
import { rewrapped, unlikeOf } from '../../adapters/sql/move/rewrap.ts';
import { withoutWrapping } from '../../adapters/sql/move/sealed.ts';
import type { Database } from '../../adapters/sql/database.ts';
import type { Keys } from '../../core/ports/keys.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Settings } from '../settings.ts';
import { given, pathOf } from './engines.ts';
import { openKeys } from './keys.ts';
import { sessionSecret } from './people.ts';

export interface MoveKeys {
  readonly conversion: Conversion;
  /** What a person should know of what became of the keys, a sentence each. */
  notes(): readonly string[];
}

interface MovingKeys {
  /** Of the key file at `path`. */
  readonly source: Keys;
  readonly path: string;
  readonly target: Database;
  readonly settings: Settings;
  /** Opens every key in the target once more that came before. */
  readonly isThorough: boolean;
  readonly log: Log;
}

const none: ReadonlySet<never> = new Set();

const secondFactors = 'identity_second_factor';
/** Sealed with what the signing key signs: made anew, since what they signed is valid for an hour. */
const tokenKeys = 'identity_key';
const resealed: ReadonlySet<string> = new Set(['totpSecret', 'recoveryCodes']);

/** Brings the keys to the target, and makes the tables of accounts there. Errors: those of both keepers; `data-in-use`. */
export async function moveKeys(opening: AsyncDisposableStack, moving: MovingKeys): Promise<MoveKeys> {
  const { settings, target, log, source } = moving;
  const clock = systemClock();
  const url = given(settings, 'VEDETTE_KEYS_URL');
  const isFile = url.reveal().startsWith('file:');
  if (isFile) await copyFile(moving, pathOf(url, 'VEDETTE_KEYS_URL'));
  const keys = isFile ? source : await openKeys(opening, settings, { database: target, log, clock });
  await prepareIdentityTables({
    ...{ database: target.kysely, engine: target.engine, exclusively: target.exclusively },
    ...{ secret: await sessionSecret(keys), log, clock },
  });
  return isFile ? unchanged() : wrappedAnew(moving, keys);
}

async function copyFile({ source, path, settings }: MovingKeys, to: string): Promise<void> {
  const passphrase = settings.VEDETTE_KEY_PASSPHRASE;
  await copyKeyFile(path, to, async () => {
    const there = await keyFile({
      path: to,
      readOnly: true,
      ...(passphrase === undefined ? {} : { passphrase }),
    });
    return (await there.publicKey()).toHex() === (await source.publicKey()).toHex();
  });
}

function unchanged(): MoveKeys {
  return {
    conversion: {
      moves: () => true,
      convert: async (_table, rows) => rows,
      unlike: async () => none,
      masked: (_table, _column, value) => value,
    },
    notes: () => ['The key file was copied: every key and the signing key stay the same.'],
  };
}

async function wrappedAnew({ source, isThorough }: MovingKeys, keys: Keys): Promise<MoveKeys> {
  const [from, to] = [await sessionSecret(source), await sessionSecret(keys)];
  const lost = new Set<string>();
  const mended = new Set<string>();
  let people = 0;
  return {
    conversion: {
      moves: (table) => table !== tokenKeys,
      async convert(table, rows) {
        if (table === secondFactors) {
          people += rows.length;
          return Promise.all(rows.map((row) => resealedSecondFactor(row, from, to)));
        }
        const lose = ({ row, column }: { row: { readonly id?: unknown }; column: string }) =>
          void lost.add(`${table} ${String(row.id)} ${column}`);
        return rewrapped({ from: source, to: keys, lost: lose }, table, rows);
      },
      async unlike(table, twins) {
        if (!isThorough) return none;
        const unlike = await unlikeOf({ from: source, to: keys }, table, twins);
        for (const row of unlike) mended.add(`${table} ${String(row.id)}`);
        return unlike;
      },
      masked: (table, column, value) =>
        table === secondFactors && resealed.has(column) ? null : withoutWrapping(table, column, value),
    },
    notes: () => [
      'Every key was unwrapped with the key file and wrapped by the keeper that VEDETTE_KEYS_URL names.',
      'The signing key cannot leave its file, and the keeper signs with one of its own. The old one signed what cookies, the keys of tokens for other services and the proofs of recovery codes derive from: people sign in again, and tokens are asked for anew.',
      ...(people === 0
        ? []
        : [
            `Recovery codes of ${people} with a second factor count no more: they make new ones. Their apps go on to work.`,
          ]),
      ...[...mended].map(
        (what) =>
          `${what}: what wraps its key was damaged in the target, which could not read it. It was wrapped anew.`,
      ),
      ...[...lost].map(
        (what) => `${what}: its key cannot be unwrapped in the source either; it came as it is.`,
      ),
    ],
  };
}
