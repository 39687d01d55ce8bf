// The two services of AWS that reach phones, behind one verb. Their SDKs are optional, and loaded when needed.

import type { AwsOptions } from './notifier.ts';

export const awsServices = ['sns', 'end-user-messaging'] as const;
export type AwsService = (typeof awsServices)[number];

export interface PhoneMessage {
  /** E.164. */
  readonly number: string;
  readonly text: string;
  readonly id: string;
}

export interface Phone {
  send(message: PhoneMessage, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Opens the service. Errors: one of name `SdkMissing` with a sentence, and those of the SDK. */
export function openService(options: AwsOptions): Promise<Phone> {
  return options.service === 'sns' ? openSns(options) : openMessaging(options);
}

function clientOptions({ region, endpoint }: AwsOptions) {
  return {
    ...(region === null ? {} : { region }),
    ...(endpoint === null ? {} : { endpoint }),
    // One attempt: the queue tries again, and knows when it is enough.
    maxAttempts: 1,
  };
}

async function openSns(options: AwsOptions): Promise<Phone> {
  const { SNSClient, PublishCommand } = await import('@aws-sdk/client-sns').catch(missing('client-sns'));
  const client = new SNSClient(clientOptions(options));
  const text = (value: string) => ({ DataType: 'String', StringValue: value });
  return {
    async send(message, signal) {
      const attributes = {
        'AWS.SNS.SMS.SMSType': text('Transactional'),
        ...(options.sender === null ? {} : { 'AWS.SNS.SMS.SenderID': text(options.sender) }),
      };
      const command = new PublishCommand({
        PhoneNumber: message.number,
        Message: message.text,
        MessageAttributes: attributes,
      });
      await client.send(command, { abortSignal: signal });
    },
    close: async () => client.destroy(),
  };
}

async function openMessaging(options: AwsOptions): Promise<Phone> {
  const { PinpointSMSVoiceV2Client, SendTextMessageCommand, SendVoiceMessageCommand } = await import(
    '@aws-sdk/client-pinpoint-sms-voice-v2'
  ).catch(missing('client-pinpoint-sms-voice-v2'));
  const client = new PinpointSMSVoiceV2Client(clientOptions(options));
  const sender = options.sender ?? undefined;
  return {
    async send({ number, text, id }, signal) {
      const common = { DestinationPhoneNumber: number, MessageBody: text, Context: { alert: id } };
      if (options.kind === 'sms') {
        const command = new SendTextMessageCommand({
          ...common,
          MessageType: 'TRANSACTIONAL',
          ...(sender === undefined ? {} : { OriginationIdentity: sender }),
        });
        await client.send(command, { abortSignal: signal });
        return;
      }
      const command = new SendVoiceMessageCommand({
        ...common,
        OriginationIdentity: sender,
        MessageBodyTextType: 'TEXT',
      });
      await client.send(command, { abortSignal: signal });
    },
    close: async () => client.destroy(),
  };
}

function missing(name: string): (cause: unknown) => never {
  return (cause) => {
    const error = new Error(`The SDK of AWS is not installed. Run npm install @aws-sdk/${name}.`, { cause });
    error.name = 'SdkMissing';
    throw error;
  };
}
