// What every connection to an MQTT broker keeps.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { errorCode } from '../errors.ts';
import { type ListenOptions, type Mqtt, type MqttMessage, maxMqttPayloadBytes } from './mqtt.ts';

/** A broker that can be led into trouble, and connections to it. */
export interface MqttUnderTest {
  /** One more client, connected. It is closed with the test. */
  connect(): Promise<Mqtt>;
  /** The broker goes away; resolves when every client knows. What it keeps, it keeps. */
  lose(): Promise<void>;
  /** The broker comes back; resolves when every client is connected again. */
  restore(): Promise<void>;
  /** The broker takes what comes and neither answers nor does anything, until `restore`. */
  hang(): void;
}

type Open = (t: TestContext) => Promise<MqttUnderTest>;

const publishers = 4;
const messagesEach = 25;

const patient = () => new AbortController().signal;
const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = ({ payload }: MqttMessage) => new TextDecoder().decode(payload);

function say(mqtt: Mqtt, topic: string, text: string, retain = false): Promise<void> {
  return mqtt.publish({ topic, payload: bytes(text), retain }, patient());
}

/** Resolves when the broker knows to what `mqtt` listens: it works off what comes from one client in order. */
const settled = (mqtt: Mqtt) => say(mqtt, 'settled', '');

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: unknown) => errorCode(error),
  );
}

/** Collects what a listener hears, as "topic text" with a star where the broker had kept it. */
function listenTo(mqtt: Mqtt, filter: string, options?: ListenOptions) {
  const heard: string[] = [];
  const waiting = new Map<string, () => void>();
  const stop = mqtt.subscribe(
    filter,
    (message) => {
      const line = `${message.topic} ${textOf(message)}${message.retain ? ' *' : ''}`;
      heard.push(line);
      waiting.get(line)?.();
    },
    options,
  );
  const until = (line: string) =>
    new Promise<void>((resolve) => {
      if (heard.includes(line)) resolve();
      else waiting.set(line, resolve);
    });
  return { heard, stop, until };
}

/** Runs the suite; `open` gives a broker that keeps nothing yet. */
export function mqttContract(name: string, open: Open): void {
  deliveryContract(name, open);
  keepingContract(name, open);
  lossContract(name, open);
  refusalContract(name, open);
}

function deliveryContract(name: string, open: Open): void {
  test(`${name}: wildcards take what the standard says they take, each message once`, async (t) => {
    const { connect } = await open(t);
    const [here, there] = [await connect(), await connect()];
    const lists = ['a/b', 'a/+', 'a/#', '#', '+/b/c'].map((filter) => listenTo(here, filter));
    await settled(here);
    lists[3]?.heard.splice(0);
    for (const topic of ['a', 'a/b', 'a/b/c', 'b', '$private/b']) await say(there, topic, 'x');
    for (const topic of ['a/b', 'a/end', 'b/b/c']) await say(there, topic, 'end');
    await Promise.all([
      lists[0]?.until('a/b end'),
      lists[1]?.until('a/end end'),
      lists[2]?.until('a/end end'),
      lists[3]?.until('b/b/c end'),
      lists[4]?.until('b/b/c end'),
    ]);
    assert.deepEqual(
      lists.map(({ heard }) => heard),
      [
        ['a/b x', 'a/b end'],
        ['a/b x', 'a/b end', 'a/end end'],
        ['a x', 'a/b x', 'a/b/c x', 'a/b end', 'a/end end'],
        ['a x', 'a/b x', 'a/b/c x', 'b x', 'a/b end', 'a/end end', 'b/b/c end'],
        ['a/b/c x', 'b/b/c end'],
      ],
    );
  });

  test(`${name}: a client hears what it says itself, and bytes arrive as they were sent`, async (t) => {
    const mqtt = await (await open(t)).connect();
    const payload = Uint8Array.from({ length: maxMqttPayloadBytes }, (_, index) => (index * 31) % 256);
    const arrived = new Promise<Uint8Array>((resolve) =>
      mqtt.subscribe('picture', (message) => resolve(message.payload)),
    );
    await mqtt.publish({ topic: 'picture', payload, retain: false }, patient());
    assert.ok(payload.every((byte, index) => byte === (index * 31) % 256));
    assert.deepEqual(Buffer.from(await arrived), Buffer.from(payload));
  });

  test(`${name}: ${publishers} clients that talk at once are heard whole, each in its order`, async (t) => {
    const { connect } = await open(t);
    const here = await connect();
    const { heard, until } = listenTo(here, 'many/+');
    await settled(here);
    const clients = await Promise.all(Array.from({ length: publishers }, connect));
    await Promise.all(
      clients.flatMap((client, at) =>
        Array.from({ length: messagesEach }, (_, index) => say(client, `many/${at}`, String(index))),
      ),
    );
    await Promise.all(clients.map((_, at) => until(`many/${at} ${messagesEach - 1}`)));
    for (const at of clients.keys()) {
      assert.deepEqual(
        heard.filter((line) => line.startsWith(`many/${at} `)),
        Array.from({ length: messagesEach }, (_, index) => `many/${at} ${index}`),
      );
    }
  });

  test(`${name}: who stops listening hears nothing more, the others do`, async (t) => {
    const mqtt = await (await open(t)).connect();
    const [leaving, staying] = [listenTo(mqtt, 'a'), listenTo(mqtt, 'a')];
    await say(mqtt, 'a', '1');
    await Promise.all([leaving.until('a 1'), staying.until('a 1')]);
    leaving.stop();
    leaving.stop();
    await say(mqtt, 'a', '2');
    await staying.until('a 2');
    staying.stop();
    const late = listenTo(mqtt, 'b');
    for (const topic of ['a', 'b']) await say(mqtt, topic, '3');
    await late.until('b 3');
    assert.deepEqual([leaving.heard, staying.heard], [['a 1'], ['a 1', 'a 2']]);
  });

  test(`${name}: a listener that throws disturbs neither the others nor what comes next`, async (t) => {
    const mqtt = await (await open(t)).connect();
    mqtt.subscribe('a', () => {
      throw new Error('broken listener');
    });
    const { heard, until } = listenTo(mqtt, 'a');
    for (const text of ['1', '2']) await say(mqtt, 'a', text);
    await until('a 2');
    assert.deepEqual(heard, ['a 1', 'a 2']);
  });
}

function keepingContract(name: string, open: Open): void {
  test(`${name}: the newest of what is kept is told to who comes later, until it is emptied`, async (t) => {
    const { connect } = await open(t);
    const [here, there] = [await connect(), await connect()];
    for (const text of ['old', 'new']) await say(here, 'state/a', text, true);
    await say(here, 'state/b', 'gone', true);
    await say(here, 'state/b', '', true);
    await say(here, 'state/c', 'said');
    const { heard, until } = listenTo(there, 'state/+');
    await until('state/a new *');
    await settled(there);
    await say(here, 'state/end', 'x');
    await until('state/end x');
    assert.deepEqual(heard, ['state/a new *', 'state/end x']);
  });

  test(`${name}: what is kept is told to who hears it said as said now`, async (t) => {
    const { connect } = await open(t);
    const [here, there] = [await connect(), await connect()];
    const { heard, until } = listenTo(there, 'state');
    await settled(there);
    await say(here, 'state', 'x', true);
    await until('state x');
    assert.deepEqual(heard, ['state x']);
  });

  test(`${name}: who asks is told of what is said now that it is to be kept, beside others who are not`, async (t) => {
    const { connect } = await open(t);
    const [here, there] = [await connect(), await connect()];
    const others = listenTo(there, '#');
    const asking = listenTo(there, 'a/+', { tellsKept: true });
    assert.throws(() => there.subscribe('a/+', () => {}), { code: 'request-invalid' });
    await settled(there);
    await say(here, 'a/b', 'to keep', true);
    await say(here, 'a/b', 'said');
    await Promise.all([asking.until('a/b said'), others.until('a/b said')]);
    assert.deepEqual(asking.heard, ['a/b to keep *', 'a/b said']);
    assert.deepEqual(others.heard, ['settled ', 'a/b to keep', 'a/b said']);
    const late = listenTo(there, 'a/+', { tellsKept: true });
    await late.until('a/b to keep *');
    await say(here, 'a/b', '', true);
    await Promise.all([asking.until('a/b  *'), late.until('a/b  *')]);
  });

  test(`${name}: what is kept is told to each listener once, also where filters are the same or overlap`, async (t) => {
    const mqtt = await (await open(t)).connect();
    await say(mqtt, 'state/a', 'x', true);
    const first = listenTo(mqtt, 'state/+');
    await first.until('state/a x *');
    const others = ['state/+', 'state/#', '#'].map((filter) => listenTo(mqtt, filter));
    await Promise.all(others.map(({ until }) => until('state/a x *')));
    await say(mqtt, 'state/end', 'x');
    await Promise.all([first, ...others].map(({ until }) => until('state/end x')));
    for (const { heard } of [first, ...others]) assert.deepEqual(heard, ['state/a x *', 'state/end x']);
  });
}

function lossContract(name: string, open: Open): void {
  test(`${name}: without a broker publishing fails at once; when it is back, all is as it was`, async (t) => {
    const { connect, lose, restore } = await open(t);
    const [here, there] = [await connect(), await connect()];
    await say(here, 'state', 'kept', true);
    const { heard, until } = listenTo(there, '#');
    await until('state kept *');
    const told: boolean[] = [];
    there.onConnection((connected) => told.push(connected));
    await lose();
    assert.deepEqual([here.connected, there.connected], [false, false]);
    assert.match(here.problem ?? '', /^[A-Z\d].{10,200}\.$/u, 'a problem is one sentence');
    assert.equal(await codeOf(say(here, 'lost', 'x')), 'broker-unavailable');
    const late = listenTo(there, 'said');
    await restore();
    assert.deepEqual([here.connected, there.connected], [true, true]);
    assert.equal(here.problem, null);
    await settled(there);
    await until('settled ');
    await say(here, 'said', 'x');
    await Promise.all([until('said x'), late.until('said x')]);
    assert.deepEqual(heard, ['state kept *', 'state kept *', 'settled ', 'said x']);
    assert.deepEqual(late.heard, ['said x']);
    assert.deepEqual(told, [false, true]);
  });

  test(`${name}: who is told of a connection can publish, and hears it`, async (t) => {
    const { connect, lose, restore } = await open(t);
    const mqtt = await connect();
    const { heard, until } = listenTo(mqtt, 'birth');
    const leave = mqtt.onConnection((connected) => {
      if (connected) void say(mqtt, 'birth', 'x');
    });
    await lose();
    await restore();
    await until('birth x');
    leave();
    await lose();
    await restore();
    await say(mqtt, 'birth', 'end');
    await until('birth end');
    assert.deepEqual(heard, ['birth x', 'birth end']);
  });

  test(`${name}: what was on its way when the broker went fails, and is not said later`, async (t) => {
    const { connect, hang, lose, restore } = await open(t);
    const [here, there] = [await connect(), await connect()];
    const { heard, until } = listenTo(there, 'a');
    await settled(there);
    await say(here, 'a', '1');
    await until('a 1');
    hang();
    const sending = codeOf(say(here, 'a', 'lost'));
    await lose();
    assert.equal(await sending, 'broker-unavailable');
    await restore();
    await settled(there);
    await say(here, 'a', '2');
    await until('a 2');
    assert.deepEqual(heard, ['a 1', 'a 2']);
  });

  test(`${name}: publishing is given up when its signal says so`, async (t) => {
    const { connect, hang } = await open(t);
    const mqtt = await connect();
    const message = { topic: 'a', payload: bytes('x'), retain: false };
    assert.equal(await codeOf(mqtt.publish(message, AbortSignal.abort())), 'broker-unavailable');
    hang();
    const controller = new AbortController();
    const sending = codeOf(mqtt.publish(message, controller.signal));
    setImmediate(() => controller.abort());
    assert.equal(await sending, 'broker-unavailable');
  });
}

function refusalContract(name: string, open: Open): void {
  test(`${name}: what is no topic, no filter or too large is refused, and the connection stands`, async (t) => {
    const mqtt = await (await open(t)).connect();
    for (const topic of ['', 'a/+', '#', 'a\u0000b', 'a'.repeat(513)]) {
      assert.equal(await codeOf(say(mqtt, topic, 'x')), 'request-invalid', topic);
    }
    const payload = new Uint8Array(maxMqttPayloadBytes + 1);
    const large = mqtt.publish({ topic: 'a', payload, retain: false }, patient());
    assert.equal(await codeOf(large), 'request-invalid');
    for (const filter of ['', 'a/#/b', 'a+', 'a\u0000']) {
      assert.throws(() => mqtt.subscribe(filter, () => {}), { code: 'request-invalid' }, filter);
    }
    await say(mqtt, 'a', 'x');
  });

  test(`${name}: once closed nothing is said or heard`, async (t) => {
    const { connect } = await open(t);
    const [here, there] = [await connect(), await connect()];
    const [closed, open_] = [listenTo(here, 'a'), listenTo(there, 'a')];
    await Promise.all([settled(here), settled(there)]);
    await say(there, 'a', '1');
    await closed.until('a 1');
    await here.close();
    await here.close();
    assert.equal(here.connected, false);
    assert.equal(await codeOf(say(here, 'a', 'x')), 'broker-unavailable');
    await say(there, 'a', '2');
    await open_.until('a 2');
    assert.deepEqual(closed.heard, ['a 1']);
  });
}
