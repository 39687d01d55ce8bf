// Faults of nested fields, as the part of a form that has them names them.

import type { FieldErrors } from './form.ts';

/** The faults below `prefix`, without it: below({ "source.url": … }, "source") is { url: … }. */
export function below(fields: FieldErrors, prefix: string): FieldErrors {
  const found = Object.entries(fields)
    .filter(([path]) => path.startsWith(`${prefix}.`))
    .map(([path, fault]) => [path.slice(prefix.length + 1), fault] as const);
  return Object.fromEntries(found);
}
