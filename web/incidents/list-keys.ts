// What a key does in the list of incidents, and moving the focus from row to row.

import type { KeyboardEvent } from 'react';

export type ListAct = 'next' | 'previous' | 'toggle' | 'range' | 'all' | 'clear';

type Pressed = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>;

/** Null where the key is for something else. Enter opens: a row is a link. */
export function listAct({ key, shiftKey, ctrlKey, metaKey, altKey }: Pressed): ListAct | null {
  if (altKey) return null;
  if (ctrlKey || metaKey) return key.toLowerCase() === 'a' ? 'all' : null;
  switch (key) {
    case 'j':
    case 'ArrowDown':
      return 'next';
    case 'k':
    case 'ArrowUp':
      return 'previous';
    case 'x':
      return 'toggle';
    case 'X':
      return 'range';
    case ' ':
      return shiftKey ? 'range' : 'toggle';
    case 'Escape':
      return 'clear';
    default:
      return null;
  }
}

/** Gives the focus to the row so many further; at the ends it stays. */
export function focusRow(list: HTMLElement, from: Element, steps: 1 | -1): void {
  const rows = [...list.querySelectorAll<HTMLElement>('[data-row]')];
  const at = rows.findIndex((row) => row.contains(from));
  rows[at + steps]?.querySelector<HTMLElement>('a')?.focus();
}
