// All that is promised of sessions over HTTP, once more with sessions in the cache that processes share.

import { sessionsIn } from '../../test/houses/http.ts';

sessionsIn.sharedCache = true;
for (const suite of [
  'session',
  'account',
  'account-email',
  'second-step',
  'password-reset',
  'provider-logout',
]) {
  await import(`./${suite}.test.ts`);
}
