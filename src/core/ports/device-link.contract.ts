// What every link to devices keeps.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Turn } from '../device/alarm.ts';
import type { DeviceTarget } from '../device/device.ts';
import { secret } from '../secret.ts';
import { acknowledgementMs, type CommandResult, type DeviceCommand, type DeviceLink } from './device-link.ts';

/** A link and the device at its other end. */
export interface LinkUnderTest {
  readonly link: DeviceLink;
  readonly target: DeviceTarget;
  /** What the device was told, in order. */
  readonly told: () => readonly Turn[];
  /** How the device behaves from now on. `silent`: it hears and never answers. `away`: it cannot be reached. */
  readonly behave: (how: 'obey' | 'silent' | 'away') => void | Promise<void>;
  /** What the link waits by. */
  readonly clock: { advance(ms: number): Promise<void> };
  /** Words that must not show in any result. */
  readonly secrets: readonly string[];
}

/** A command as the worker gives it. */
export function sampleCommand(turn: Turn = 'on', id = `alarm/1/${turn}`): DeviceCommand {
  return {
    id,
    deviceId: 'device-1',
    deviceName: 'Horn',
    turn,
    durationSeconds: 60,
    incidentId: 'incident-1',
    test: false,
  };
}

const patient = () => new AbortController().signal;

function reasonOf(result: CommandResult): { retry: boolean; reason: string } {
  assert.ok(result.outcome === 'failed');
  assert.match(result.reason, /^\S.{10,400}$/u, 'a reason is one sentence');
  return result;
}

/** Runs the suite; `open` gives a link and a device that obeys. */
export function deviceLinkContract(name: string, open: (t: TestContext) => Promise<LinkUnderTest>): void {
  test(`${name}: a device that does what it is told has acknowledged it`, async (t) => {
    const { link, target, told } = await open(t);
    assert.equal(link.refusal(target), null);
    for (const turn of ['on', 'off'] as const) {
      assert.deepEqual(await link.send(sampleCommand(turn), target, patient()), { outcome: 'acknowledged' });
    }
    assert.deepEqual(told(), ['on', 'off']);
  });

  test(`${name}: a device that hears and never answers has not, and may be told again`, async (t) => {
    const { link, target, behave, clock, told, secrets } = await open(t);
    await behave('silent');
    const sending = link.send(sampleCommand(), target, patient());
    while (told().length === 0) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(acknowledgementMs);
    const { retry, reason } = reasonOf(await sending);
    assert.ok(retry);
    for (const word of secrets) assert.ok(!reason.includes(word));
    await behave('obey');
    assert.deepEqual(await link.send(sampleCommand(), target, patient()), { outcome: 'acknowledged' });
  });

  test(`${name}: a device that is away fails for now, without secrets in the reason`, async (t) => {
    const { link, target, behave, secrets } = await open(t);
    await behave('away');
    const { retry, reason } = reasonOf(await link.send(sampleCommand(), target, patient()));
    assert.ok(retry);
    for (const word of secrets) assert.ok(!reason.includes(word));
  });

  test(`${name}: a command is given up when its signal says so`, async (t) => {
    const { link, target, behave } = await open(t);
    await behave('silent');
    const giving = new AbortController();
    const sending = link.send(sampleCommand(), target, giving.signal);
    setImmediate(() => giving.abort());
    assert.ok(reasonOf(await sending).retry);
  });

  test(`${name}: a device that is reached another way is refused for good`, async (t) => {
    const { link, target } = await open(t);
    const other: DeviceTarget =
      target.via === 'webhook'
        ? {
            ...{ via: 'mqtt', commandTopic: 'a', stateTopic: 'b', stateField: null },
            ...{ onText: 'ON', offText: 'OFF' },
          }
        : { via: 'webhook', url: 'https://example.org', signingSecrets: [secret('whsec_AAAA')] };
    assert.equal(typeof link.refusal(other), 'string');
    assert.equal(reasonOf(await link.send(sampleCommand(), other, patient())).retry, false);
  });

  test(`${name}: once closed it fails without throwing`, async (t) => {
    const { link, target } = await open(t);
    await link.close();
    assert.equal((await link.send(sampleCommand(), target, patient())).outcome, 'failed');
  });
}
