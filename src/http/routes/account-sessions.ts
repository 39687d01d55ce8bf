// The devices on which one is signed in.

import { z } from 'zod';
import { VedetteError } from '../../core/errors.ts';
import { logSecurity } from '../../core/organization/security-log.ts';
import type { Session } from '../../core/ports/identity.ts';
import { DeviceSession } from '../contract/account.ts';
import { paths } from '../contract/paths.ts';
import type { HttpDeps } from '../dependencies.ts';
import { deviceName } from '../device-name.ts';
import { userFields } from '../own-account.ts';
import { bare, type Route, type SignedIn, selfRoute } from '../route.ts';

const tag = 'account';
const params = z.object({ sessionId: z.string().min(1).max(100) });

/** Listing and ending one's sessions. */
export function accountSessionRoutes(deps: HttpDeps): readonly Route[] {
  return [listRoute(deps), endOthersRoute(deps), endRoute(deps)];
}

function listRoute(deps: HttpDeps): Route {
  return selfRoute(
    {
      ...bare,
      method: 'get',
      path: paths.accountSessions,
      summary: 'Where one is signed in, newest first.',
      tag,
      answer: { status: 200, description: 'The sessions.', schema: z.array(DeviceSession) },
    },
    async ({ signedIn }) => {
      const own = await sessionsOf(deps, signedIn);
      return { json: own.map((each) => wireSession(each, signedIn.session.id)) };
    },
  );
}

function endOthersRoute(deps: HttpDeps): Route {
  const { log, sessions } = deps;
  return selfRoute(
    {
      ...bare,
      method: 'delete',
      path: paths.accountSessions,
      summary: 'Ends all sessions but this one.',
      tag,
      answer: { status: 204, description: 'Ended.' },
    },
    async ({ signedIn, exchange: { peerAddress } }) => {
      const { user, session } = signedIn;
      if (session.providerId === null) await sessions.endAll(user.id, session.id);
      else for (const { id } of await sessionsOf(deps, signedIn)) await endOther(deps, signedIn, id);
      logSecurity(log, 'sessions-ended', { peerAddress, ...userFields(user), which: 'others' });
      return null;
    },
  );
}

function endRoute(deps: HttpDeps): Route {
  const { log, sessions } = deps;
  return selfRoute(
    {
      ...bare,
      params,
      method: 'delete',
      path: paths.accountSession('{sessionId}'),
      summary: 'Ends one session, wherever it is.',
      tag,
      answer: { status: 204, description: 'Ended.' },
    },
    async ({ params: { sessionId }, signedIn, exchange: { peerAddress } }) => {
      const own = await sessionsOf(deps, signedIn);
      if (!own.some(({ id }) => id === sessionId)) throw new VedetteError('not-found');
      await sessions.end(signedIn.user.id, sessionId);
      logSecurity(log, 'sessions-ended', { peerAddress, ...userFields(signedIn.user), which: 'one' });
      return null;
    },
  );
}

/** Whom a provider vouches for sees what came from there: the account itself may have other ways in. */
async function sessionsOf({ sessions }: HttpDeps, { user, session }: SignedIn): Promise<readonly Session[]> {
  const all = await sessions.list(user.id);
  return session.providerId === null
    ? all
    : all.filter(({ providerId }) => providerId === session.providerId);
}

async function endOther({ sessions }: HttpDeps, { user, session }: SignedIn, id: string): Promise<void> {
  if (id === session.id) return;
  await sessions.end(user.id, id).catch((error: unknown) => {
    if (!(error instanceof VedetteError && error.code === 'not-found')) throw error;
  });
}

function wireSession(session: Session, thisId: string): DeviceSession {
  const { id, userAgent, createdAt, lastSeenAt, expiresAt } = session;
  return { id, device: deviceName(userAgent), createdAt, lastSeenAt, expiresAt, isThis: id === thisId };
}
