// What the package says of itself, and where its built pages lie.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const root = new URL('../../', import.meta.url);

export const version: string = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))).version;

/** The folder of the built pages, or null where they were not built. */
export function pagesFolder(): string | null {
  const folder = fileURLToPath(new URL('dist/pages', root));
  return existsSync(folder) ? folder : null;
}
