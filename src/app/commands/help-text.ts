// What a person reads of one command.

import type { Command } from './table.ts';

/** How it is called, and what it does. */
export function helpOf({ usage, summary }: Pick<Command, 'usage' | 'summary'>): string {
  return `  ${usage}\n      ${summary}\n`;
}
