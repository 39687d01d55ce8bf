// Is a Vault fit to keep the keys: reached, unsealed, new enough, letting us in, with the rights for what we ask of it.

import { z } from 'zod';
import { VedetteError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Keys } from '../../core/ports/keys.ts';
import { silentLog } from '../../core/ports/log.ts';
import type { Secret } from '../../core/secret.ts';
import { type OpeningCheck, right, risky, wrong } from '../../core/setting-finding.ts';
import { type VaultAddress, vaultAddress } from './address.ts';
import { type VaultClient, vaultClient } from './client.ts';
import { signInRefusal } from './failure.ts';
import { keyNames, keysOver, missingKey } from './keys.ts';
import { type NeededRight, neededRights } from './policy.ts';
import { transitOf } from './transit.ts';

/** The first whose Transit says what came of a change. OpenBao, which began with 2, is newer. */
const oldest = [1, 14] as const;

export interface VaultCheckDeps {
  readonly clock: Clock;
  /** Whether something was wrapped with these keys before; null where nobody knows. */
  isUsed(): Promise<boolean | null>;
  /** Uses keys that are there. */
  tryKeys(keys: Keys): OpeningCheck;
}

/** Makes, turns and destroys no key. Errors: `settings-invalid`, `key-unavailable`. */
export async function* checkVault(url: Secret, deps: VaultCheckDeps): OpeningCheck {
  const address = vaultAddress(url);
  const client = vaultClient(address, { clock: deps.clock, log: silentLog });
  try {
    if (address.signIn.by === 'approle' && address.signIn.isWrapped) {
      yield risky(
        'The wrapped secret ID is good for one start, and is left to it: whether Vault lets this process in was not tried.',
      );
      return;
    }
    yield* entry(client, address);
    yield* keysIn(client, address, deps);
  } finally {
    client.close();
  }
}

const tokenSchema = z.object({ num_uses: z.number().default(0) });

async function* entry(client: VaultClient, { origin, signIn }: VaultAddress): OpeningCheck {
  const look = { method: 'GET', path: 'auth/token/lookup-self' } as const;
  const answer = await client.ask(look);
  // Without Vault's policy "default" a token that is good may not ask: what it may do tells.
  if (answer.errors.some((each) => /(invalid|bad) token/.test(each))) {
    throw signIn.by === 'token' ? spentToken(signIn.tokenFile) : signInRefusal(signIn.by, look.path, answer);
  }
  const version = await versionOf(client);
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  if (version !== null && (major < oldest[0] || (major === oldest[0] && minor < oldest[1]))) {
    yield wrong(`Vault ${version} is too old. Upgrade it to ${oldest.join('.')} or newer.`);
  } else yield right(`Vault${version === null ? '' : ` ${version}`} at ${origin} lets us in.`);
  const uses = tokenSchema.safeParse(answer.data).data?.num_uses ?? 0;
  if (uses > 0) {
    yield wrong(
      `The token ends after ${uses} more requests. Have it given without a number of uses (token_num_uses=0).`,
    );
  }
}

function spentToken(file: string): VedetteError {
  return new VedetteError(
    'key-unavailable',
    `Vault does not know the token in ${file}: it has ended, or was revoked. Have the Vault agent, or whoever writes it, write a new one.`,
  );
}

/** Null where it does not say. */
async function versionOf(client: VaultClient): Promise<string | null> {
  const path = 'sys/health?standbyok=true&perfstandbyok=true';
  return (await client.ask({ method: 'GET', path })).version;
}

async function* keysIn(client: VaultClient, address: VaultAddress, deps: VaultCheckDeps): OpeningCheck {
  const names = keyNames(address.name);
  const given = await capabilitiesOf(client, neededRights(address.mount, names, 1));
  if (given === null) {
    yield risky(
      'What this process may cannot be seen. Give it the policy "default" of Vault beside its own, or see yourself that it is the one of the guide.',
    );
  } else if (given.isRoot) {
    yield risky(
      'This token may do everything in Vault. Give Vedette one with nothing but the policy of the guide.',
    );
  }
  const missing = given?.missing ?? [];
  const always = missing.filter(({ when }) => when === 'always');
  for (const sentence of sentencesOf(always)) yield wrong(sentence);
  if (always.length > 0) return;

  const transit = transitOf(client, address.mount);
  const [epochs, signing] = [await transit.key(names.epochs), await transit.key(names.signing)];
  if (epochs === null || signing === null) {
    if ((await deps.isUsed()) === true) {
      throw missingKey(epochs === null ? names.epochs : names.signing, address.mount);
    }
    const first = missing.filter(({ when }) => when === 'first');
    for (const sentence of sentencesOf(first)) yield wrong(sentence);
    if (first.length === 0) yield right('There are no keys yet; the first start makes them, and may.');
    return;
  }
  yield* deps.tryKeys(await keysOver(client, { address, mayMake: false }));
  for (const sentence of sentencesOf(missing.filter(({ when }) => when === 'later'))) yield risky(sentence);
}

interface Capabilities {
  readonly isRoot: boolean;
  readonly missing: readonly NeededRight[];
}

/** Null where this token may not ask. */
async function capabilitiesOf(
  client: VaultClient,
  rights: readonly NeededRight[],
): Promise<Capabilities | null> {
  const body = { paths: [...new Set(rights.map(({ path }) => path))] };
  const answer = await client.ask({ method: 'POST', path: 'sys/capabilities-self', body });
  const known = z.record(z.string(), z.unknown()).safeParse(answer.data).data;
  if (answer.status >= 300 || known === undefined) return null;
  const of = (path: string) => z.array(z.string()).safeParse(known[path]).data ?? [];
  return {
    isRoot: rights.some(({ path }) => of(path).includes('root')),
    missing: rights.filter(({ path, capability }) => {
      const given = of(path);
      return !given.includes(capability) && !given.includes('root');
    }),
  };
}

/** One for each rule of the policy that would help. */
function sentencesOf(missing: readonly NeededRight[]): readonly string[] {
  return [...new Set(missing.map(({ rule }) => rule))].map((rule) => {
    const all = missing.filter((each) => each.rule === rule);
    const what = [...new Set(all.map(({ why }) => why))].join(', ');
    return `Vault does not let this process ${what} (${all[0]?.path}). Add to its policy: ${rule}`;
  });
}
