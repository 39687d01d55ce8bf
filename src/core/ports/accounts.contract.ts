// What every keeper of accounts keeps.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { secret } from '../secret.ts';
import { ada, browser, type ProviderUnderTest, password, signedIn } from './identity.contract.ts';

const next = secret('another long password');

/** Runs the suite; `open` gives a provider without accounts. */
export function accountsContract(name: string, open: (t: TestContext) => Promise<ProviderUnderTest>): void {
  test(`${name}: an account is found by its id and its address, in any case`, async (t) => {
    const { accounts } = await open(t);
    const { id } = await accounts.create(ada);
    const account = {
      id,
      name: 'Ada',
      email: 'ada@example.org',
      isDisabled: false,
      hasPassword: true,
      hasSecondFactor: false,
      isMailboxProven: false,
    };
    assert.deepEqual(await accounts.find(id), account);
    assert.deepEqual(await accounts.findByEmail('ADA@example.org'), account);
    assert.equal(await accounts.find('nobody'), null);
    const eve = await accounts.create({ ...ada, email: 'eve@example.org' });
    const many = await accounts.findMany([eve.id, 'nobody', id]);
    assert.deepEqual(many.map((each) => each.email).sort(), ['ada@example.org', 'eve@example.org']);
    assert.deepEqual(
      many.find((each) => each.id === id),
      account,
    );
    assert.deepEqual(await accounts.findMany([]), []);
    assert.equal(await accounts.findByEmail('nobody@example.org'), null);
  });

  test(`${name}: an address has one account, whatever its case and however many ask at once`, async (t) => {
    const { accounts } = await open(t);
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => accounts.create(ada)));
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const again of [
      { ...ada, email: 'ADA@example.org' },
      { ...ada, password: null },
    ]) {
      await assert.rejects(accounts.create(again), { code: 'conflict' });
    }
    // Looked up before anything is done with the password: asking for a taken address costs no hash.
    const careless = { ...ada, password: secret('short') };
    await assert.rejects(accounts.create(careless), { code: 'conflict' });
  });

  test(`${name}: nobody takes an account over by making it again, with a password or without, ever`, async (t) => {
    const { accounts, identity, pass } = await open(t);
    await accounts.create({ ...ada, password: null });
    await pass(86_400_000);
    await assert.rejects(accounts.create(ada), { code: 'conflict' });
    await assert.rejects(identity.signIn(ada, browser()), { code: 'credentials-wrong' });
    assert.equal((await accounts.findByEmail(ada.email))?.hasPassword, false);
  });

  test(`${name}: a short or endless password is refused wherever one is set`, async (t) => {
    const { accounts } = await open(t);
    const { id } = await accounts.create(ada);
    for (const weak of [secret('short'), secret('x'.repeat(129))]) {
      const refusal = { code: 'request-invalid' };
      await assert.rejects(accounts.create({ ...ada, email: 'eve@example.org', password: weak }), refusal);
      await assert.rejects(accounts.setPassword(id, weak), refusal);
      await assert.rejects(accounts.changePassword(id, password, weak), refusal);
    }
    assert.equal(await accounts.findByEmail('eve@example.org'), null);
  });

  test(`${name}: a changed password replaces the old one, which must be known`, async (t) => {
    const provider = await open(t);
    const { id } = await provider.accounts.create(ada);
    await assert.rejects(provider.accounts.changePassword(id, next, next), { code: 'credentials-wrong' });
    await assert.rejects(provider.accounts.changePassword('nobody', password, next), {
      code: 'credentials-wrong',
    });
    await provider.accounts.changePassword(id, password, next);
    await assert.rejects(provider.identity.signIn(ada, browser()), { code: 'credentials-wrong' });
    await signedIn(provider, { email: ada.email, password: next });
  });

  test(`${name}: a password can be given to an account that has none`, async (t) => {
    const provider = await open(t);
    const { id } = await provider.accounts.create({ ...ada, password: null });
    assert.equal((await provider.accounts.find(id))?.hasPassword, false);
    await assert.rejects(provider.accounts.changePassword(id, secret(''), next), {
      code: 'credentials-wrong',
    });
    await provider.accounts.setPassword(id, next);
    assert.equal((await provider.accounts.find(id))?.hasPassword, true);
    await signedIn(provider, { email: ada.email, password: next });
    await assert.rejects(provider.accounts.setPassword('nobody', next), { code: 'not-found' });
  });

  test(`${name}: name and address change at once, also for who is signed in, and only to a free address`, async (t) => {
    const provider = await open(t);
    const { id } = await provider.accounts.create(ada);
    await provider.accounts.create({ ...ada, email: 'eve@example.org' });
    const { headers } = await signedIn(provider);
    await assert.rejects(provider.accounts.change(id, { email: 'EVE@example.org' }), { code: 'conflict' });
    await assert.rejects(provider.accounts.change('nobody', { name: 'X' }), { code: 'not-found' });
    assert.deepEqual(await provider.accounts.change(id, { name: 'Ada L.' }), {
      id,
      name: 'Ada L.',
      email: 'ada@example.org',
    });
    await provider.accounts.change(id, { email: 'Countess@example.org' });
    const found = await provider.identity.session(headers);
    assert.deepEqual(found?.user, { id, name: 'Ada L.', email: 'countess@example.org' });
    await assert.rejects(provider.identity.signIn(ada, browser()), { code: 'credentials-wrong' });
    await signedIn(provider, { email: 'countess@example.org', password });
  });

  test(`${name}: a mailbox is proven when it is said so, and a new address is not`, async (t) => {
    const { accounts } = await open(t);
    const isProven = async (id: string) => (await accounts.find(id))?.isMailboxProven;
    const { id: other } = await accounts.create({ ...ada, email: 'b@example.org', isMailboxProven: true });
    assert.equal(await isProven(other), true);
    const { id } = await accounts.create(ada);
    assert.equal(await isProven(id), false);
    await accounts.mailboxProven(id);
    assert.equal(await isProven(id), true);
    await accounts.change(id, { name: 'Countess' });
    assert.equal(await isProven(id), true);
    await accounts.change(id, { email: 'countess@example.org' });
    assert.equal(await isProven(id), false);
  });

  test(`${name}: an account that is removed leaves nothing, and its address is free`, async (t) => {
    const provider = await open(t);
    const { id } = await provider.accounts.create(ada);
    const { headers } = await signedIn(provider);
    await provider.accounts.remove(id);
    assert.equal(await provider.identity.session(headers), null);
    assert.equal(await provider.accounts.find(id), null);
    await provider.accounts.create(ada);
    await signedIn(provider);
  });

  test(`${name}: a disabled account has no sessions and gets none, until it is enabled`, async (t) => {
    const provider = await open(t);
    await provider.accounts.create(ada);
    const elsewhere = await provider.another();
    const { headers, user } = await signedIn(provider);
    assert.ok(await elsewhere.identity.session(headers));
    await provider.accounts.setDisabled(user.id, true);
    assert.equal((await provider.accounts.find(user.id))?.isDisabled, true);
    assert.deepEqual(
      [await elsewhere.accounts.isEnabled(user.id), await elsewhere.accounts.isEnabled('nobody')],
      [false, false],
    );
    assert.equal(await provider.identity.session(headers), null);
    await provider.pass(2_000);
    assert.equal(await elsewhere.identity.session(headers), null);
    await assert.rejects(provider.identity.signIn(ada, browser()), { code: 'credentials-wrong' });
    await provider.accounts.setDisabled(user.id, false);
    assert.equal(await elsewhere.accounts.isEnabled(user.id), true);
    assert.equal(await provider.identity.session(headers), null);
    await signedIn(provider);
    await assert.rejects(provider.accounts.setDisabled('nobody', true), { code: 'not-found' });
  });

  test(`${name}: all accounts come in pages, by address, each once`, async (t) => {
    const { accounts } = await open(t);
    for (const local of ['d', 'b', 'e', 'a', 'c']) {
      await accounts.create({ name: local, email: `${local}@example.org`, password: null });
    }
    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      const page: readonly { email: string }[] = await accounts.page(after, 2);
      if (page.length === 0) break;
      assert.ok(page.length <= 2);
      seen.push(...page.map(({ email }) => email));
      after = seen.at(-1) ?? null;
    }
    assert.deepEqual(
      seen,
      ['a', 'b', 'c', 'd', 'e'].map((local) => `${local}@example.org`),
    );
  });
}
