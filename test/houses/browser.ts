// A browser at the HTTP edge: keeps cookies, follows nothing.

import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import type { Letter } from '../../src/core/ports/mailer.ts';
import { Problem } from '../../src/http/contract/common.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { type House, openHouse, password } from './http.ts';

export interface Browser {
  readonly jar: Map<string, string>;
  /** All cookies, as the header has them. */
  cookie(): string;
  /** Calls an address of the house; `json` makes it carry a body. */
  call(method: string, path: string, json?: unknown): Promise<Response>;
  /** The code of the problem that the call ends with. */
  problem(method: string, path: string, json?: unknown): Promise<string>;
}

/** A browser without cookies. */
export function openBrowser(house: House, peerAddress = '192.0.2.1'): Browser {
  const jar = new Map<string, string>();
  const cookie = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  const call: Browser['call'] = async (method, path, json) => {
    const response = await house.call(method, path, {
      peerAddress,
      headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' },
      ...(jar.size === 0 ? {} : { cookie: cookie() }),
      ...(json === undefined ? {} : { json }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const name = pair.slice(0, pair.indexOf('='));
      if (/max-age=0/i.test(line)) jar.delete(name);
      else jar.set(name, pair.slice(name.length + 1));
    }
    return response;
  };
  return {
    jar,
    cookie,
    call,
    async problem(method, path, json) {
      const response = await call(method, path, json);
      const text = await response.text();
      assert.ok(response.status >= 400, `${response.status} ${text}`);
      return Problem.parse(JSON.parse(text)).code;
    },
  };
}

/** A browser in which somebody has signed in with the password of all houses. */
export async function signedInBrowser(house: House, email: string): Promise<Browser> {
  const browser = openBrowser(house);
  const response = await browser.call('POST', paths.session, { email, password });
  assert.equal(response.status, 200, await response.text());
  return browser;
}

/** Longest wait for a letter that leaves after its answer, in ms: password hashes may stand before it. */
const letterMs = 10_000;

/** Letters leave after the answer: the first one that `isMeant`, once it is there. */
export async function letterTo(
  { letters }: House,
  to: string,
  isMeant: (letter: Letter) => boolean = () => true,
): Promise<Letter> {
  const deadline = performance.now() + letterMs;
  while (performance.now() < deadline) {
    const found = letters.find((letter) => letter.to === to && isMeant(letter));
    if (found !== undefined) return found;
    await setImmediate();
  }
  throw new Error(`There is no such letter to ${to}, only: ${JSON.stringify(letters)}`);
}

/** The token in the link of a letter. */
export function tokenIn({ text }: Letter): string {
  const [, token] = /^http\S+#(\S+)$/m.exec(text) ?? [];
  if (token === undefined) throw new Error(`There is no link in: ${text}`);
  return token;
}

/** A house with its first administrator, ada@example.org, and her browser. */
export async function openHouseOfAda(options: Parameters<typeof openHouse>[0] = {}) {
  const house = await openHouse(options);
  await house.setUp();
  return { house, ada: await signedInBrowser(house, adaEmail) };
}

export const adaEmail = 'ada@example.org';

/** Whether this password opens the account, tried from elsewhere. */
export async function canSignIn(house: House, email: string, given: string): Promise<boolean> {
  const json = { email, password: given };
  return (await house.call('POST', paths.session, { json, peerAddress: '198.51.100.99' })).ok;
}
