// Columns: values that need care when they are read.

import { VedetteError } from '../../core/errors.ts';

/** `value` as one of `known`. Errors: `data-damaged` (the row is damaged, or written by another program). */
export function oneOf<T extends string>(known: readonly T[], value: string): T {
  const found = known.find((each) => each === value);
  if (found === undefined) throw new VedetteError('data-damaged', `"${value}" is not expected in a column.`);
  return found;
}

/** A column of JSON. Errors: `data-damaged`. */
export function parsedColumn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new VedetteError('data-damaged', 'A column of JSON is damaged.', { cause });
  }
}
