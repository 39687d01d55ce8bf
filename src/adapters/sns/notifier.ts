// The AWS notifier: text messages by SNS, text messages and calls by End User Messaging.

import { failed, isPassing } from '../../core/alert/poster.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Notifier, NotifyResult } from '../../core/ports/notifier.ts';
import { type AwsService, openService, type Phone } from './services.ts';

export interface AwsOptions {
  readonly kind: 'sms' | 'voice';
  readonly service: AwsService;
  /** Null takes the one of the environment, as every AWS program does; so are the credentials. */
  readonly region: string | null;
  /** Another endpoint than the region's: a VPC's, or that of a test. */
  readonly endpoint: string | null;
  /** The sender: a number, a sender id or the ARN of a pool. End User Messaging needs one. */
  readonly sender: string | null;
  readonly log: Log;
}

/** From the first byte to the answer, with the credentials looked up before. */
const timeoutMs = 10_000;
/** E.164: a plus, the country, at most 15 digits. */
const e164 = /^\+[1-9]\d{6,14}$/;

/**
 * Sends an alert to a phone. Neither service knows idempotency keys: what is tried again because nobody knows how the
 * attempt before ended may arrive twice. The SDK is loaded with the first alert, and its own retries are off, since the
 * queue has its own.
 */
export function awsNotifier(options: AwsOptions): Notifier {
  const { kind, log } = options;
  const closing = new AbortController();
  let phone: Promise<Phone> | null = null;
  const opened = () => {
    phone ??= openService(options).catch((error: unknown) => {
      phone = null;
      throw error;
    });
    return phone;
  };
  return {
    kind,
    refusal: (target) => {
      if (target.kind !== kind) return notPhone;
      return e164.test(target.number) ? null : notNumber;
    },
    async send(alert, target, signal) {
      if (target.kind !== kind) return failed(false, notPhone);
      if (!e164.test(target.number)) return failed(false, notNumber);
      const slow = AbortSignal.timeout(timeoutMs);
      const either = AbortSignal.any([signal, closing.signal, slow]);
      try {
        either.throwIfAborted();
        const { send } = await opened();
        const text = kind === 'sms' ? alert.short : alert.spoken;
        await send({ number: target.number, text, id: alert.idempotencyKey }, either);
        return { outcome: 'handed-over' };
      } catch (error) {
        log.debug('AWS did not take a message for a phone.', { error });
        if (slow.aborted) return failed(true, `AWS did not answer within ${timeoutMs / 1000} seconds.`);
        if (either.aborted) return failed(true, 'Sending over AWS was given up.');
        return failureOf(error);
      }
    },
    async close() {
      closing.abort();
      await (await phone?.catch(() => null))?.close();
    },
  };
}

const notPhone = 'This is not a telephone of this kind.';
const notNumber = 'This is not a number with its country, like +4930123456.';

/** Names of errors, as the services give them, and what to do. */
const advice: Readonly<Record<string, string>> = {
  CredentialsProviderError: 'AWS credentials are missing. Give this server a role or AWS_ACCESS_KEY_ID.',
  AccessDeniedException: 'AWS does not allow this role to send. Grant sns:Publish or sms-voice:Send*.',
  AuthorizationError: 'AWS does not allow this role to send. Grant sns:Publish.',
  OptedOut: 'The owner of this number asked AWS for no more messages.',
  ServiceQuotaExceededException: 'The monthly spending limit for messages is used up. Raise it at AWS.',
};

function failureOf(error: unknown): NotifyResult {
  if (!(error instanceof Error)) return failed(true, 'AWS did not take the message.');
  if (error.name === 'SdkMissing') return failed(false, error.message);
  const known = advice[error.name];
  if (known !== undefined) return failed(false, known);
  const status = statusOf(error);
  const isRetried = status === null || isPassing(status) || /Throttl|TooMany/.test(error.name);
  return failed(
    isRetried,
    `AWS did not take the message (${error.name}${status === null ? '' : `, ${status}`}).`,
  );
}

function statusOf(error: Error): number | null {
  if (!('$metadata' in error) || typeof error.$metadata !== 'object' || error.$metadata === null) return null;
  const { $metadata } = error;
  return 'httpStatusCode' in $metadata && typeof $metadata.httpStatusCode === 'number'
    ? $metadata.httpStatusCode
    : null;
}
