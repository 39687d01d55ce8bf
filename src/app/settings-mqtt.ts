// The settings of MQTT, part of the one schema.

import { z } from 'zod';
import { readMqttBroker } from '../core/mqtt-broker.ts';
import { type Secret, secret } from '../core/secret.ts';
import { allowed } from '../http/contract/faults.ts';

/** Levels of a topic that no broker and no home automation stumbles over. */
const topicPrefix = z
  .string()
  .max(100)
  .regex(/^[\w-]+(?:\/[\w-]+)*$/)
  .register(allowed, { allowed: 'letters, digits, "_" and "-", with "/" between levels' });

export const mqttSettings = {
  VEDETTE_MQTT_URL: z
    .string()
    .superRefine((text, context) => {
      const read = readMqttBroker(text);
      if ('fault' in read) context.addIssue(`VEDETTE_MQTT_URL ${read.fault}`);
    })
    .transform((text): Secret => secret(text))
    .optional()
    .describe(
      'MQTT broker for home automation, devices and alerts, for example mqtts://user:password@broker.example.org:8883.',
    ),
  VEDETTE_MQTT_CA: z
    .string()
    .min(1)
    .optional()
    .describe('File (PEM) with the certificate of who signed the broker’s. Default: whom the system trusts.'),
  VEDETTE_MQTT_PREFIX: topicPrefix
    .default('vedette')
    .describe(
      'Topic below which everything of this installation lies at the broker. Two installations at one broker need two.',
    ),
  VEDETTE_MQTT_DISCOVERY_PREFIX: topicPrefix
    .default('homeassistant')
    .describe(
      'Topic below which Home Assistant looks for devices: sites and cameras appear there by themselves; `off` tells it nothing.',
    ),
  VEDETTE_MQTT_SNAPSHOTS: z
    .enum(['true', 'false'])
    .transform((value) => value === 'true')
    .default(false)
    .describe(
      'Whether the picture of an unresolved incident is kept at the broker, where everybody sees it who may read there.',
    ),
};
