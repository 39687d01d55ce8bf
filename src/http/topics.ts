// Below which topics home automation finds what, where nothing else is set.

export const freshTopics = {
  prefix: 'vedette',
  discoveryPrefix: 'homeassistant',
  snapshots: false,
} as const;
