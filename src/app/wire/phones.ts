// Who reaches phones: an HTTP gateway or a service of AWS, as the settings say.

import { gatewayNotifier } from '../../adapters/gateway/notifier.ts';
import { mayReach } from '../../adapters/outbound/address.ts';
import { guardedFetch } from '../../adapters/outbound/fetch.ts';
import { awsNotifier } from '../../adapters/sns/notifier.ts';
import { noNotifier } from '../../core/alert/no-notifier.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Notifier } from '../../core/ports/notifier.ts';
import type { Settings } from '../settings.ts';

/** The notifier for text messages. */
export function smsNotifier(settings: Settings, log: Log): Notifier {
  const { VEDETTE_SMS_PROVIDER: provider, VEDETTE_SMS_SENDER: sender } = settings;
  if (provider !== 'gateway') return aws(settings, log, { kind: 'sms', service: provider, sender });
  const { VEDETTE_SMS_GATEWAY_URL: url, VEDETTE_SMS_GATEWAY_TOKEN: token } = settings;
  if (url !== undefined) return gateway(settings, log, { kind: 'sms', url, token });
  return noNotifier(
    'sms',
    'Text messages are not set up. Set VEDETTE_SMS_GATEWAY_URL or VEDETTE_SMS_PROVIDER.',
  );
}

/** The notifier for calls. */
export function voiceNotifier(settings: Settings, log: Log): Notifier {
  const { VEDETTE_VOICE_PROVIDER: provider, VEDETTE_VOICE_SENDER: sender } = settings;
  if (provider !== 'gateway') return aws(settings, log, { kind: 'voice', service: provider, sender });
  const { VEDETTE_VOICE_GATEWAY_URL: url, VEDETTE_VOICE_GATEWAY_TOKEN: token } = settings;
  if (url !== undefined) return gateway(settings, log, { kind: 'voice', url, token });
  return noNotifier(
    'voice',
    'Calls are not set up. Set VEDETTE_VOICE_GATEWAY_URL or VEDETTE_VOICE_PROVIDER.',
  );
}

function gateway(
  { VEDETTE_ALLOW_PRIVATE_GATEWAYS: allowPrivate }: Settings,
  log: Log,
  {
    kind,
    url,
    token,
  }: Pick<Parameters<typeof gatewayNotifier>[0], 'kind' | 'url'> & {
    token: Settings['VEDETTE_SMS_GATEWAY_TOKEN'];
  },
): Notifier {
  return gatewayNotifier({
    kind,
    url,
    token: token ?? null,
    fetch: guardedFetch({ allowPrivateAddresses: allowPrivate }),
    mayReach: (address) => mayReach(address, { allowPrivate }),
    log,
  });
}

function aws(
  { VEDETTE_AWS_REGION: region, VEDETTE_AWS_ENDPOINT: endpoint }: Settings,
  log: Log,
  {
    kind,
    service,
    sender,
  }: {
    kind: 'sms' | 'voice';
    service: Parameters<typeof awsNotifier>[0]['service'];
    sender: string | undefined;
  },
): Notifier {
  return awsNotifier({
    kind,
    service,
    region: region ?? null,
    endpoint: endpoint ?? null,
    sender: sender ?? null,
    log,
  });
}
