// Kinds of channels as people see them: an icon and a word each.

import type { ChannelKind } from '../../src/http/contract/channels.ts';
import type { IconName } from './icons.tsx';

export const channelIcons = {
  email: 'mail',
  webhook: 'webhook',
  push: 'push',
  sms: 'sms',
  voice: 'voice',
  mqtt: 'topic',
} as const satisfies Record<ChannelKind, IconName>;

export const channelWords = {
  email: 'E-mail',
  webhook: 'Webhook',
  push: 'Notification',
  sms: 'Text message',
  voice: 'Call',
  mqtt: 'MQTT',
} as const satisfies Record<ChannelKind, string>;
