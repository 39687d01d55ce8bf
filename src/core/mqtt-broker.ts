// The MQTT broker, as its address says: one reading for the settings that check it and the client that uses it.

import { credentialsOf, encode, hostOf, type ServerCredentials } from './server-address.ts';

export interface MqttBroker {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (mqtts). */
  readonly secure: boolean;
  readonly credentials: ServerCredentials | null;
}

/** As registered at IANA. */
const defaultPorts = { 'mqtts:': 8883, 'mqtt:': 1883 } as const;
const form = 'must look like mqtt://user:password@broker.example.org:1883';

/** Reads `mqtt://` and `mqtts://` addresses. `fault` follows the name of the setting and repeats nothing secret. */
export function readMqttBroker(text: string): MqttBroker | { readonly fault: string } {
  const url = URL.parse(text.trim());
  if (url === null) return { fault: `${form}, with a port from 1 to 65535. ${encode}` };
  const { protocol } = url;
  if (protocol !== 'mqtts:' && protocol !== 'mqtt:') {
    return {
      fault: 'must begin with mqtt:// or mqtts://, like mqtt://user:password@broker.example.org:1883.',
    };
  }
  // What follows an unescaped "/", "?" or "#" in a password ends up here.
  const rest = `${url.pathname}${url.search}${url.hash}`;
  if (rest.includes('@')) return { fault: `${form}. ${encode}` };
  const host = hostOf(url);
  if (host === null) return { fault: `${form}; what stands for the host is none.` };
  if (url.port === '0') return { fault: 'must have a port from 1 to 65535, not 0.' };
  if (rest !== '' && rest !== '/') return { fault: `${form}; there may be nothing after the port.` };
  const credentials = credentialsOf(url);
  if (credentials === 'malformed') return { fault: `has a user name or password with a lone %. ${encode}` };
  const port = url.port === '' ? defaultPorts[protocol] : Number(url.port);
  return { host, port, secure: protocol === 'mqtts:', credentials };
}
