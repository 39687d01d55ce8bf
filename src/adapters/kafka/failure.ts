// What Kafka's refusals mean to a person.

import { VedetteError } from '../../core/errors.ts';

/** By the name of an error in Kafka's protocol. */
const refusals: Readonly<Record<string, string>> = {
  TOPIC_AUTHORIZATION_FAILED:
    'Kafka does not allow this user to use the topic. Give it Read, Write and Describe there.',
  GROUP_AUTHORIZATION_FAILED: 'Kafka does not allow this user to use the consumer group. Give it Read there.',
  CLUSTER_AUTHORIZATION_FAILED: 'Kafka does not allow this user to do this in the cluster.',
  SASL_AUTHENTICATION_FAILED: 'Kafka refuses the user name or password.',
  UNSUPPORTED_SASL_MECHANISM:
    'Kafka does not know this way to sign in. Check which ways its listener offers.',
};

/** By the code of a socket's or certificate's error. */
const certificates: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'The certificate of Kafka has expired.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'The certificate of Kafka is signed by itself. Give it as the authority.',
  SELF_SIGNED_CERT_IN_CHAIN: 'Nobody known signed the certificate of Kafka. Give who did as the authority.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'Nobody known signed the certificate of Kafka. Give who did as the authority.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'Nobody known signed the certificate of Kafka. Give who did as the authority.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate of Kafka is for another host.',
  ERR_SSL_WRONG_VERSION_NUMBER: 'Kafka does not speak TLS at this port.',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'Kafka asks for a certificate of ours. Give one.',
};

/** `error` as ours: refused, too large, or not available. Ours stay what they are. */
export function queueFailure(error: unknown): VedetteError {
  const found = [...errorsIn(error)];
  for (const each of found) if (each instanceof VedetteError) return each;
  for (const each of found) {
    const { apiId, code } = namesOf(each);
    if (apiId === 'MESSAGE_TOO_LARGE' || apiId === 'RECORD_LIST_TOO_LARGE') {
      return new VedetteError(
        'body-too-large',
        'Kafka takes no records of this size. Raise max.message.bytes of the topic.',
        { cause: error },
      );
    }
    const sentence = refusals[apiId] ?? certificates[code];
    if (sentence !== undefined) return new VedetteError('queue-refused', sentence, { cause: error });
    if (code === 'PLT_KFK_AUTHENTICATION') {
      return new VedetteError('queue-refused', refusals.SASL_AUTHENTICATION_FAILED, { cause: error });
    }
  }
  return new VedetteError('queue-unavailable', undefined, { cause: error });
}

/** Whether `error` is one of a Kafka that does not answer: it refuses nothing, and no fault of ours shows. */
export function isKafkaAway(error: unknown): boolean {
  const isOurs = [...errorsIn(error)].some(
    (each) => each instanceof TypeError || each instanceof ReferenceError || each instanceof RangeError,
  );
  return !isOurs && queueFailure(error).code === 'queue-unavailable';
}

/** By the code of a socket's error, why there is no connection. */
const unreached: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there. Check that it runs, and the hosts and ports of its brokers.',
  ENOTFOUND: 'there is no such host. Check the names of its brokers.',
  EAI_AGAIN: 'its host cannot be looked up now. Check the DNS of this machine.',
};

/** Why `error` says that Kafka is not reached, for who writes its address. */
export function whyUnreached(error: unknown, isTls: boolean): string {
  const found = [...errorsIn(error)];
  const reason = found.map((each) => unreached[namesOf(each).code]).find((each) => each !== undefined);
  if (reason !== undefined) return `Kafka does not answer: ${reason}`;
  const isEnded = found.some(
    (each) => namesOf(each).code === 'ECONNRESET' || /connection closed|handshake/i.test(each.message),
  );
  if (isTls) {
    return `Kafka does not answer: no connection with TLS comes about. Check that this port speaks TLS; where it does not, begin the address with kafka://`;
  }
  return isEnded
    ? 'Kafka does not answer: the connection is ended at once. Check that this is a port of Kafka, and whether it wants TLS (kafkas://) or a user and password.'
    : 'Kafka does not answer: what is there may not be a Kafka. Check the port, and that this machine reaches it.';
}

/** Whether Kafka gave one of these reasons. */
export function isReason(error: unknown, ...reasons: readonly string[]): boolean {
  for (const each of errorsIn(error)) if (reasons.includes(namesOf(each).apiId)) return true;
  return false;
}

/** `error`, what it gathers and what caused it, innermost first: the client wraps what went wrong several times. */
function* errorsIn(error: unknown): Generator<Error> {
  if (!(error instanceof Error)) return;
  if (error instanceof AggregateError) for (const each of error.errors) yield* errorsIn(each);
  yield* errorsIn(error.cause);
  yield error;
}

function namesOf(error: Error): { apiId: string; code: string } {
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return { apiId: text('apiId' in error && error.apiId), code: text('code' in error && error.code) };
}
