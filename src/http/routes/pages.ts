// The built pages: files of one folder, and index.html for every address that the pages themselves know.

import { readFile, stat } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';
import { VedetteError } from '../../core/errors.ts';

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.map': 'application/json',
  '.wasm': 'application/wasm',
};

/** Where machines look for probes and figures by convention: a page there would tell them that all is well. */
const machines = /^\/(?:healthz?|livez?|readyz?|metrics|statusz?)(?:\/|$)/i;

/** Answers with a page or a file of the pages. Errors: `pages-missing`, `not-found`. */
export async function servePage(pagesFolder: string | null, request: Request): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') throw new VedetteError('not-found');
  const path = decodedPath(request);
  if (machines.test(path)) {
    throw new VedetteError('not-found', 'There is no such probe: /healthz, /readyz and /metrics are.');
  }
  if (pagesFolder === null) throw new VedetteError('pages-missing');
  const folder = resolve(pagesFolder);
  const file = join(folder, path);
  if (path.includes('\0') || !`${file}${sep}`.startsWith(`${folder}${sep}`))
    throw new VedetteError('not-found');
  if (await isFile(file)) return fileResponse(file, path);
  // A missing script must not be answered with a page.
  if (extname(path) !== '' || path.startsWith('/api/')) throw new VedetteError('not-found');
  const index = join(folder, 'index.html');
  if (!(await isFile(index))) throw new VedetteError('pages-missing');
  return fileResponse(index, '/index.html');
}

async function fileResponse(file: string, path: string): Promise<Response> {
  const extension = extname(path).toLowerCase();
  return new Response(new Uint8Array(await readFile(file)), {
    headers: {
      'content-type': mediaTypes[extension] ?? 'application/octet-stream',
      // Names of assets carry a hash of their content; everything else is asked for again.
      'cache-control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    },
  });
}

function decodedPath(request: Request): string {
  try {
    return decodeURIComponent(new URL(request.url).pathname);
  } catch {
    throw new VedetteError('not-found');
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
