// Why a broker is not reached, in sentences a person can act on; they repeat neither address nor credentials.

/** By the code of a socket's or certificate's error. */
const causes: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name server does not answer',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no network',
  ETIMEDOUT: 'the connection takes too long',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself; give it in VEDETTE_MQTT_CA',
  SELF_SIGNED_CERT_IN_CHAIN: 'nobody known signed its certificate; give who did in VEDETTE_MQTT_CA',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'nobody known signed its certificate; give who did in VEDETTE_MQTT_CA',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'nobody known signed its certificate; give who did in VEDETTE_MQTT_CA',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS at this port; use mqtt:// or its port for mqtts://',
};

/** By the reason code of a CONNACK or DISCONNECT (MQTT 5.0, 2.4; 1 to 5 are those of 3.1.1). */
const refusals: Readonly<Record<number, string>> = {
  1: 'it does not speak MQTT 5; a newer broker does, such as Mosquitto 1.6',
  4: 'it refuses the user name or password',
  5: 'it refuses the user name or password',
  132: 'it does not speak MQTT 5; a newer broker does, such as Mosquitto 1.6',
  134: 'it refuses the user name or password',
  135: 'it refuses the user name or password',
  137: 'it is busy',
  138: 'it has banned this client',
  139: 'it is shutting down',
  141: 'it heard nothing from here for too long',
  142: 'another client took the connection over',
  149: 'a message was too large for it',
};

const cuts: readonly unknown[] = ['ECONNRESET', 'EPIPE'];
const noAnswer =
  'it does not answer as an MQTT broker does; look whether this is its port for mqtt:// or mqtts://';

/** "The broker cannot be used: nothing listens there." Where it is, is for the log: organizations see this too. */
export function problemOf(error: unknown): string {
  return `The broker cannot be used: ${causeOf(error)}.`;
}

/**
 * Why a broker did not let us in. One that wants TLS cuts whoever does not talk it, and the other way round: both say
 * nothing of it.
 */
export function unwelcome(error: unknown): unknown {
  const isCut = error instanceof Error && (!('code' in error) || cuts.includes(error.code));
  return error === null || isCut ? noAnswer : error;
}

export function refusalOf(reasonCode: number): string {
  return refusals[reasonCode] ?? `it refuses with reason code ${reasonCode} of MQTT`;
}

function causeOf(error: unknown): string {
  if (typeof error === 'string') return error;
  if (error instanceof AggregateError && error.errors.length > 0) return causeOf(error.errors[0]);
  if (!(error instanceof Error) || !('code' in error)) return 'the connection failed';
  if (typeof error.code === 'number') return refusalOf(error.code);
  return causes[String(error.code)] ?? `the connection failed (${String(error.code)})`;
}
