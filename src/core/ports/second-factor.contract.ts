// What every keeper of second factors keeps.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Secret } from '../secret.ts';
import { ada, browser, type ProviderUnderTest, password, signedIn } from './identity.contract.ts';

/** Codes change so often. */
const stepMs = 30_000;

/** The code that an authenticator app shows at `nowMs` for what it scanned (RFC 6238, RFC 4226 §5.3). */
export async function codeOfApp(uri: Secret, nowMs: number): Promise<string> {
  const parameters = new URL(uri.reveal()).searchParams;
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...(parameters.get('secret') ?? '')]
    .map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  const bytes = Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
  const algorithm = { name: 'HMAC', hash: 'SHA-1' };
  const key = await crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign']);
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(Math.floor(nowMs / 1000 / Number(parameters.get('period')))));
  const mac = new DataView(await crypto.subtle.sign('HMAC', key, counter.buffer));
  const truncated = mac.getUint32(mac.getUint8(19) & 15) & 0x7fff_ffff;
  const digits = Number(parameters.get('digits'));
  return String(truncated % 10 ** digits).padStart(digits, '0');
}

/** An account with a second factor, and the session in which it was set up. Its code of now is spent. */
export async function withSecondFactor(provider: ProviderUnderTest) {
  await provider.accounts.create(ada);
  const first = await signedIn(provider);
  const { uri, recoveryCodes } = await provider.secondFactor.begin(first.headers);
  const confirmed = await provider.secondFactor.confirm(
    await codeOfApp(uri, provider.nowMs()),
    first.headers,
  );
  const code = () => codeOfApp(uri, provider.nowMs());
  const headers = browser(first.headers, confirmed);
  return {
    ...first,
    before: first.headers,
    headers: browser(confirmed),
    both: headers,
    uri,
    recoveryCodes,
    code,
  };
}

/** The first step, with the password; the headers lead to the second. */
export async function firstStep({ identity }: ProviderUnderTest): Promise<Headers> {
  const result = await identity.signIn(ada, browser());
  assert.equal(result.kind, 'second-factor');
  return browser(result.headers);
}

/** Runs the suite; `open` gives a provider without accounts. */
export function secondFactorContract(
  name: string,
  open: (t: TestContext) => Promise<ProviderUnderTest>,
): void {
  test(`${name}: a second factor counts only after a code of it was right, and the session is strong from then on`, async (t) => {
    const provider = await open(t);
    const { id } = await provider.accounts.create(ada);
    const { headers } = await signedIn(provider);
    const { uri } = await provider.secondFactor.begin(headers);
    assert.match(uri.reveal(), /^otpauth:\/\/totp\/Vedette:ada%40example\.org\?/);
    await signedIn(provider);
    await assert.rejects(provider.secondFactor.confirm('000000', headers), { code: 'code-wrong' });
    assert.equal((await provider.accounts.find(id))?.hasSecondFactor, false);
    const code = await codeOfApp(uri, provider.nowMs());
    const stronger = browser(await provider.secondFactor.confirm(code, headers));
    assert.equal((await provider.accounts.find(id))?.hasSecondFactor, true);
    assert.equal((await provider.accounts.page(null, 10))[0]?.hasSecondFactor, true);
    assert.equal((await provider.identity.session(stronger))?.session.isStrong, true);
    assert.equal(await provider.identity.session(headers), null, 'the cookie of before is worth nothing');
    await assert.rejects(provider.secondFactor.begin(stronger), { code: 'conflict' });
    await assert.rejects(provider.secondFactor.begin(browser()), { code: 'not-signed-in' });
  });

  test(`${name}: beginning again replaces what was begun`, async (t) => {
    const provider = await open(t);
    await provider.accounts.create(ada);
    const { headers } = await signedIn(provider);
    await assert.rejects(provider.secondFactor.confirm('123456', headers), { code: 'conflict' });
    const first = await provider.secondFactor.begin(headers);
    const second = await provider.secondFactor.begin(headers);
    const lost = await codeOfApp(first.uri, provider.nowMs());
    await assert.rejects(provider.secondFactor.confirm(lost, headers), { code: 'code-wrong' });
    await provider.secondFactor.confirm(await codeOfApp(second.uri, provider.nowMs()), headers);
  });

  test(`${name}: without the second step the password opens nothing`, async (t) => {
    const provider = await open(t);
    const { code } = await withSecondFactor(provider);
    await provider.pass(stepMs);
    const halfway = await firstStep(provider);
    assert.equal(await provider.identity.session(halfway), null);
    await assert.rejects(provider.identity.secondStep('000000', halfway), { code: 'code-wrong' });
    await assert.rejects(provider.identity.secondStep(await code(), browser()), { code: 'not-signed-in' });
    const { user, headers } = await provider.identity.secondStep(await code(), halfway);
    assert.equal(user.email, 'ada@example.org');
    const found = await provider.identity.session(browser(halfway, headers));
    assert.equal(found?.session.isStrong, true);
    await provider.pass(stepMs);
    await assert.rejects(provider.identity.secondStep(await code(), halfway), { code: 'not-signed-in' });
  });

  test(`${name}: a code counts once, and so does every one before it`, async (t) => {
    const provider = await open(t);
    const { code, uri } = await withSecondFactor(provider);
    const halfway = await firstStep(provider);
    await assert.rejects(provider.identity.secondStep(await code(), halfway), { code: 'code-wrong' });
    await provider.pass(2 * stepMs);
    const current = await code();
    const outcomes = await Promise.allSettled(
      [await firstStep(provider), await firstStep(provider), halfway].map((cookie) =>
        provider.identity.secondStep(current, cookie),
      ),
    );
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
    const previous = await codeOfApp(uri, provider.nowMs() - stepMs);
    await assert.rejects(provider.identity.secondStep(previous, await firstStep(provider)), {
      code: 'code-wrong',
    });
  });

  test(`${name}: a phone's clock may be half a minute off, not more`, async (t) => {
    const provider = await open(t);
    const { uri } = await withSecondFactor(provider);
    await provider.pass(10 * stepMs);
    for (const off of [-2, 2]) {
      const code = await codeOfApp(uri, provider.nowMs() + off * stepMs);
      await assert.rejects(provider.identity.secondStep(code, await firstStep(provider)), {
        code: 'code-wrong',
      });
    }
    for (const off of [-1, 1]) {
      const code = await codeOfApp(uri, provider.nowMs() + off * stepMs);
      await provider.identity.secondStep(code, await firstStep(provider));
    }
  });

  test(`${name}: a recovery code counts once, however it is written, and new codes void the old ones`, async (t) => {
    const provider = await open(t);
    const { headers, recoveryCodes } = await withSecondFactor(provider);
    const [first, second, third] = recoveryCodes.map((code) => code.reveal());
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    assert.equal(new Set(recoveryCodes.map((code) => code.reveal())).size, recoveryCodes.length);
    const typed = ` ${first.toLowerCase().replace('-', ' ')}`;
    const { headers: signed } = await provider.identity.secondStep(typed, await firstStep(provider));
    assert.equal((await provider.identity.session(browser(signed)))?.session.isStrong, true);
    const step = async (code: string) => provider.identity.secondStep(code, await firstStep(provider));
    await assert.rejects(step(first), { code: 'code-wrong' });
    const halfway = [await firstStep(provider), await firstStep(provider), await firstStep(provider)];
    const atOnce = await Promise.allSettled(
      halfway.map((cookie) => provider.identity.secondStep(second, cookie)),
    );
    assert.equal(atOnce.filter(({ status }) => status === 'fulfilled').length, 1);
    const [renewed] = await provider.secondFactor.renewRecoveryCodes(headers);
    await assert.rejects(step(third), { code: 'code-wrong' });
    await step(renewed?.reveal() ?? '');
  });

  test(`${name}: who takes too long begins again`, async (t) => {
    const provider = await open(t);
    const { code } = await withSecondFactor(provider);
    const halfway = await firstStep(provider);
    await provider.pass(5 * 60_000);
    await assert.rejects(provider.identity.secondStep(await code(), halfway), { code: 'not-signed-in' });
  });

  test(`${name}: codes cannot be guessed: after a few wrong ones none counts for a while, whoever guesses`, async (t) => {
    const provider = await open(t);
    const { code, headers } = await withSecondFactor(provider);
    await provider.pass(stepMs);
    const guesses = [await firstStep(provider), await firstStep(provider)].flatMap((halfway) =>
      Array.from({ length: 20 }, (_, i) => {
        const guess = String(i).padStart(6, '0');
        return provider.identity.secondStep(guess, halfway).catch((error: { code?: string }) => error.code);
      }),
    );
    const looked = (await Promise.all(guesses)).filter((outcome) => outcome === 'code-wrong');
    assert.ok(looked.length <= 10, `${looked.length} guesses were looked at`);
    const locked = { code: 'too-many-requests' };
    await assert.rejects(provider.identity.secondStep(await code(), await firstStep(provider)), locked);
    await assert.rejects(provider.identity.prove({ code: await code() }, headers), locked);
    await provider.pass(15 * 60_000);
    await provider.identity.secondStep(await code(), await firstStep(provider));
  });

  test(`${name}: who goes on guessing codes waits longer each time, until a right one`, async (t) => {
    const provider = await open(t);
    const { code, headers } = await withSecondFactor(provider);
    await provider.pass(stepMs);
    const guess = (text: string) =>
      provider.identity.prove({ code: text }, headers).then(
        () => 'right',
        (error: { code?: string }) => error.code,
      );
    const outcomes: Record<string, number> = {};
    const guessAll = async () => {
      for (let i = 0; i < 12; i += 1) {
        const outcome = String(await guess(String(i).padStart(6, '0')));
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      }
    };
    const minuteMs = 60_000;
    for (const lockMs of [15 * minuteMs, 60 * minuteMs, 1_440 * minuteMs, 1_440 * minuteMs]) {
      await guessAll();
      await provider.pass(lockMs - minuteMs);
      assert.equal(await guess(await code()), 'too-many-requests', `after ${lockMs} ms less a minute`);
      await provider.pass(minuteMs);
    }
    assert.deepEqual(outcomes, { 'code-wrong': 40, 'too-many-requests': 8 });
    assert.equal(await guess(await code()), 'right');
    await provider.pass(stepMs);
    await guessAll();
    await provider.pass(15 * minuteMs);
    assert.equal(await guess(await code()), 'right');
  });

  test(`${name}: where a second factor is set up, proof is a code, once`, async (t) => {
    const provider = await open(t);
    const { headers, code } = await withSecondFactor(provider);
    await provider.pass(stepMs);
    await assert.rejects(provider.identity.prove({ password }, headers), { code: 'credentials-wrong' });
    const current = await code();
    await provider.identity.prove({ code: current }, headers);
    assert.equal((await provider.identity.session(headers))?.session.provenAt, provider.nowMs());
    await assert.rejects(provider.identity.prove({ code: current }, headers), { code: 'code-wrong' });
  });

  test(`${name}: removing it leaves the password, and another may be set up`, async (t) => {
    const provider = await open(t);
    const { headers, user } = await withSecondFactor(provider);
    const halfway = await firstStep(provider);
    await provider.secondFactor.remove(user.id);
    assert.equal((await provider.accounts.find(user.id))?.hasSecondFactor, false);
    await signedIn(provider);
    await assert.rejects(provider.secondFactor.renewRecoveryCodes(headers), { code: 'conflict' });
    const { uri } = await provider.secondFactor.begin(headers);
    const unconfirmed = await codeOfApp(uri, provider.nowMs());
    await assert.rejects(provider.identity.secondStep(unconfirmed, halfway), { code: 'code-wrong' });
  });

  test(`${name}: who was disabled between the steps does not get in`, async (t) => {
    const provider = await open(t);
    const { user, code } = await withSecondFactor(provider);
    await provider.pass(stepMs);
    const halfway = await firstStep(provider);
    await provider.accounts.setDisabled(user.id, true);
    await assert.rejects(provider.identity.secondStep(await code(), halfway), { code: 'not-signed-in' });
  });
}
