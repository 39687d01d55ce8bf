// Forms: what was typed, checked by the contract before it is sent; what is wrong, by field.

import type { z } from 'zod';
import { checked } from '../../src/http/contract/faults.ts';
import { ApiError } from '../app/api.ts';

/** Field path ("camera.source.url") → what is wrong with it. */
export type FieldErrors = Readonly<Record<string, string>>;

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fields: FieldErrors };

/** `value` if the contract accepts it, else the first fault of each field. */
export function check<S extends z.ZodType>(schema: S, value: unknown): Checked<z.output<S>> {
  const result = checked(schema, value);
  return result.ok ? result : { ok: false, fields: result.faults };
}

/** The faults that the server named; empty when the error is about something else. */
export function fieldsOf(error: unknown): FieldErrors {
  return error instanceof ApiError ? error.fields : {};
}

/** The text of a field, trimmed; "" where there is none. */
export function text(data: FormData, name: string): string {
  const value = data.get(name);
  return typeof value === 'string' ? value.trim() : '';
}

/** The text of a field as it was typed (passwords), or null when it is empty. */
export function textOrNull(data: FormData, name: string): string | null {
  const value = data.get(name);
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Moves the focus to the first field at fault, so that a screen reader reads it. */
export function focusFirstError(form: HTMLFormElement | null): void {
  requestAnimationFrame(() => form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}
