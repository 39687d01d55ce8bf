import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProviderInput } from '../../src/http/contract/organization.ts';
import { check } from '../ui/form.ts';
import { domainsOf, emptyProvider, faultAt, type ProviderDraft, toProvider } from './provider-draft.ts';

const typed: ProviderDraft = {
  ...emptyProvider,
  name: 'Acme Entra',
  issuer: ' https://login.example/realm ',
  clientId: 'vedette',
  clientSecret: 's3cret',
  domains: 'acme.example',
  roleClaim: 'roles',
  roles: [
    { value: ' guards ', role: 'manager' },
    { value: '', role: 'admin' },
  ],
};

test('domains are taken as people write them', () => {
  assert.deepEqual(domainsOf('@Example.org, b.example;b.example\n c.example'), [
    'example.org',
    'b.example',
    'c.example',
  ]);
  assert.deepEqual(domainsOf('  '), []);
});

test('what was typed becomes what the contract takes; rows left empty are dropped', () => {
  const checked = check(ProviderInput, toProvider(typed));
  assert.ok(checked.ok, JSON.stringify(checked));
  assert.deepEqual(checked.value.roleByValue, { guards: 'manager' });
  assert.equal(checked.value.issuer, 'https://login.example/realm');
  assert.equal(checked.value.defaultRole, null);
});

test('without a claim there are no roles by value', () => {
  assert.deepEqual(toProvider({ ...typed, roleClaim: ' ' }).roleByValue, {});
});

test('a fault of one domain is shown at the field of all', () => {
  const checked = check(ProviderInput, toProvider({ ...typed, domains: 'acme.example, nonsense' }));
  assert.ok(!checked.ok);
  assert.match(faultAt(checked.fields, 'domains') ?? '', /domain/);
  assert.equal(faultAt(checked.fields, 'name'), undefined);
});
