// The gate: who is calling, and whether they may.

import { VedetteError } from '../core/errors.ts';
import { isCacheAway } from '../core/guarded.ts';
import { type Caller, requirePermission } from '../core/organization/access.ts';
import { callerOfKey } from '../core/organization/access-keys.ts';
import { callerOf } from '../core/organization/callers.ts';
import type { Accounts } from '../core/ports/accounts.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Identity } from '../core/ports/identity.ts';
import type { Records } from '../core/ports/records.ts';
import { secret } from '../core/secret.ts';
import { proofMs } from './limits.ts';
import type { RememberedKeys } from './remembered-keys.ts';
import type { Route, SignedIn } from './route.ts';

export interface GateDeps {
  readonly accounts: Pick<Accounts, 'isEnabled'>;
  readonly identity: Identity;
  readonly records: Records;
  readonly clock: Clock;
  /** Asked first by routes that remember; without it every call is looked up. */
  readonly remembered?: Pick<RememberedKeys, 'caller'>;
}

export interface Admitted {
  readonly caller: Caller | null;
  readonly signedIn: SignedIn | null;
}

const nobody: Admitted = { caller: null, signedIn: null };

/** Lets in whom the route is for. Errors: `not-signed-in`, `not-allowed`, `proof-required`, `second-factor-required`. */
export async function admit(
  deps: GateDeps,
  {
    allow,
    asksProof,
    remembersKeys = false,
  }: Pick<Route, 'allow' | 'asksProof'> & Partial<Pick<Route, 'remembersKeys'>>,
  request: Request,
): Promise<Admitted> {
  if (allow === 'public') return nobody;
  const admitted = await identify(deps, request, { aboutSelf: allow === 'self', remembersKeys });
  const { caller, signedIn } = admitted;
  if (allow !== 'self') {
    if (caller === null) throw belongsNowhere();
    requirePermission(caller, allow);
  }
  if (asksProof && signedIn !== null && !isProven(signedIn, deps.clock))
    throw new VedetteError('proof-required');
  return admitted;
}

/** Whether the person proved lately who they are. */
export function isProven({ session }: SignedIn, clock: Clock): boolean {
  return clock.now() - session.provenAt < proofMs;
}

/** The caller behind a request, or null where nobody is any more: for streams that stay open. */
export async function stillCalling(deps: GateDeps, request: Request): Promise<Caller | null> {
  try {
    return (await identify(deps, request, { aboutSelf: false, remembersKeys: false })).caller;
  } catch (error) {
    if (error instanceof VedetteError) return null;
    throw error;
  }
}

async function identify(
  deps: GateDeps,
  request: Request,
  { aboutSelf, remembersKeys }: { aboutSelf: boolean; remembersKeys: boolean },
): Promise<Admitted> {
  const key = keyOf(request);
  if (key !== null) {
    const { remembered } = deps;
    const isRemembered = remembersKeys && remembered !== undefined;
    const caller = await (isRemembered ? remembered.caller(secret(key)) : callerOfKey(deps, secret(key)));
    if (caller === null)
      throw new VedetteError('not-signed-in', 'This access key is wrong, has expired or was revoked.');
    if (aboutSelf) throw new VedetteError('not-allowed', 'This is for people: an access key cannot do it.');
    return { caller, signedIn: null };
  }
  const signedIn = await deps.identity.session(request.headers).catch(waiting);
  if (signedIn === null) throw new VedetteError('not-signed-in');
  if (aboutSelf) return { caller: null, signedIn };
  const caller = await callerOf(deps, signedIn.user, signedIn.session);
  if (caller !== null && !signedIn.session.isStrong) await requireStrength(deps, caller);
  return { caller, signedIn };
}

async function requireStrength({ records }: GateDeps, { organizationId }: Caller): Promise<void> {
  const organization = await records.organizations.find(organizationId);
  if (organization?.policy.requireSecondFactor === true) throw new VedetteError('second-factor-required');
}

/** Where sessions lie with a service that is away, nobody's is lost. Errors: as given, in words for people. */
function waiting(cause: unknown): never {
  if (!isCacheAway(cause)) throw cause;
  throw new VedetteError('cache-unavailable', undefined, {
    cause,
    told: 'Who is signed in cannot be looked up just now, so this page waits. Try again in a moment; there is no need to sign in again. Recording and alerts go on.',
  });
}

/** RFC 6750 §2.1. */
function keyOf(request: Request): string | null {
  const header = request.headers.get('authorization');
  return header === null ? null : (/^Bearer +([\w.~+/-]{1,200}=*)$/i.exec(header)?.[1] ?? '');
}

function belongsNowhere(): VedetteError {
  return new VedetteError('not-allowed', 'Your account belongs to no organization. Ask an admin to add you.');
}
