// MQTT against a real broker, and against what only looks like one.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type Mosquitto, mosquittoIsMissing, startMosquitto } from '../../../test/servers/mosquitto.ts';
import type { MqttBroker } from '../../core/mqtt-broker.ts';
import type { Log, LogFields } from '../../core/ports/log.ts';
import { silentLog } from '../../core/ports/log.ts';
import { mqttContract } from '../../core/ports/mqtt.contract.ts';
import type { Mqtt } from '../../core/ports/mqtt.ts';
import { systemClock } from '../system/clock.ts';
import { type MqttOptions, openMqtt } from './mqtt.ts';

/** Fast enough for a test to wait for, jittered as in the field. */
const backoff = { firstMs: 20, maxMs: 100 };

function open(t: TestContext, { port }: { port: number }, options: Partial<MqttOptions> = {}): Mqtt {
  const broker: MqttBroker = { host: '127.0.0.1', port, secure: false, credentials: null };
  const mqtt = openMqtt({
    broker,
    certificates: null,
    will: null,
    clock: systemClock(),
    log: silentLog,
    backoff,
    ...options,
  });
  t.after(() => mqtt.close());
  return mqtt;
}

/** Resolves when `mqtt` is connected, or is not. */
function untilConnected(mqtt: Mqtt, wanted = true): Promise<void> {
  return new Promise((resolve) => {
    if (mqtt.connected === wanted) return resolve();
    const stop = mqtt.onConnection((connected) => {
      if (connected !== wanted) return;
      stop();
      resolve();
    });
  });
}

/** What the log was told, and a way to wait for a line. */
function listeningLog() {
  const lines: { message: string; fields: LogFields }[] = [];
  const waiting = new Set<() => void>();
  const write = (message: string, fields: LogFields = {}) => {
    lines.push({ message, fields });
    for (const wake of [...waiting]) wake();
  };
  const log: Log = { ...silentLog, info: write, warn: write, error: write, with: () => log };
  const until = (pattern: RegExp) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!lines.some(({ message, fields }) => pattern.test(`${message} ${JSON.stringify(fields)}`)))
          return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return { log, lines, until };
}

async function start(t: TestContext, options?: Parameters<typeof startMosquitto>[0]): Promise<Mosquitto> {
  const broker = await startMosquitto(options);
  t.after(() => broker[Symbol.asyncDispose]());
  return broker;
}

if (mosquittoIsMissing === false) {
  mqttContract('mosquitto', async (t) => {
    const broker = await start(t);
    const clients: Mqtt[] = [];
    let isHanging = false;
    return {
      async connect() {
        const mqtt = open(t, broker);
        clients.push(mqtt);
        await untilConnected(mqtt);
        return mqtt;
      },
      async lose() {
        await (isHanging ? broker.kill() : broker.stop());
        isHanging = false;
        await Promise.all(clients.map((mqtt) => untilConnected(mqtt, false)));
      },
      async restore() {
        await broker.start();
        await Promise.all(clients.map((mqtt) => untilConnected(mqtt)));
      },
      hang() {
        isHanging = true;
        broker.hang();
      },
    };
  });
}

test('a broker that is killed has said what was to be said then, and keeps it', {
  skip: mosquittoIsMissing,
}, async (t) => {
  const broker = await start(t);
  const will = { topic: 'status', payload: new TextEncoder().encode('offline') };
  const watcher = open(t, broker);
  await untilConnected(watcher);
  const heard = new Promise<string>((resolve) => {
    watcher.subscribe('status', ({ payload }) => resolve(new TextDecoder().decode(payload)));
  });
  // A proxy in between that breaks off: the broker sees a client go without a goodbye.
  const proxy = await proxyTo(t, broker.port);
  const mqtt = open(t, proxy, { will });
  await untilConnected(mqtt);
  proxy.cut();
  assert.equal(await heard, 'offline');
});

test('a connection that breaks off again and again comes back each time', {
  skip: mosquittoIsMissing,
}, async (t) => {
  const broker = await start(t);
  const proxy = await proxyTo(t, broker.port);
  const mqtt = open(t, proxy);
  const heard: string[] = [];
  mqtt.subscribe('a/#', ({ payload }) => heard.push(new TextDecoder().decode(payload)));
  for (const round of ['1', '2', '3', '4']) {
    await untilConnected(mqtt);
    await mqtt.publish(
      { topic: 'a/b', payload: new TextEncoder().encode(round), retain: false },
      new AbortController().signal,
    );
    proxy.cut();
    await untilConnected(mqtt, false);
  }
  assert.ok(new Set(heard).size === heard.length, 'nothing came twice');
});

test('TLS is believed of who is known to have signed it, and of nobody else', {
  skip: mosquittoIsMissing,
}, async (t) => {
  const server = await start(t, { tls: true });
  const broker = { host: 'localhost', port: server.port, secure: true, credentials: null };
  const trusting = open(t, server, { broker, certificates: server.authority });
  await untilConnected(trusting);
  const { log, lines, until } = listeningLog();
  const doubting = open(t, server, { broker, log });
  await until(/no connection/);
  assert.equal(doubting.connected, false);
  assert.match(
    doubting.problem ?? '',
    /^The broker cannot be used: nobody known signed .* VEDETTE_MQTT_CA\.$/,
  );
  assert.doesNotMatch(JSON.stringify(lines), /BEGIN/);
  const plain = open(t, server, { broker: { ...broker, secure: false } });
  await assert.rejects(
    plain.publish({ topic: 'a', payload: new Uint8Array(), retain: false }, new AbortController().signal),
    { code: 'broker-unavailable' },
  );
});

test('a port for TLS that is talked to without, and the other way round, are told of as such', {
  skip: mosquittoIsMissing,
}, async (t) => {
  for (const tls of [true, false]) {
    const server = await start(t, { tls });
    const { log, until } = listeningLog();
    const broker = { host: 'localhost', port: server.port, secure: !tls, credentials: null };
    const mqtt = open(t, server, { broker, log });
    await until(/no connection/);
    assert.match(mqtt.problem ?? '', /mqtt:\/\/ or mqtts:\/\/\.$/);
  }
});

test('a wrong password is told once, without it, and tried again', {
  skip: mosquittoIsMissing,
}, async (t) => {
  const server = await start(t, { users: { vedette: 'hunter2' } });
  const broker = { host: '127.0.0.1', port: server.port, secure: false };
  const right = open(t, server, {
    broker: { ...broker, credentials: { user: 'vedette', password: 'hunter2' } },
  });
  await untilConnected(right);
  const { log, lines, until } = listeningLog();
  let tries = 0;
  const sleep = async () => {
    tries += 1;
  };
  const clock = { ...systemClock(), sleep };
  const credentials = { user: 'vedette', password: 'hunter3' };
  const wrong = open(t, server, { broker: { ...broker, credentials }, log, clock });
  await until(/refuses the user name or password/);
  while (tries < 5) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(wrong.connected, false);
  assert.equal(lines.length, 1, 'one line, however often it is tried');
  assert.doesNotMatch(JSON.stringify([lines, wrong.problem]), /hunter/);
});

test('what may not be published is refused, and the rest goes on', {
  skip: mosquittoIsMissing,
}, async (t) => {
  const folder = await start(t, { configuration: ['max_packet_size 2000'] });
  const mqtt = open(t, folder);
  await untilConnected(mqtt);
  const send = (bytes: number) =>
    mqtt.publish({ topic: 'a', payload: new Uint8Array(bytes), retain: false }, AbortSignal.timeout(5_000));
  await assert.rejects(send(5_000), { code: 'broker-unavailable' });
  await untilConnected(mqtt);
  await send(500);
});

test('what the access list of the broker forbids is told apart from a broker that is away', {
  skip: mosquittoIsMissing,
}, async (t) => {
  const server = await start(t, { allowed: ['topic readwrite open/#', 'topic read secret/#'] });
  const mqtt = open(t, server);
  await untilConnected(mqtt);
  const send = (topic: string) =>
    mqtt.publish({ topic, payload: new Uint8Array([1]), retain: false }, AbortSignal.timeout(5_000));
  await assert.rejects(send('secret/a'), { code: 'broker-refused' });
  await send('open/a');
  assert.equal(mqtt.connected, true);
});

for (const [what, answer] of [
  ['says nothing', null],
  ['hangs up', 'end'],
  ['speaks another language', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
  // CONNACK of MQTT 3.1.1: "unacceptable protocol version".
  ['is older', '\u0020\u0002\u0000\u0001'],
] as const) {
  test(`a server that ${what} is told of in a sentence, and can be left at once`, async (t) => {
    const { port } = await listening(t, (socket) => {
      socket.on('data', () => {
        if (answer === 'end') socket.end();
        else if (answer !== null) socket.write(answer);
      });
    });
    const { log, lines, until } = listeningLog();
    const mqtt = open(t, { port }, { log, connectTimeoutMs: 300 });
    if (answer !== null) {
      await until(/no connection/);
      assert.match(String(lines[0]?.fields.problem), /^The broker cannot be used: [^.].{10,100}\.$/);
      if (what === 'is older') assert.match(String(lines[0]?.fields.problem), /does not speak MQTT 5/);
    }
    assert.equal(mqtt.connected, false);
    await mqtt.close();
  });
}

async function listening(
  t: TestContext,
  onSocket: Parameters<typeof createServer>[1],
): Promise<{ port: number; server: Server }> {
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onSocket?.(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port: (server.address() as AddressInfo).port, server };
}

/** A way to the broker that can be cut. */
async function proxyTo(t: TestContext, brokerPort: number): Promise<{ port: number; cut: () => void }> {
  const { connect } = await import('node:net');
  const pairs = new Set<() => void>();
  const { port } = await listening(t, (socket) => {
    const onward = connect(brokerPort, '127.0.0.1');
    onward.on('error', () => {});
    socket.pipe(onward).pipe(socket);
    const end = () => {
      socket.destroy();
      onward.destroy();
      pairs.delete(end);
    };
    pairs.add(end);
    socket.on('close', end);
    onward.on('close', end);
  });
  return {
    port,
    cut: () => {
      for (const end of [...pairs]) end();
    },
  };
}
