// The walk of the access law: every route, called by everybody who could call, with real objects of both tenants; each
// answer is held against the written table.

import { whoMay } from '../../src/http/access-table.ts';
import type { Route } from '../../src/http/route.ts';
import { type Guest, type Guests, inviteGuests, revive } from './access-guests.ts';
import { needsMembership, type Recipe, recipeOf } from './access-recipes.ts';
import { type House, openHouse } from './http.ts';
import { clearObjects, makeObjects, missingNames, type Names, type Tenant } from './tenancy.ts';

/** What the written table says of a route. */
export interface Law {
  readonly anybody: boolean;
  readonly oneself: boolean;
  readonly roles: readonly string[];
  readonly accessKey: string | null;
  readonly asksProof: boolean;
}

/** "get /api/v1/cameras" → its law. */
export type LawTable = ReadonlyMap<string, Law>;

export interface Walked {
  readonly combinations: number;
  /** What was not as the table says, in sentences. */
  readonly off: readonly string[];
  readonly routes: number;
}

/** What an answer should be: a refusal with this code, something, or exactly what a missing object gets. */
type Expected = { readonly kind: 'refused'; readonly code: string } | { readonly kind: 'in' | 'missing' };

/** Walks all routes; `table` is what is written, the code's own law where there is none. */
export async function walkAccess(table?: LawTable): Promise<Walked> {
  const house = await openHouse();
  const guests = await inviteGuests(house);
  const shelf = openShelf(house);
  const off: string[] = [];
  let combinations = 0;
  // Signing out ends the session that everything else is asked with: it comes last.
  const routes = house.http.routes.toSorted((a, b) => Number(endsSession(a)) - Number(endsSession(b)));
  for (const route of routes) {
    const name = nameOf(route);
    const law = table === undefined ? whoMay(route) : table.get(name);
    if (law === undefined) {
      off.push(`${name} is not in the table`);
      continue;
    }
    for (const guest of guests.all) {
      if (guest.onlyOrganization === true && (law.oneself || law.anybody)) continue;
      combinations += 1;
      const fault = await tried({ house, guests, shelf }, route, law, guest);
      if (fault !== null) off.push(`${name} by ${guest.name}: ${fault}`);
      if (endsSession(route)) await revive(house, guest);
    }
  }
  return { combinations, off, routes: routes.length };
}

/** "get /api/v1/cameras" */
export function nameOf({ method, path }: Pick<Route, 'method' | 'path'>): string {
  return `${method} ${path}`;
}

function endsSession({ method, path }: Route): boolean {
  return method === 'delete' && path.endsWith('/session');
}

interface Walk {
  readonly house: House;
  readonly guests: Guests;
  readonly shelf: Shelf;
}

/** Calls once, or twice where the answer must be that of a missing object. Null where all is as it should be. */
async function tried(
  { house, guests, shelf }: Walk,
  route: Route,
  law: Law,
  guest: Guest,
): Promise<string | null> {
  const recipe = recipeOf(route);
  const expected = expectedOf(route, law, guest, recipe);
  const tenant = guest.atOwnObjects ? guest.tenant : guests.victim;
  const names = await shelf.take(tenant);
  const hidden = hiddenFrom(guest, tenant, names);
  const answer = repeatingLess(await called(house, route, recipe, names, guest), recipe, names);
  if (expected.kind === 'refused') return refusalFault(answer, expected.code, hidden);
  if (expected.kind === 'in') {
    if (!guest.atOwnObjects) return leak(answer, hidden);
    if (route.method !== 'get') await shelf.clear(tenant);
    return inFault(answer, route, recipe);
  }
  const nothings = missingNames(house);
  const missing = repeatingLess(await called(house, route, recipe, nothings, guest), recipe, nothings);
  const [seen, nothing] = [answer, missing].map(({ status, headers, text }) =>
    JSON.stringify([status, headers, text]),
  );
  return seen === nothing ? leak(answer, hidden) : `${seen} is not what a missing object gets: ${nothing}`;
}

/** Objects of each tenant, the same ones until somebody who may has done something to them. */
interface Shelf {
  take(tenant: Tenant): Promise<Names>;
  clear(tenant: Tenant): Promise<void>;
}

/**
 * What a refused call changed nevertheless, the next one that may do it stumbles over: it finds its objects gone or
 * already acted upon.
 */
function openShelf(house: House): Shelf {
  const kept = new Map<Tenant, Names>();
  return {
    async take(tenant) {
      const names = kept.get(tenant) ?? (await makeObjects(house, tenant));
      kept.set(tenant, names);
      return names;
    },
    async clear(tenant) {
      await clearObjects(house, kept.get(tenant) ?? {});
      kept.delete(tenant);
    },
  };
}

function expectedOf(route: Route, law: Law, guest: Guest, recipe: Recipe | null): Expected {
  if (law.anybody) return { kind: 'in' };
  const isEnough = law.oneself && guest.isSomebody && (guest.isMember || !needsMembership(route));
  if (guest.refusal !== null && !isEnough) return { kind: 'refused', code: guest.refusal };
  if (law.oneself) {
    if (guest.permissions !== null) return { kind: 'refused', code: 'not-allowed' };
    return law.asksProof && guest.isStale ? { kind: 'refused', code: 'proof-required' } : { kind: 'in' };
  }
  const may =
    guest.permissions === null
      ? law.roles.includes(guest.role)
      : guest.permissions.some((permission) => permission === law.accessKey);
  if (!may) return { kind: 'refused', code: 'not-allowed' };
  if (law.asksProof && guest.isStale) return { kind: 'refused', code: 'proof-required' };
  return !guest.atOwnObjects && recipe?.namesObjects === true ? { kind: 'missing' } : { kind: 'in' };
}

interface Answered {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly text: string;
  readonly code: string | null;
}

/** The answer without what the caller named: that they know already. */
function repeatingLess(answer: Answered, recipe: Recipe | null, names: Names): Answered {
  if (recipe?.repeats !== true) return answer;
  const text = Object.entries(names).reduce((rest, [name, id]) => {
    return id.length > 'index'.length ? rest.replaceAll(id, name) : rest;
  }, answer.text);
  return { ...answer, text };
}

let calls = 0;

async function called(
  house: House,
  route: Route,
  recipe: Recipe | null,
  names: Names,
  guest: Guest,
): Promise<Answered> {
  calls += 1;
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => names[name] ?? name);
  const body = recipe?.body?.(names);
  const left = new AbortController();
  const response = await house.call(route.method.toUpperCase(), `${path}${recipe?.query?.(names) ?? ''}`, {
    headers: guest.headers,
    ...(body === undefined ? {} : { json: body }),
    // Nobody is stopped for asking often: each call comes from a network of its own.
    peerAddress: `10.${(calls >> 16) & 255}.${(calls >> 8) & 255}.${calls & 255}`,
    signal: left.signal,
  });
  if (response.headers.get('content-type') === 'text/event-stream') {
    left.abort();
    return { status: response.status, headers: [], text: '', code: null };
  }
  const text = await response.text();
  const isProblem = response.headers.get('content-type') === 'application/problem+json';
  const code: string | null = isProblem ? JSON.parse(text).code : null;
  return { status: response.status, headers: [...response.headers], text, code };
}

function refusalFault(answer: Answered, code: string, hidden: readonly string[]): string | null {
  if (answer.code !== code) return `answered ${answer.status} ${answer.code}, should be refused with ${code}`;
  return leak(answer, hidden);
}

const refusals: readonly (string | null)[] = [
  'not-signed-in',
  'not-allowed',
  'proof-required',
  'second-factor-required',
];

function inFault({ status, code, text }: Answered, { answer }: Route, recipe: Recipe | null): string | null {
  if (refusals.includes(code)) return `refused with ${code}`;
  if (status >= 500 && status !== recipe?.status) return `failed with ${text}`;
  if (recipe === null) return null;
  const wanted = recipe.status ?? answer.status;
  return status === wanted ? null : `answered ${status} ${text.slice(0, 200)} instead of ${wanted}`;
}

/** What a caller who does not reach these objects may see nothing of. */
function hiddenFrom(guest: Guest, { mark, site, organization }: Tenant, names: Names): readonly string[] {
  const ids = Object.values(names).filter((name) => name.length > 'index'.length);
  const ofTenant =
    guest.tenant.organization.id === organization.id ? [] : [organization.id, organization.name];
  return [mark, site.id, ...ids, ...ofTenant];
}

function leak({ text, headers }: Answered, hidden: readonly string[]): string | null {
  const all = text + JSON.stringify(headers);
  const shown = hidden.find((each) => all.includes(each));
  return shown === undefined ? null : `shows ${shown}`;
}
