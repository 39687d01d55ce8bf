// Debian's Chromium, driven as a person would: everything a page does wrong is collected.

import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const program = '/usr/bin/chromium';
/** A camera that has just begun has no picture yet; the page asks again. */
const noPictureYet = /status of 404 .*\/picture\.jpg/;

/** Why pages cannot be tested here, or false: what `test(…, { skip })` takes. */
export function chromiumMissing(): string | false {
  return existsSync(program) ? false : 'Chromium is missing. On Debian: apt install chromium';
}

export function openChromium(): Promise<Browser> {
  const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'];
  const quiet = ['--disable-background-networking', '--disable-component-update'];
  return chromium.launch({ executablePath: program, args: [...flags, ...quiet] });
}

export interface WatchedPage {
  readonly page: Page;
  /** Uncaught errors, console errors (refused by the content security policy among them), requests to other hosts. */
  readonly faults: readonly string[];
}

/** A page in a browser profile of its own. `expected` are console errors that belong to the test. */
export async function openPage(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions & { expected?: RegExp } = {},
): Promise<WatchedPage> {
  const { expected, ...profile } = options;
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...profile });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    const told = `${message.text()} (${message.location().url})`;
    if (!expected?.test(told) && !noPictureYet.test(told)) faults.push(`console: ${told}`);
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== origin) faults.push(`request to ${url.origin}`);
  });
  return { page, faults };
}
