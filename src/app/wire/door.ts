// The role `http`: pages and API on a port.

import { createHttp } from '../../http/app.ts';
import type { HttpDeps } from '../../http/dependencies.ts';
import { listen } from '../../http/server.ts';
import { cameraPolicyOf } from '../camera-policy.ts';
import { pagesFolder, version } from '../package.ts';
import type { Settings } from '../settings.ts';
import { openSetup } from '../setup.ts';
import type { House } from './house.ts';
import { topicsOf } from './mqtt.ts';

export interface Door extends AsyncDisposable {
  /** Where the pages are. */
  readonly url: string;
  /** Opens the making of the first administrator; null where there is one. */
  readonly setupUrl: string | null;
}

/** Errors: `port-in-use`, `settings-invalid` (host). */
export async function openDoor(
  house: House & Omit<HttpDeps, 'setup' | 'cameraPolicy' | 'metricsToken'>,
  settings: Settings,
  publicUrl: string,
): Promise<Door> {
  await using opening = new AsyncDisposableStack();
  const setup = await openSetup({ ...house, shared: house.shared === null ? null : house.cache });
  opening.defer(() => setup.stop());
  const http = createHttp(
    {
      ...{ ...house, setup, cameraPolicy: cameraPolicyOf(settings) },
      metricsToken: settings.VEDETTE_METRICS_TOKEN ?? null,
    },
    {
      publicUrl,
      version,
      signUpOpen: settings.VEDETTE_SIGN_UP === 'open',
      providersOf: settings.VEDETTE_PROVIDERS,
      topics: topicsOf(settings),
      pagesFolder: pagesFolder(),
    },
  );
  opening.defer(() => http.stop());
  const server = await listen(http, {
    host: settings.VEDETTE_HOST,
    port: settings.VEDETTE_PORT,
    trustedProxies: settings.VEDETTE_TRUSTED_PROXIES,
    drain: house.drain,
  });
  opening.defer(() => server.stop());
  // One host for all links, because a session belongs to one; a port that was chosen just now is known only here.
  const url = settings.VEDETTE_PORT === 0 ? server.url : publicUrl;
  const running = opening.move();
  return {
    url,
    setupUrl: setup.token === null ? null : `${url}/setup?token=${setup.token}`,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
