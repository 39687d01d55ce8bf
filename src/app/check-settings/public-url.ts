// Does the address that people use make sense: links in letters, passkeys and notifications hang on it.

import { type OpeningCheck, right, risky } from '../../core/setting-finding.ts';
import type { Settings } from '../settings.ts';

type Place = Pick<
  Settings,
  'VEDETTE_PUBLIC_URL' | 'VEDETTE_HOST' | 'VEDETTE_PORT' | 'VEDETTE_TRUSTED_PROXIES'
>;

export async function* checkPublicUrl(settings: Place): OpeningCheck {
  const { VEDETTE_PUBLIC_URL: given, VEDETTE_HOST: host } = settings;
  if (given === undefined) {
    yield isHere(host)
      ? right('None is set: people reach it on this machine only, and so do links in letters.')
      : risky(
          `None is set, and links in letters begin with http://localhost. Set it to how people reach ${host}.`,
        );
    return;
  }
  const url = new URL(given);
  const isLocal = isHere(url.hostname);
  if (url.protocol === 'https:') yield right('It is https: passkeys and notifications work.');
  else if (isLocal) yield right('It is of this machine, where http is as good.');
  else {
    yield risky(
      'It is http: passwords travel in the clear, and browsers allow no passkeys and no notifications. Put a proxy with TLS in front and use https.',
    );
  }
  if (isLocal && !isHere(host)) {
    yield risky(
      'It is of this machine: links in letters work for nobody elsewhere. Use a name that others reach.',
    );
  }
  if (url.protocol === 'https:' && settings.VEDETTE_TRUSTED_PROXIES === undefined) {
    yield risky(
      'A proxy is in front, and none is trusted: everybody shares one limit of attempts. Set VEDETTE_TRUSTED_PROXIES.',
    );
  }
}

function isHere(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || /^(127\.[\d.]+|\[?::1\]?)$/.test(host);
}
