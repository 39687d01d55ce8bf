// Columns: values that need care when they are read.

import { z } from 'zod';
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

const texts = z.array(z.string());

/** A column that is a JSON array of texts. Errors: `data-damaged`. */
export function parsedTexts(column: string): readonly string[] {
  const parsed = texts.safeParse(parsedColumn(column));
  if (parsed.success) return parsed.data;
  throw new VedetteError('data-damaged', 'A list in a column is damaged.', { cause: parsed.error });
}
