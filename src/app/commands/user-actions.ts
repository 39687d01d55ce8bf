// What the operator does to accounts: each action takes the house's ports and returns lines to print.

import type { SiteId } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import { isAddress, plainAddress } from '../../core/organization/address.ts';
import { enrol, suspend } from '../../core/organization/operator.ts';
import {
  type Organization,
  type Role,
  reachesEverySite,
  roles,
} from '../../core/organization/organization.ts';
import type { Account, Accounts } from '../../core/ports/accounts.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Events } from '../../core/ports/events.ts';
import type { Sessions } from '../../core/ports/identity.ts';
import type { Passkeys } from '../../core/ports/passkeys.ts';
import type { Records } from '../../core/ports/records.ts';
import type { SecondFactor } from '../../core/ports/second-factor.ts';
import type { Secret } from '../../core/secret.ts';

export interface UserDeps {
  readonly records: Records;
  readonly clock: Clock;
  readonly events: Events;
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly secondFactor: SecondFactor;
  readonly passkeys: Passkeys;
}

export interface UserOptions {
  readonly email?: string | undefined;
  readonly name?: string | undefined;
  readonly role?: string | undefined;
  readonly organization?: string | undefined;
  readonly sites: readonly string[];
  readonly removeSecondFactor: boolean;
  readonly askPassword: () => Promise<Secret>;
}

export type UserAction = (deps: UserDeps, options: UserOptions) => Promise<readonly string[]>;

const pageSize = 500;
/** As in the wire contract. */
const maxNameLength = 80;

export const userActions: Readonly<Record<string, UserAction>> = { list, add, reset, disable, enable };

/** One line an account: address, name, memberships, and what is special about it. */
async function list({ accounts, records }: UserDeps): Promise<readonly string[]> {
  const names = new Map((await allOrganizations(records)).map(({ id, name }) => [id, name]));
  const lines: string[] = [];
  for (let after: string | null = null; ; ) {
    const page: readonly Account[] = await accounts.page(after, pageSize);
    for (const account of page) {
      const memberships = await records.members.ofUser(account.id);
      const places = memberships.map(
        ({ role, organizationId }) => `${role} of ${names.get(organizationId) ?? organizationId}`,
      );
      const marks = [
        ...(account.isDisabled ? ['disabled'] : []),
        ...(account.hasPassword ? [] : ['no password']),
        ...(account.hasSecondFactor ? ['second factor'] : []),
      ];
      const belongs = places.length === 0 ? 'no organization' : places.join(', ');
      lines.push([account.email, account.name, belongs, ...marks].join('  '));
    }
    after = page.at(-1)?.email ?? null;
    if (page.length < pageSize) return lines.length === 0 ? ['There are no accounts.'] : lines;
  }
}

/** A new account, or the one there is, becomes a member. Everything is checked before a password is asked for. */
async function add(deps: UserDeps, options: UserOptions): Promise<readonly string[]> {
  const { accounts, records } = deps;
  const email = addressOf(options);
  const role = roleOf(options);
  const organization = await organizationOf(records, options);
  const siteIds = await sitesOf(records, organization, role, options);
  const known = await accounts.findByEmail(email);
  const place = { organizationId: organization.id, role, siteIds };
  if (known !== null) {
    await enrol(deps, known, place);
    return [`${email} had an account already, and is now ${role} of ${organization.name}.`];
  }
  const name = required('name', options.name?.trim()).slice(0, maxNameLength);
  const created = await accounts.create({
    name,
    email,
    password: await options.askPassword(),
    isMailboxProven: true,
  });
  await enrol(deps, created, place);
  return [`${email} is now ${role} of ${organization.name}.`];
}

/** A new password; signed out everywhere. Where asked for, passkeys and the second factor go too. */
async function reset(deps: UserDeps, options: UserOptions): Promise<readonly string[]> {
  const account = await accountOf(deps, options);
  await deps.accounts.setPassword(account.id, await options.askPassword());
  const passkeys = await deps.passkeys.list(account.id);
  const factors = [
    ...(account.hasSecondFactor ? ['the code app'] : []),
    ...passkeys.map(({ name }) => `the passkey “${name}”`),
  ].join(', ');
  if (options.removeSecondFactor) {
    await deps.secondFactor.remove(account.id);
    await deps.passkeys.removeAll(account.id);
  }
  await deps.sessions.endAll(account.id);
  return [
    `${account.email} has a new password and is signed out everywhere.`,
    ...(factors === ''
      ? ['The password alone opens it.']
      : options.removeSecondFactor
        ? [`Removed: ${factors}. The password alone opens it.`]
        : [`Still there: ${factors}. With --second-factor they are removed.`]),
    ...(account.isDisabled ? ['The account is disabled; "vedette user enable" enables it.'] : []),
  ];
}

async function disable(deps: UserDeps, options: UserOptions): Promise<readonly string[]> {
  const account = await accountOf(deps, options);
  await deps.accounts.setDisabled(account.id, true);
  const { invitations, accessKeys } = await suspend(deps, account.id);
  return [
    `${account.email} cannot sign in any more, and is signed out everywhere.`,
    `Alerts to them are off; ${accessKeys} access keys and ${invitations} open invitations of theirs ended.`,
  ];
}

async function enable(deps: UserDeps, options: UserOptions): Promise<readonly string[]> {
  const account = await accountOf(deps, options);
  await deps.accounts.setDisabled(account.id, false);
  return [`${account.email} can sign in again. Alerts to them stay off until they turn them on.`];
}

async function accountOf({ accounts }: UserDeps, options: UserOptions): Promise<Account> {
  const email = addressOf(options);
  const account = await accounts.findByEmail(email);
  if (account !== null) return account;
  throw new VedetteError('not-found', `There is no account ${email}. "vedette user list" shows them.`);
}

function addressOf({ email }: UserOptions): string {
  const address = plainAddress(required('email', email));
  if (isAddress(address)) return address;
  throw new VedetteError('request-invalid', '--email is not an e-mail address.');
}

function roleOf({ role }: UserOptions): Role {
  const text = required('role', role);
  const known = roles.find((each) => each === text);
  if (known !== undefined) return known;
  throw new VedetteError('request-invalid', `--role is one of ${roles.join(', ')}.`);
}

function required(name: string, value: string | undefined): string {
  if (value !== undefined && value !== '') return value;
  throw new VedetteError('request-invalid', `Add --${name}.`);
}

/** The organization of this name or id; the only one where none is named. */
async function organizationOf(records: Records, { organization }: UserOptions): Promise<Organization> {
  const all = await allOrganizations(records);
  if (all.length === 0) {
    throw new VedetteError(
      'not-ready',
      'Nobody set this installation up yet. "vedette serve" shows the link.',
    );
  }
  const meant = all.filter(({ id, name }) => organization === undefined || [id, name].includes(organization));
  const [only] = meant;
  if (only !== undefined && meant.length === 1) return only;
  const choices = all.map(({ id, name }) => `${name} (${id})`).join(', ');
  throw new VedetteError(
    'request-invalid',
    `Name one by --organization, by its id where names repeat: ${choices}.`,
  );
}

async function allOrganizations({ organizations }: Records): Promise<readonly Organization[]> {
  const all: Organization[] = [];
  for (;;) {
    const page = await organizations.page(all.at(-1)?.id ?? null, pageSize);
    all.push(...page);
    if (page.length < pageSize) return all;
  }
}

/** The sites of these names or ids; none for roles that reach every site. */
async function sitesOf(
  records: Records,
  { id, name }: Organization,
  role: Role,
  { sites }: UserOptions,
): Promise<readonly SiteId[]> {
  if (reachesEverySite(role)) return [];
  const all = await records.sites.list(id);
  const choices = all.map((site) => site.name).join(', ');
  const found = all.filter((site) => sites.includes(site.name) || sites.includes(site.id));
  const isKnown = (text: string) => found.some((site) => site.name === text || site.id === text);
  if (found.length > 0 && sites.every(isKnown)) return found.map((site) => site.id);
  throw new VedetteError(
    'request-invalid',
    `Name the sites of the ${role} by --site. ${name} has: ${choices}.`,
  );
}
