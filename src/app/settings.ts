// The settings: one schema with defaults beside the fields, and the only reader of the environment.

import { delimiter, isAbsolute } from 'node:path';
import { z } from 'zod';
import { readMailServer } from '../core/alert/mail-server.ts';
import { VedetteError } from '../core/errors.ts';
import { type Secret, secret } from '../core/secret.ts';
import { allowed, checked } from '../http/contract/faults.ts';
import { readNetwork } from '../http/peer-address.ts';
import { engineSettings } from './settings-engines.ts';
import { mqttSettings } from './settings-mqtt.ts';

const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const days = written(z.number().min(0).max(3650));
/** A minute at least, in days: a session that ends at once is none. */
const sessionDays = written(
  z
    .number()
    .min(1 / 1440)
    .max(365),
);
const gigabytes = written(z.number().min(0).max(1_000_000));
const secretText = z
  .string()
  .min(1)
  .transform((value): Secret => secret(value));

const gatewayUrl = z
  .url({ protocol: /^https?$/ })
  .max(2048)
  .register(allowed, { allowed: 'like https://example.org/path, with at most 2048 characters' })
  .transform((value): Secret => secret(value))
  .optional();
const sender = z.string().min(1).max(256).optional();

/** Every setting, by the name of its environment variable. The description is what the reference prints. */
export const settingsSchema = z.strictObject({
  VEDETTE_DATA: z.string().min(1).default('data').describe('Folder for everything Vedette keeps.'),
  ...engineSettings,
  VEDETTE_EVENTS: z
    .enum(['off', 'one-topic', 'topic-per-organization'])
    .default('off')
    .describe(
      'Whether what happens comes out over Kafka for integrators, as CloudEvents: in one topic for all, or in one an organization, so that rights in Kafka keep them apart. The same for every process.',
    ),
  VEDETTE_HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address to listen on. The default can be reached from this machine only.'),
  VEDETTE_PORT: written(z.int().min(0).max(65535))
    .default(8080)
    .describe('Port of the pages and the API; 0 takes a free one.'),
  VEDETTE_PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .refine(isPlainUrl)
    .register(allowed, { allowed: 'like https://cams.example.org, without user name, query or fragment' })
    .optional()
    .describe(
      'How people reach this installation; links in alerts begin with it. Default: http://localhost and the port.',
    ),
  VEDETTE_TRUSTED_PROXIES: z
    .string()
    .refine((text) => networksIn(text).every((network) => network !== null))
    .transform((text) => networksIn(text).filter((network) => network !== null))
    .register(allowed, { allowed: 'addresses or networks like 10.0.0.0/8 with "," between them' })
    .optional()
    .describe(
      'Addresses of proxies in front, with "," between them: only what these say of a client\'s address (X-Forwarded-For) is believed. Without it everybody behind a proxy shares one limit of attempts.',
    ),
  VEDETTE_SIGN_UP: z
    .enum(['invitation', 'open'])
    .default('invitation')
    .describe('Who may make an account: the invited only, or anybody, with an organization of their own.'),
  VEDETTE_PROVIDERS: z
    .enum(['first-organization', 'all'])
    .optional()
    .describe(
      'Which organizations may connect a sign-in provider. Nobody checks whose an e-mail domain is, so with VEDETTE_SIGN_UP=open the default is `first-organization`, the operator’s own; else `all`.',
    ),
  VEDETTE_SESSION_IDLE_DAYS: sessionDays
    .default(7)
    .describe('Days after which a session that is not used ends.'),
  VEDETTE_SESSION_MAX_DAYS: sessionDays
    .default(30)
    .describe('Days after which a session ends, however much it is used.'),
  VEDETTE_ALLOW_PRIVATE_PROVIDERS: flag
    .default(false)
    .describe(
      'Whether sign-in providers may be in the private network or on this machine, also without https.',
    ),
  VEDETTE_LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Least important lines the log shows.'),
  VEDETTE_LOG_FORMAT: z
    .enum(['pretty', 'json'])
    .default('pretty')
    .describe('Lines for a person, or JSON for a machine.'),
  VEDETTE_KEY_PASSPHRASE: secretText
    .optional()
    .describe('Passphrase that encrypts the key file. Without it the file mode protects the keys.'),
  VEDETTE_SMTP_URL: z
    .string()
    .superRefine((text, context) => {
      const read = readMailServer(text);
      if ('fault' in read) context.addIssue(`VEDETTE_SMTP_URL ${read.fault}`);
    })
    .transform((text): Secret => secret(text))
    .optional()
    .describe(
      'Mail server for alerts and letters, for example smtps://user:password@mail.example.org:465. `?ignoreTLS=true` sends unencrypted, `?tls.rejectUnauthorized=false` accepts any certificate.',
    ),
  VEDETTE_MAIL_FROM: z
    .string()
    .max(320)
    .regex(/^(?:[^<>\p{Cc}]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/u)
    .register(allowed, { allowed: 'one sender, like Vedette <alerts@example.org>' })
    .default('Vedette <vedette@localhost>')
    .describe('Sender of alerts and letters.'),
  VEDETTE_ALLOW_PRIVATE_WEBHOOKS: flag
    .default(false)
    .describe(
      'Whether webhooks may call addresses of the private network and of this machine. Refused with VEDETTE_SIGN_UP=open, where strangers would try its ports. The same for every process.',
    ),
  ...mqttSettings,
  VEDETTE_PUSH_CONTACT: z
    .string()
    .max(320)
    .regex(/^(?:mailto:[^\s<>@]+@[^\s<>@]+|https:\/\/\S+)$/)
    .register(allowed, { allowed: 'like mailto:admin@example.org or https://example.org' })
    .optional()
    .describe(
      'Whom push services can ask about this installation. Default: VEDETTE_PUBLIC_URL where it begins with https, else the address of VEDETTE_MAIL_FROM.',
    ),
  VEDETTE_ALLOW_PRIVATE_PUSH: flag
    .default(false)
    .describe('Whether push services may be in the private network or on this machine, also without https.'),
  VEDETTE_SMS_PROVIDER: z
    .enum(['gateway', 'sns', 'end-user-messaging'])
    .default('gateway')
    .describe(
      'Who sends text messages: the gateway of VEDETTE_SMS_GATEWAY_URL, or one of these services of AWS.',
    ),
  VEDETTE_SMS_GATEWAY_URL: gatewayUrl.describe(
    'HTTP gateway for text messages: gets JSON {"to", "text", "id"} by POST. Without it nobody can be told by text message.',
  ),
  VEDETTE_SMS_GATEWAY_TOKEN: secretText
    .optional()
    .describe('Sent to VEDETTE_SMS_GATEWAY_URL as Authorization: Bearer.'),
  VEDETTE_SMS_SENDER: sender.describe(
    'Sender of text messages over AWS: a sender id for SNS; a number, pool or ARN for End User Messaging.',
  ),
  VEDETTE_VOICE_PROVIDER: z
    .enum(['gateway', 'end-user-messaging'])
    .default('gateway')
    .describe('Who makes calls: the gateway of VEDETTE_VOICE_GATEWAY_URL, or this service of AWS.'),
  VEDETTE_VOICE_GATEWAY_URL: gatewayUrl.describe(
    'HTTP gateway for calls: gets JSON {"to", "text", "id"} by POST and reads the text out. Without it nobody can be called.',
  ),
  VEDETTE_VOICE_GATEWAY_TOKEN: secretText
    .optional()
    .describe('Sent to VEDETTE_VOICE_GATEWAY_URL as Authorization: Bearer.'),
  VEDETTE_VOICE_SENDER: sender.describe(
    'Number that calls over AWS come from; End User Messaging cannot call without it.',
  ),
  VEDETTE_ALLOW_PRIVATE_GATEWAYS: flag
    .default(false)
    .describe('Whether gateways for messages and calls may be in the private network or on this machine.'),
  VEDETTE_AWS_REGION: z
    .string()
    .regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/)
    .register(allowed, { allowed: 'a region like eu-central-1' })
    .optional()
    .describe(
      'Region of the services of AWS. Default: that of the environment, as with every program of AWS.',
    ),
  VEDETTE_AWS_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Another endpoint for the services of AWS, such as one inside a VPC.'),
  VEDETTE_ALLOW_PRIVATE_CAMERAS: flag
    .optional()
    .describe(
      'Whether cameras may be in private networks, where most are. Default: `true`; `false` with VEDETTE_SIGN_UP=open, where strangers would reach the network of this machine. The same for every process.',
    ),
  VEDETTE_ALLOW_LOOPBACK_CAMERAS: flag
    .optional()
    .describe(
      'Whether cameras may be on this machine, such as a restreamer. Default: `true`; `false` with VEDETTE_SIGN_UP=open, where the people who add cameras do not own the machine. The same for every process.',
    ),
  VEDETTE_CAMERA_FILE_FOLDERS: z
    .string()
    .refine((text) => foldersIn(text).every((folder) => isAbsolute(folder)))
    .transform(foldersIn)
    .register(allowed, { allowed: `absolute folders with "${delimiter}" between them` })
    .optional()
    .describe(
      'Folders that video files of cameras may be read from, with ":" between them. Default: every file that this program may read; none with VEDETTE_SIGN_UP=open.',
    ),
  VEDETTE_RETENTION_IDLE_DAYS: days.default(1).describe('Days to keep footage in which nothing happened.'),
  VEDETTE_RETENTION_ACTIVITY_DAYS: days
    .default(7)
    .describe('Days to keep footage in which something was detected.'),
  VEDETTE_RETENTION_PUSHED_DAYS: days
    .default(7)
    .describe(
      'Days that pushed images are kept after they were taken, and the most that a site can set. What an incident holds is kept with it.',
    ),
  VEDETTE_RETENTION_INCIDENT_DAYS: days
    .default(30)
    .describe('Days to keep footage of an incident that no hold protects.'),
  VEDETTE_PEER_HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe(
      'Where roles run apart: address on which a recorder tells the other processes of what it has not sealed yet. 0.0.0.0 where they run on other machines.',
    ),
  VEDETTE_PEER_PORT: written(z.int().min(0).max(65535))
    .default(0)
    .describe('Port of VEDETTE_PEER_HOST; 0 takes a free one.'),
  VEDETTE_PEER_URL: z
    .url({ protocol: /^https?$/ })
    .refine(isPlainUrl)
    .register(allowed, { allowed: 'like http://recorder-0.vedette:8090' })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional()
    .describe(
      'How the other processes reach this recorder. Default: the name of its machine where it listens on 0.0.0.0, else the address it listens on.',
    ),
  VEDETTE_PROBE_PORT: written(z.int().min(0).max(65535))
    .optional()
    .describe(
      'Port of /healthz, /readyz and /metrics at VEDETTE_HOST; 0 takes a free one. A process with pages answers the first two there, too, and opens this port where it is another than VEDETTE_PORT. Default: none.',
    ),
  VEDETTE_METRICS_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{20,512}$/)
    .register(allowed, { allowed: '20 to 512 printable characters without spaces' })
    .transform((value): Secret => secret(value))
    .optional()
    .describe(
      'What Prometheus has to show as Authorization: Bearer to read /metrics, on every port. Without it /metrics is answered to whoever reaches VEDETTE_PROBE_PORT, and to nobody beside the pages.',
    ),
  VEDETTE_DRAIN_SECONDS: written(z.number().min(0).max(600))
    .default(0)
    .describe(
      'Seconds between the signal to stop and the end of answering: what a balancer takes to see by /readyz that this process is not to be used any more. 0 where there is none.',
    ),
  VEDETTE_MAX_CAMERAS: written(z.int().min(1).max(10_000))
    .default(64)
    .describe('Where several recorders share the cameras: how many this one takes at most.'),
  VEDETTE_QUOTA_GB: gigabytes
    .default(0)
    .describe('Most disk space that footage may take, in GB (10⁹ bytes); 0 sets no limit but the disk.'),
  VEDETTE_RESERVE_GB: gigabytes
    .default(1)
    .describe('Disk space that always stays free, in GB: below it the oldest footage is overwritten.'),
  VEDETTE_DETECTOR_WORKERS: written(z.int().min(1).max(64))
    .default(1)
    .describe('Threads that look for people; each takes one core when busy.'),
  VEDETTE_MODEL: z
    .string()
    .optional()
    .describe('Path of an ONNX detector to use instead of the built-in one.'),
  VEDETTE_MODEL_LAYOUT: z
    .enum(['yolox', 'yolo', 'centernet'])
    .default('yolox')
    .describe('Output layout of VEDETTE_MODEL.'),
});

export type Settings = z.output<typeof settingsSchema>;

/** Reads settings from an environment. Errors: `settings-invalid`, naming every fault at once. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const ours = Object.entries(environment).filter(
    ([name, value]) => name.startsWith('VEDETTE_') && value !== '',
  );
  const result = checked(settingsSchema, Object.fromEntries(ours));
  if (result.ok) return fitting(result.value);
  const { body: _, ...faults } = result.faults;
  const unknown = ours.map(([name]) => name).filter((name) => !(name in settingsSchema.shape));
  const fields = {
    ...faults,
    ...Object.fromEntries(unknown.map((name) => [name, `${name} does not exist${suggestion(name)}.`])),
  };
  throw wrong(fields);
}

/** What is right alone and wrong together: a webhook says whether a port answered, and anybody could make one. */
function fitting(settings: Settings): Settings {
  if (settings.VEDETTE_SIGN_UP !== 'open' || !settings.VEDETTE_ALLOW_PRIVATE_WEBHOOKS) return settings;
  throw wrong({
    VEDETTE_ALLOW_PRIVATE_WEBHOOKS:
      'VEDETTE_ALLOW_PRIVATE_WEBHOOKS must not be "true" with VEDETTE_SIGN_UP=open: whoever signs up could try every port of this network. Leave one of them out.',
  });
}

function wrong(fields: Readonly<Record<string, string>>): VedetteError {
  const sentences = Object.values(fields);
  const count = sentences.length === 1 ? 'A setting is' : `${sentences.length} settings are`;
  return new VedetteError('settings-invalid', `${count} wrong. ${sentences.join(' ')}`, { fields });
}

/** A number as people write it: an empty text or 0x10 is none. */
function written<S extends z.ZodNumber>(schema: S) {
  const read = (given: unknown) =>
    typeof given === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(given) ? Number(given) : given;
  return z.preprocess(read, schema);
}

function foldersIn(text: string): string[] {
  return text.split(delimiter).map((folder) => folder.trim());
}

function networksIn(text: string) {
  return text.split(',').map(readNetwork);
}

function isPlainUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && `${url.username}${url.password}${url.search}${url.hash}` === '';
}

function suggestion(key: string): string {
  const words = key.split('_').slice(1);
  const near = Object.keys(settingsSchema.shape).find((name) =>
    words.some((word) => word.length > 3 && name.includes(word)),
  );
  return near === undefined ? '' : `: did you mean ${near}`;
}
